package crashtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"tollgate/gateway/store"
)

// Engine is the store under test.
type Engine struct {
	// Open opens it on a disk; it calls fatal when a write or sync failed.
	Open func(disk vfs.FS, fatal func(error)) (store.Store, error)
	// Rotate makes new keys.
	Rotate func() error
}

// Tally is what schedules came to.
type Tally struct {
	Lives, Cuts, Kills, Failures, Refused int // Refused: a start that the fault ended
	Acked, Written, AtRisk                int // versions of records; AtRisk: written, and younger than 20 ms at the end
}

// Add adds another schedule's.
func (t *Tally) Add(o Tally) {
	t.Lives += o.Lives
	t.Cuts += o.Cuts
	t.Kills += o.Kills
	t.Failures += o.Failures
	t.Refused += o.Refused
	t.Acked += o.Acked
	t.Written += o.Written
	t.AtRisk += o.AtRisk
}

// run is one schedule.
type run struct {
	engine Engine
	seed   uint64
	rng    *rand.Rand
	mem    *vfs.MemFS
	model  model // of all workers, between lives
	own    []model
	clock  atomic.Int64 // milliseconds since base
	world  sync.RWMutex // held by whoever changes everybody's records
	tally  Tally
}

var base = time.Date(2026, 5, 17, 10, 30, 0, 0, time.UTC)

// now is a clock that goes on with each look at it.
func (r *run) now() time.Time { return base.Add(time.Duration(r.clock.Add(1)) * time.Millisecond) }

// Run plays the schedule of a seed. The error says what the store did not keep.
func Run(seed uint64, e Engine) (Tally, error) {
	r := &run{engine: e, seed: seed, rng: rand.New(rand.NewPCG(seed, 0x7011)), mem: vfs.NewCrashableMem(), model: model{}}
	r.own = make([]model, 1+r.rng.IntN(4))
	for i := range r.own {
		r.own[i] = model{}
	}
	lives := 2 + r.rng.IntN(3)
	for n := range lives {
		r.tally.Lives++
		f := Draw(r.rng)
		if err := r.life(f, n); err != nil {
			return r.tally, fmt.Errorf("seed %d, life %d of %d, %d callers, %v: %w", seed, n+1, lives, len(r.own), f, err)
		}
	}
	return r.tally, r.last()
}

// life opens the store, has it used until the fault, and leaves what it leaves.
func (r *run) life(f Fault, n int) error {
	disk := NewDisk(r.mem, f, rand.New(rand.NewPCG(r.seed, uint64(n))))
	l := &life{run: r, disk: disk, inOpen: r.rng.IntN(6) == 0, late: watchLateness()}
	defer l.late.stop()
	if l.inOpen {
		disk.Arm()
	}
	s, err := r.engine.Open(disk, l.fatal)
	if err != nil {
		r.tally.Refused++
		if disk.Hit().IsZero() {
			return fmt.Errorf("opening a sound disk: %w", err)
		}
		disk.Cut()
		r.mem = disk.Left()
		disk.Bury()
		return nil
	}
	l.store = s
	if err := l.check(); err != nil {
		return errors.Join(err, l.end(false))
	}
	err = l.use()
	return errors.Join(err, l.end(r.rng.IntN(2) == 0))
}

// last starts on a sound disk, and wants everything there and working.
func (r *run) last() error {
	l := &life{run: r, disk: NewDisk(r.mem, Fault{File: "none"}, r.rng), late: watchLateness(), budget: 5}
	defer l.late.stop()
	var err error
	if l.store, err = r.engine.Open(l.disk, l.fatal); err == nil {
		err = errors.Join(l.check(), l.use(), l.end(true))
	}
	if err != nil {
		return fmt.Errorf("seed %d, the last start: %w", r.seed, err)
	}
	return nil
}

// life is one process on the disk.
type life struct {
	*run
	disk   *Disk
	store  store.Store
	inOpen bool
	budget int // steps of each worker; 0: drawn
	late   *lateness

	fatals atomic.Int32
}

