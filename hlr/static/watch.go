package static

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"time"

	"tollgate/hlr/subscriber"
)

const (
	// quiet is how long a file that is written in place must have been left
	// alone before it is read. Editors and scripts write a file in one go,
	// within far less; file times tick every 1 to 10 ms.
	quiet = 20 * time.Millisecond
	// coarse holds for file systems that keep whole seconds (FAT: two).
	coarse = 2 * time.Second
	// tries of quiet before a file that never is counts as busy.
	tries = 5
)

var seed = maphash.MakeSeed()

// state is the content in force and what is known of the file.
type state struct {
	content *content
	gone    map[subscriber.MSISDN]struct{} // listed once, no longer
	file    *reading
}

// reading is one look at the file.
type reading struct {
	info    os.FileInfo
	hash    uint64
	settled bool // a later write would show in its time
	stable  bool // it did not change while it was read
	content *content
	broken  error
}

// same says that nothing shows that b is not what a was.
func same(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// refresh makes sure that the content in force is that of the file at some
// moment after the call began.
func (p *Provider) refresh(ctx context.Context) error {
	began := p.clock.Add(1)
	if p.current() {
		return nil
	}
	select {
	case p.token <- struct{}{}:
		defer func() { <-p.token }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if p.began > began || p.current() {
		return nil
	}
	start := p.clock.Add(1)
	if err := p.reload(ctx); err != nil {
		return err
	}
	p.began = start
	return nil
}

func (p *Provider) current() bool {
	info, err := os.Stat(p.path)
	f := p.state.Load().file
	return err == nil && f.settled && same(f.info, info)
}

// reload reads the file once it is quiet. Only a lookup that cannot wait for
// that fails; a file that is broken or gone leaves the content as it is.
func (p *Provider) reload(ctx context.Context) error {
	var r *reading
	for range tries {
		if err := p.waitQuiet(ctx); err != nil {
			return err
		}
		var err error
		if r, err = p.read(); err != nil {
			p.refuse(nil, err)
			return nil
		}
		if r.stable {
			p.take(r)
			return nil
		}
	}
	return errors.New("the file is being written without a pause")
}

// waitQuiet waits until a file that was changed in place has been left alone.
func (p *Provider) waitQuiet(ctx context.Context) error {
	for range tries {
		info, err := os.Stat(p.path)
		if err != nil || !os.SameFile(info, p.state.Load().file.info) {
			return nil
		}
		age := time.Since(info.ModTime())
		if age >= quiet {
			return nil
		}
		timer := time.NewTimer(min(quiet, quiet-max(0, age)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		if again, err := os.Stat(p.path); err == nil && same(info, again) {
			return nil
		}
	}
	return nil
}

// read looks at the file and parses it unless it is what was read before.
func (p *Provider) read() (*reading, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &reading{}
	if r.info, err = f.Stat(); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("larger than %d MB; import it into a subscriber database instead", maxBytes>>20)
	}
	after, err := os.Stat(p.path)
	r.stable = err == nil && same(r.info, after)
	r.settled = r.stable && settled(r.info.ModTime(), time.Now())
	r.hash = maphash.Bytes(seed, data)
	if s := p.state.Load(); s != nil && s.file.hash == r.hash {
		r.content, r.broken = s.file.content, s.file.broken
		return r, nil
	}
	r.content, r.broken = parse(data, p.csv)
	return r, nil
}

// settled says that a write after now gets another time than modified. A time
// in the future was set by hand or by another machine's clock.
func settled(modified, now time.Time) bool {
	tick := quiet
	if modified.Nanosecond() == 0 {
		tick = coarse
	}
	age := now.Sub(modified)
	return age >= tick || age < 0
}

// take puts a reading in force, or notes that it is broken.
func (p *Provider) take(r *reading) {
	s := p.state.Load()
	if r.hash == s.file.hash {
		p.state.Store(&state{content: s.content, gone: s.gone, file: r})
		return
	}
	if r.broken != nil {
		p.refuse(r, r.broken)
		return
	}
	p.adopt(r)
	p.reloads.WithLabelValues("ok").Inc()
	p.log.Info("subscriber file read again", "file", p.path, "subscribers", len(r.content.records))
}

func (p *Provider) adopt(r *reading) {
	next := &state{content: r.content, gone: map[subscriber.MSISDN]struct{}{}, file: r}
	if s := p.state.Load(); s != nil {
		next.lose(s)
	}
	p.columns.Or(uint32(r.content.columns))
	p.state.Store(next)
}

// lose notes the numbers that the former state listed and this one does not.
func (s *state) lose(former *state) {
	for n := range former.gone {
		if _, ok := s.content.records[n]; !ok {
			s.gone[n] = struct{}{}
		}
	}
	for n := range former.content.records {
		if _, ok := s.content.records[n]; !ok && len(s.gone) < maxRecords {
			s.gone[n] = struct{}{}
		}
	}
}

// refuse keeps the former content. r is nil when the file could not be read.
func (p *Provider) refuse(r *reading, err error) {
	s := p.state.Load()
	if r == nil {
		r = &reading{info: s.file.info, broken: err}
		if s.file.broken != nil && s.file.broken.Error() == err.Error() {
			return // said before
		}
	}
	p.state.Store(&state{content: s.content, gone: s.gone, file: r})
	p.reloads.WithLabelValues("broken").Inc()
	p.log.Error("subscriber file is refused, the former content stays in force; mend it and the next lookup reads it",
		"file", p.path, "err", err)
}
