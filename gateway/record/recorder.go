package record

import (
	"bytes"
	"cmp"
	"encoding/json"
	"hash/maphash"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is where recordings go and how long they stay.
type Config struct {
	Dir string
	Key *Key
	// MaxBytes and MaxAge end a file and begin the next. 64 MiB and 1 h.
	MaxBytes int64
	MaxAge   time.Duration
	// Keep and KeepBytes say how long files stay, and how much of them.
	// 14 days and 8 GiB.
	Keep      time.Duration
	KeepBytes int64
	// Queue is how many events may wait for the disk. 16 384.
	Queue int
	// Hold is how long events are held back to be put in order: longer than
	// any send takes from its request to its decision. 2 s.
	Hold time.Duration
	Now  func() time.Time
	Log  *slog.Logger
}

func (c Config) withDefaults() Config {
	c.MaxBytes, c.MaxAge = cmp.Or(c.MaxBytes, 64<<20), cmp.Or(c.MaxAge, time.Hour)
	c.Keep, c.KeepBytes = cmp.Or(c.Keep, 14*24*time.Hour), cmp.Or(c.KeepBytes, 8<<30)
	c.Queue, c.Hold = cmp.Or(c.Queue, 1<<14), cmp.Or(c.Hold, 2*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Recorder records. It is safe for concurrent use.
type Recorder struct {
	cfg   Config
	queue chan Line
	stop  chan struct{}
	done  chan struct{}
	ended sync.Once
	m     *metrics
	hash  hasher

	// What follows is the worker's own.
	held   []Line
	last   time.Time // of the lines written
	file   *file
	known  map[uint64]uint64 // number -> what the network last answered, both hashed
	seed   maphash.Seed
	broken bool // the disk, told once
}

// maxKnown bounds the answers remembered; beyond it they are forgotten and
// written again.
const maxKnown = 1 << 17

// New starts a recorder; Close ends it. A directory that cannot be written is
// an error.
func New(cfg Config, reg prometheus.Registerer) (*Recorder, error) {
	r := &Recorder{
		cfg: cfg.withDefaults(), stop: make(chan struct{}), done: make(chan struct{}), hash: cfg.Key.hasher("identity"),
		known: map[uint64]uint64{}, seed: maphash.MakeSeed(),
	}
	if err := r.begin(r.cfg.Now()); err != nil {
		return nil, err
	}
	r.queue = make(chan Line, r.cfg.Queue)
	r.m = newMetrics(reg, r.queue)
	go r.run()
	return r, nil
}

// Record hands a line over. It does not wait.
func (r *Recorder) Record(l Line) {
	select {
	case r.queue <- l:
	default:
		r.m.dropped.Inc()
	}
}

// Close writes what waits and ends the file.
func (r *Recorder) Close() {
	r.ended.Do(func() { close(r.stop) })
	<-r.done
}

func (r *Recorder) run() {
	defer close(r.done)
	tick := time.NewTicker(min(time.Second, r.cfg.Hold))
	defer tick.Stop()
	for {
		select {
		case l := <-r.queue:
			if r.held = append(r.held, l); len(r.held) >= 4*r.cfg.Queue { // never more than so many, in order or not
				r.flush(r.cfg.Now())
			}
		case <-tick.C:
			now := r.cfg.Now()
			r.flush(now.Add(-r.cfg.Hold))
			r.rotate(now)
		case <-r.stop:
			for len(r.queue) > 0 {
				r.held = append(r.held, <-r.queue)
			}
			r.flush(r.cfg.Now().Add(time.Hour))
			r.finish()
			return
		}
	}
}

// flush writes the lines up to a time, in the order of their times; those of
// one time stay in the order in which they came. One that is later than any
// that was held counts as made when the last one written was.
func (r *Recorder) flush(upTo time.Time) {
	slices.SortStableFunc(r.held, func(a, b Line) int { return a.At.Compare(b.At) })
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	n := 0
	for ; n < len(r.held) && !r.held[n].At.After(upTo); n++ {
		l := &r.held[n]
		if l.Event == Identity && r.same(l) {
			continue
		}
		l.hide(r.hash)
		if l.At.Before(r.last) {
			l.At = r.last
		}
		l.At, r.last = l.At.UTC(), l.At
		if err := enc.Encode(l); err != nil {
			r.m.failed.Inc()
			continue
		}
		r.m.lines.WithLabelValues(l.Event).Inc()
		if out.Len() >= maxChunk-4096 { // as a rule, whole lines in each chunk
			r.write(out.Bytes())
			out.Reset()
		}
	}
	clear(r.held[:n])
	r.held = append(r.held[:0], r.held[n:]...)
	r.write(out.Bytes())
}

// same says that the network answers of a number what it did when this file
// last said so.
func (r *Recorder) same(l *Line) bool {
	text, err := json.Marshal(l.Network)
	if err != nil {
		return false
	}
	key, is := maphash.String(r.seed, l.To), maphash.Bytes(r.seed, text)
	if r.known[key] == is {
		return true
	}
	if len(r.known) >= maxKnown {
		clear(r.known)
	}
	r.known[key] = is
	return false
}

// write seals lines. A disk that fails loses them and begins a new file at the
// next ones.
func (r *Recorder) write(lines []byte) {
	if len(lines) == 0 {
		return
	}
	var err error
	if r.file == nil {
		err = r.begin(r.cfg.Now())
	}
	if err == nil {
		err = r.file.write(lines)
	}
	if err == nil {
		r.broken = false
		return
	}
	r.m.failed.Add(float64(bytes.Count(lines, []byte("\n"))))
	if !r.broken {
		r.cfg.Log.Error("the recording cannot be written; lines are lost until it can", "error", err)
	}
	r.broken = true
	if r.file != nil {
		r.file.close(false)
		r.file = nil
	}
}

// rotate begins a new file once the present one is large or old enough.
func (r *Recorder) rotate(now time.Time) {
	if r.file != nil && r.file.lines && (r.file.size >= r.cfg.MaxBytes || now.Sub(r.file.since) >= r.cfg.MaxAge) {
		r.finish()
	}
}

func (r *Recorder) finish() {
	if r.file == nil {
		return
	}
	if err := r.file.close(true); err != nil {
		r.m.failed.Inc()
		r.cfg.Log.Error("ending a recording", "error", err)
	}
	r.file = nil
	clear(r.known) // each file tells all that it needs
}
