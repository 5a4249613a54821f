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
// came alone; those that are accepted share one commit, and so become durable
// together. The answers are in the order of the requests.
func (s *Service) SendMany(ctx context.Context, t *Tenant, list []*SendRequest) []Sent {
	b := &batch{s: s, list: make([]*sending, len(list)), sent: make([]Sent, len(list))}
	defer b.release()
	b.each(len(list), func(i int) { b.decide(ctx, i, t, list[i]) })
	alone := b.commit(ctx)
	b.each(len(alone), func(i int) { b.retry(ctx, alone[i]) })
	return b.sent
}

// batch is several sends on their way to one commit.
type batch struct {
	s    *Service
	list []*sending
	sent []Sent
	txs  []*store.Tx // that are committed together
	new  []*flight   // which they accept
}

// lookupsAtOnce bounds the sends of a batch that ask the network side by side.
const lookupsAtOnce = 256

// linesYield is after how many sends a batch lets others run: the runtime would let it
// go on for 10 ms, and whatever reads and acknowledges receipts waits behind several.
const linesYield = 8

// linesEach is how many sends a goroutine is worth that only computes.
const linesEach = 64

// each calls f for every index. Sends that wait for the network do so side by side;
// else there is nothing to wait for, and the processors share them.
func (b *batch) each(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+linesEach-1)/linesEach)
	if b.s.Facts.Enabled() {
		workers = min(n, lookupsAtOnce)
	}
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
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// decide brings one send as far as it goes without the disk.
func (b *batch) decide(ctx context.Context, i int, t *Tenant, r *SendRequest) {
	s, q := b.s, b.s.begin(t, r)
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

// commit writes all accepted sends in one go and launches them. It returns those
// that must be tried alone: a second one that changes the same number's record, or
// all of them when somebody else changed one meanwhile.
func (b *batch) commit(ctx context.Context) (alone []int) {
	var together []int
	changed := map[subscriber.MSISDN]bool{}
	for i, q := range b.list {
		if q.flight == nil || b.sent[i].Err != nil {
			continue
		}
		if tx := &q.tx; len(tx.Numbers)+len(tx.Identities) > 0 {
			if changed[q.number.MSISDN] {
				alone = append(alone, i)
				continue
			}
			changed[q.number.MSISDN] = true
		}
		together = append(together, i)
		b.txs = append(b.txs, &q.tx)
		b.new = append(b.new, q.flight)
	}
	if len(together) == 0 {
		return alone
	}
	err := b.s.commitSends(ctx, b.txs, b.new...)
	if errors.Is(err, store.ErrConflict) {
		return append(together, alone...)
	}
	for _, i := range together {
		b.end(ctx, i, err)
	}
	return alone
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