func (l *life) fatal(error) { l.fatals.Add(1) }

// use has the workers do their steps until the disk fails or they have done all.
func (l *life) use() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	budget, arm, settle := l.budget, l.rng.IntN(20), l.rng.IntN(5) == 0
	if budget == 0 {
		budget = 20 + l.rng.IntN(80)
	}
	errs := make([]error, len(l.own))
	var wg sync.WaitGroup
	workers := make([]*worker, len(l.own))
	for n := range l.own { // before the first one starts: its steps may touch all that is known
		w := &worker{r: l.run, s: l.store, ctx: ctx, n: n, model: l.own[n], rng: rand.New(rand.NewPCG(l.seed, uint64(l.tally.Lives*10+n)))}
		w.remember()
		workers[n] = w
	}
	for n, w := range workers {
		wg.Go(func() {
			for i := range budget {
				if n == 0 && i == arm && l.budget == 0 && !l.inOpen {
					if settle {
						errs[n] = l.quiet(w)
					}
					l.disk.Arm()
				}
				if errs[n] != nil {
					return
				}
				if errs[n] = l.once(w); errs[n] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, errOver) {
			return err
		}
	}
	return nil
}

// quiet stops all callers behind a Write that nobody waits for, until it must
// be on disk, and mostly cuts the power then.
func (l *life) quiet(w *worker) error {
	l.world.Lock()
	defer l.world.Unlock()
	if err := w.identify(); err != nil {
		return err
	}
	time.Sleep(l.within() + 5*time.Millisecond)
	if w.rng.IntN(4) > 0 {
		l.disk.Cut()
	}
	return nil
}

// once does one step, or changes the world.
func (l *life) once(w *worker) error {
	if n := w.rng.IntN(60); n == 0 {
		l.world.Lock()
		defer l.world.Unlock()
		return l.pass(w)
	} else if n == 1 && l.engine.Rotate != nil {
		if err := l.engine.Rotate(); err != nil {
			return err
		}
	}
	l.world.RLock()
	defer l.world.RUnlock()
	return w.step()
}

// pass lets a day go by and erases what is no longer kept: answers, and what
// has ended. Not all of it need go at once, but a message goes as a whole.
func (l *life) pass(w *worker) error {
	const day = 25 * time.Hour
	now := base.Add(time.Duration(l.clock.Add(day.Milliseconds())) * time.Millisecond)
	forgotten := &change{what: "a day later", promise: acked}
	for _, m := range l.own {
		for k, h := range m {
			if a, ok := h.latest().(*store.Answer); ok && now.Sub(a.At) >= 24*time.Hour {
				m.put(k, nil, forgotten)
			}
			d, ok := h.latest().(*store.Delivery)
			if ok && d.Status.Terminal() && d.DoneAt.Before(now.Add(-24*time.Hour)) {
				c := &change{what: "expire"}
				for _, gone := range [...]kind{message, delivery, challenge} {
					m.put(key{kind: gone, id: k.id}, nil, c)
				}
			}
		}
	}
	_, err := l.store.Expire(w.ctx, now, store.Retention{Messages: 24 * time.Hour})
	if errors.Is(err, store.ErrFailed) || err != nil && w.ctx.Err() != nil {
		return errOver
	}
	if err != nil {
		return fmt.Errorf("expire: %w", err)
	}
	if err = l.settle(); errors.Is(err, store.ErrFailed) { // what went has gone for good
		return errOver
	}
	return err
}

// remember finds a worker's messages, reviews and keys in its model, in an
// order that the seed gives.
func (w *worker) remember() {
	for k, h := range w.model {
		switch v := h.latest().(type) {
		case *store.Message:
			w.mine = append(w.mine, k.id)
		case *store.Review:
			if v.ResolvedAt.IsZero() {
				w.holds = append(w.holds, k.id)
			}
		case *store.Answer:
			w.keys = append(w.keys, k.name)
		}
	}
	byID := func(a, b store.ID) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(w.mine, byID)
	slices.SortFunc(w.holds, byID)
	slices.Sort(w.keys)
}
