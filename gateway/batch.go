package gateway

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// MaxBatch is how many sends one batch may have.
const MaxBatch = 1000

// Sent is what came of one send of a batch: as Send returns it.
type Sent struct {
	Accepted *Accepted
	Err      error
}

// SendMany is Send for several requests. Each is decided, refused and kept as if it
// came alone; those that are accepted share commits, one for each part of the list.
// The answers are in the order of the requests.
func (s *Service) SendMany(ctx context.Context, t *Tenant, list []*SendRequest) []Sent {
	b := &batch{s: s, t: t, requests: list, list: make([]*sending, len(list)), sent: make([]Sent, len(list)), changed: map[subscriber.MSISDN]bool{}}
	defer b.release()
	b.parts(ctx)
	sideBySide(len(b.alone), runtime.GOMAXPROCS(0), func(i int) { b.retry(ctx, b.alone[i]) })
	return b.sent
}

// batch is several sends on their way to disk. It is decided and committed in parts:
// while one part waits for the disk the next is decided, and no commit is so large that
// a receipt must wait long behind it.
type batch struct {
	s        *Service
	t        *Tenant
	requests []*SendRequest
	list     []*sending
	sent     []Sent

	mu      sync.Mutex
	changed map[subscriber.MSISDN]bool // the numbers whose record some part changes
	alone   []int                      // what must be tried by itself, at the end
}

// partSize is how many sends are committed together: some 140 kB.
const partSize = 128

// lookupsAtOnce bounds the sends of a batch that ask the network side by side.
const lookupsAtOnce = 256

// linesYield is after how many sends a batch lets others run: the runtime would let it
// go on for 10 ms, and whatever reads and acknowledges receipts waits behind several.
const linesYield = 8

// parts decides all and commits part after part. Sends that wait for the network do so
// side by side; else there is nothing to wait for, and the processors share the parts.
func (b *batch) parts(ctx context.Context) {
	n := len(b.list)
	parts := (n + partSize - 1) / partSize
	atOnce, workers := min(parts, runtime.GOMAXPROCS(0)), 1
	if b.s.Facts.Enabled() {
		atOnce, workers = parts, max(1, lookupsAtOnce/max(1, parts))
	}
	var commits sync.WaitGroup
	sideBySide(parts, atOnce, func(part int) {
		from, to := part*partSize, min(n, (part+1)*partSize)
		sideBySide(to-from, workers, func(i int) { b.decide(ctx, from+i) })
		commits.Go(func() { b.commit(ctx, from, to) })
	})
	commits.Wait()
}

// sideBySide calls f for every index below n, in so many goroutines at most.
func sideBySide(n, workers int, f func(i int)) {
	var next atomic.Int64
	work := func() {
		for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
			f(int(i))
			if i%linesYield == 0 {
				runtime.Gosched()
			}
		}
	}
	var wg sync.WaitGroup
	for range min(workers, n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// decide brings one send as far as it goes without the disk.
func (b *batch) decide(ctx context.Context, i int) {
	s, q := b.s, b.s.begin(b.t, b.requests[i])
	b.list[i] = q
	if err := s.claim(ctx, q); err != nil {
		b.sent[i].Err = err
		return
	}
	err := s.enter(q)
	if err == nil {
		q.together = true
		err = s.decideAgain(ctx, q)
	}
	b.sent[i].Err = s.answered(ctx, q, err)
}

// commit writes the accepted sends of one part in one go and launches them. Those of
// them that somebody else came before, at the same number's record, are left to be
// tried alone.
func (b *batch) commit(ctx context.Context, from, to int) {
	together, txs, flights := b.claim(from, to)
	if len(together) == 0 {
		return
	}
	err := b.s.commitSends(ctx, txs, flights...)
	if errors.Is(err, store.ErrConflict) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.alone = append(b.alone, together...)
		return
	}
	for _, i := range together {
		b.end(ctx, i, err)
	}
}

// claim finds what of a part can be committed together: all that is accepted, but of
// several sends that change one number's record only the first.
func (b *batch) claim(from, to int) (together []int, txs []*store.Tx, flights []*flight) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := from; i < to; i++ {
		q := b.list[i]
		if q.flight == nil || b.sent[i].Err != nil {
			continue
		}
		if tx := &q.tx; len(tx.Numbers)+len(tx.Identities) > 0 {
			if b.changed[q.number.MSISDN] {
				b.alone = append(b.alone, i)
				continue
			}
			b.changed[q.number.MSISDN] = true
		}
		together = append(together, i)
		txs = append(txs, &q.tx)
		flights = append(flights, q.flight)
	}
	return together, txs, flights
}

// end is the outcome of a send whose write has the outcome err.
func (b *batch) end(ctx context.Context, i int, err error) {
	q := b.list[i]
	if err == nil {
		b.s.launch(q)
		b.sent[i].Accepted = q.accepted
		return
	}
	b.sent[i].Err = b.s.answered(ctx, q, err)
}

// retry commits one send by itself, deciding again where it must.
func (b *batch) retry(ctx context.Context, i int) {
	q := b.list[i]
	q.together = false
	err := b.s.commitSends(ctx, []*store.Tx{&q.tx}, q.flight)
	if !errors.Is(err, store.ErrConflict) {
		b.end(ctx, i, err)
		return
	}
	q.accepted, q.flight = nil, nil
	err = b.s.decideAgain(ctx, q) // which launches it
	b.sent[i] = Sent{Accepted: q.accepted, Err: b.s.answered(ctx, q, err)}
}

func (b *batch) release() {
	for _, q := range b.list {
		q.release()
	}
}
