package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"

	"tollgate/fraud/replay"
	"tollgate/gateway/record"
)

// traffic is an opened traffic file.
type traffic struct {
	*replay.Reader
	file  *os.File
	inner io.Closer // of what unpacks it
	meter *meter
	began time.Time
}

// openTraffic opens a file, unpacking it by its first octets or its suffix; key
// is the file of the key of a sealed recording. Progress of a long replay is told
// on standard error.
func openTraffic(name, key string) (*traffic, error) {
	t := &traffic{file: os.Stdin, began: time.Now()}
	if name != "-" {
		var err error
		if t.file, err = os.Open(name); err != nil {
			return nil, usageError{err}
		}
	}
	t.meter = &meter{from: t.file, name: name}
	if info, err := t.file.Stat(); err == nil {
		if info.IsDir() {
			return nil, errors.Join(usagef("%s is a directory", name), t.file.Close())
		}
		if info.Mode().IsRegular() {
			t.meter.size = info.Size()
		}
	}
	from, err := t.unpacked(name, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Join(err, t.file.Close()))
	}
	t.Reader = replay.NewReader(from)
	t.meter.start()
	return t, nil
}

// The first octets of what is packed: RFC 1952 §2.3.1, RFC 8878 §3.1.1.
const (
	gzipMagic = "\x1f\x8b"
	zstdMagic = "\x28\xb5\x2f\xfd"
)

func (t *traffic) unpacked(name, key string) (io.Reader, error) {
	in := bufio.NewReaderSize(t.meter, 1<<16)
	start, err := in.Peek(8) // a shorter one is as it is
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	is := func(magic, suffix string) bool {
		return strings.HasPrefix(string(start), magic) || strings.HasSuffix(name, suffix)
	}
	switch {
	case is(gzipMagic, ".gz"):
		z, err := gzip.NewReader(in)
		t.inner = z
		return z, err
	case is(zstdMagic, ".zst"):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<28))
		if err != nil {
			return nil, err
		}
		t.inner = z.IOReadCloser()
		return z, nil
	case record.IsSealed(start) || strings.HasSuffix(name, ".tgrec"):
		if key == "" {
			return nil, usagef("it is a sealed recording: name its key with --key FILE")
		}
		k, err := record.LoadKey(key, false)
		if err != nil {
			return nil, err
		}
		return record.Open(in, k), nil
	}
	return in, nil
}

// done ends the telling of progress, and says how fast a long replay was.
func (t *traffic) done(events int64) {
	t.meter.stop()
	if took := time.Since(t.began); took >= progressEvery {
		fmt.Fprintf(os.Stderr, "tollgate replay: %d events in %s, %.0f events/s\n", events, took.Round(100*time.Millisecond), float64(events)/took.Seconds())
	}
}

func (t *traffic) Close() error {
	var err error
	if t.inner != nil {
		err = t.inner.Close()
	}
	return errors.Join(err, t.file.Close())
}

// meter counts what is read of a file and tells how far it has come.
type meter struct {
	from io.Reader
	name string
	size int64 // 0: not known
	read atomic.Int64
	quit chan struct{}
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.from.Read(b)
	m.read.Add(int64(n))
	return n, err
}

// progressEvery is how often progress is told; what is done sooner is not.
const progressEvery = 5 * time.Second

func (m *meter) start() {
	m.quit = make(chan struct{})
	go func() {
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for began := time.Now(); ; {
			select {
			case <-m.quit:
				return
			case now := <-tick.C:
				m.tell(now.Sub(began))
			}
		}
	}()
}

func (m *meter) stop() { close(m.quit) }

func (m *meter) tell(since time.Duration) {
	read := m.read.Load()
	line := fmt.Sprintf("tollgate replay: %d MB read, %.0f MB/s", read>>20, float64(read)/(1<<20)/since.Seconds())
	if m.size > 0 {
		left := time.Duration(float64(since) * float64(m.size-read) / float64(max(1, read)))
		line += fmt.Sprintf(", %.0f %%, %s left", 100*float64(read)/float64(m.size), left.Round(time.Second))
	}
	fmt.Fprintln(os.Stderr, line)
}
