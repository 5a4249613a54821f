package crashtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const tenant = "acme"

// worker is one caller of the store. It has numbers, accounts and messages of
// its own, so that it knows what must be there.
type worker struct {
	r     *run
	s     store.Store
	ctx   context.Context
	rng   *rand.Rand
	n     int
	model model
	mine  []store.ID // messages, oldest first
	holds []store.ID // reviews that are open
	keys  []string   // idempotency keys that were answered
}

func bodyOf(key string) [32]byte { return sha256.Sum256([]byte(key)) }

func textOf(id store.ID) string { return "your code is " + id.String() }

func (w *worker) number() subscriber.MSISDN {
	return subscriber.MSISDN(fmt.Sprintf("+4917%d00%d", w.n, w.rng.IntN(4)))
}

func (w *worker) newID(to subscriber.MSISDN) store.ID {
	var random [9]byte
	for i := range random {
		random[i] = byte(w.rng.Uint32())
	}
	return store.NewID(w.r.now(), to, random)
}

// errOver ends a worker: the store has failed, as it should.
var errOver = errors.New("the store has failed")

// commit and write put a Tx, and note what the store said of it.
func (w *worker) commit(what string, tx *store.Tx) error { return w.put(what, tx, true) }
func (w *worker) write(what string, tx *store.Tx) error  { return w.put(what, tx, false) }

func (w *worker) put(what string, tx *store.Tx, sync bool) error {
	c := &change{what: what}
	var keys []key
	each(tx, func(k key, v any) { w.model.put(k, v, c); keys = append(keys, k) })
	err := error(nil)
	if sync {
		err = w.s.Commit(w.ctx, tx)
	} else {
		err = w.s.Write(tx)
	}
	switch c.at = time.Now(); {
	case errors.Is(err, store.ErrFailed), err != nil && w.ctx.Err() != nil:
		return errOver
	case err != nil:
		w.model.drop(c, keys)
		return fmt.Errorf("%s: %w", what, err)
	case sync:
		c.promise = acked
	default:
		c.promise = written
	}
	return nil
}

// steps are what a worker does, the frequent ones more than once.
var steps = [...]func(*worker) error{
	(*worker).accept, (*worker).accept, (*worker).accept, (*worker).attempt, (*worker).attempt, (*worker).result, (*worker).result,
	(*worker).receipt, (*worker).receipt, (*worker).wrongCode, (*worker).wrongCode, (*worker).rightCode, (*worker).freeze,
	(*worker).resolve, (*worker).identify, (*worker).refusal, (*worker).again, (*worker).stale, (*worker).look, (*worker).erase,
}

func (w *worker) step() error { return steps[w.rng.IntN(len(steps))](w) }

// accept commits what Service.accept does: the message with its text, first
// delivery and challenge, often with the number's state and an answer.
func (w *worker) accept() error {
	to, now := w.number(), w.r.now()
	id := w.newID(to)
	m := &store.Message{ID: id, Kind: store.KindOTP, Tenant: tenant, To: to, Region: "DE", Purpose: "login", CreatedAt: now, ExpiresAt: now.Add(5 * time.Minute)}
	if n := w.rng.IntN(6); n < 2 { // some records reach over a block of the disk
		m.Metadata = map[string]string{"padding": strings.Repeat("x", w.rng.IntN(1+6000*n))}
	}
	tx := &store.Tx{
		Messages:   []*store.Message{m},
		Contents:   []*store.Content{{ID: id, Text: textOf(id)}},
		Deliveries: []*store.Delivery{{ID: id, Status: store.Accepted, ExpiresAt: m.ExpiresAt, Timeline: []store.Step{{Name: "accepted", At: now}}}},
		Challenges: []*store.Challenge{{
			ID: id, Rev: 1, Tenant: tenant, To: to, Purpose: m.Purpose, Status: store.ChallengePending, MAC: subscriber.Hash{Key: 1, Sum: [16]byte{byte(w.rng.IntN(256))}},
			CreatedAt: now, ExpiresAt: m.ExpiresAt,
		}},
	}
	if w.rng.IntN(3) == 0 {
		ns := w.state(to)
		ns.Senders = append(slices.Clip(ns.Senders), fmt.Sprint(ns.Rev))
		tx.Numbers = append(tx.Numbers, ns)
	}
	if w.rng.IntN(2) == 0 {
		a, err := w.claim(id.String())
		if err != nil {
			return err
		}
		a.Status = 202
		tx.Answers = append(tx.Answers, a)
	}
	w.mine = append(w.mine, id)
	return w.commit("accept", tx)
}

// claim takes a new idempotency key and returns its answer, to be committed.
func (w *worker) claim(k string) (*store.Answer, error) {
	a, err := w.s.Claim(w.ctx, tenant, k, bodyOf(k), w.r.now())
	if errors.Is(err, store.ErrFailed) {
		return nil, errOver
	}
	if a != nil || err != nil {
		return nil, fmt.Errorf("a new idempotency key is answered %v, %w", a, err)
	}
	w.keys = append(w.keys, k)
	return &store.Answer{Tenant: tenant, Key: k, Body: bodyOf(k), Status: 403, Response: []byte("answer to " + k), At: w.r.now()}, nil
}

// refusal keeps the answer to a send that was refused.
func (w *worker) refusal() error {
	a, err := w.claim(w.newID("").String())
	if err != nil {
		return err
	}
	return w.commit("refusal", &store.Tx{Answers: []*store.Answer{a}})
}

// open draws a message of which the delivery has not ended; nil when there is none.
func (w *worker) open() *store.Delivery {
	if len(w.mine) == 0 {
		return nil
	}
	for range 4 {
		id := w.mine[w.rng.IntN(len(w.mine))]
		if d, ok := w.model.of(key{kind: delivery, id: id}).latest().(*store.Delivery); ok && !d.Status.Terminal() {
			next := *d
			next.Timeline = slices.Clip(d.Timeline)
			return &next
		}
	}
	return nil
}

func (w *worker) deliver(what string, d *store.Delivery, sync bool) error {
	d.Timeline = append(d.Timeline, store.Step{Name: what, At: w.r.now()})
	return w.put(what, &store.Tx{Deliveries: []*store.Delivery{d}}, sync)
}

func (w *worker) attempt() error {
	d := w.open()
	if d == nil {
		return nil
	}
	d.Sending, d.Carrier, d.SubmittedAt = true, "sim", w.r.now()
	d.Attempts++
	return w.deliver("attempt", d, false)
}

func (w *worker) result() error {
	d := w.open()
	if d == nil {
		return nil
	}
	d.Sending, d.Status, d.CarrierIDs = false, store.Submitted, []string{fmt.Sprint(w.rng.Uint64())}
	return w.deliver("submitted", d, false)
}

func (w *worker) receipt() error {
	d := w.open()
	if d == nil {
		return nil
	}
	d.Sending, d.Status, d.DoneAt = false, store.Delivered+store.Status(w.rng.IntN(5)), w.r.now()
	return w.deliver("receipt", d, true)
}

// state is the next revision of what tenant and number went through.
func (w *worker) state(to subscriber.MSISDN) *store.NumberState {
	ns := store.NumberState{Tenant: tenant, To: to, FirstSeen: w.r.now()}
	if v, ok := w.model.of(key{kind: number, to: to, name: tenant}).latest().(*store.NumberState); ok {
		ns = *v
	}
	ns.Rev++
	return &ns
}

// code draws a challenge that waits for its code, as its next revision.
func (w *worker) code() *store.Challenge {
	if len(w.mine) == 0 {
		return nil
	}
	id := w.mine[w.rng.IntN(len(w.mine))]
	v, ok := w.model.of(key{kind: challenge, id: id}).latest().(*store.Challenge)
	if !ok || v.Status != store.ChallengePending {
		return nil
	}
	ch := *v
	ch.Rev++
	return &ch
}

// wrongCode counts an attempt; the sixth locks the number with a review.
func (w *worker) wrongCode() error {
	ch := w.code()
	if ch == nil {
		return nil
	}
	ch.Wrong++
	ns := w.state(ch.To)
	ns.Wrong = append(slices.Clip(ns.Wrong), w.r.now())
	tx := &store.Tx{Challenges: []*store.Challenge{ch}, Numbers: []*store.NumberState{ns}}
	if len(ns.Wrong) > 5 && ns.Lock == nil {
		v := w.review(store.ReviewLock, ch.To)
		ns.Lock = &store.Hold{Review: v.ID, At: v.OpenedAt}
		tx.Reviews = append(tx.Reviews, v)
	}
	return w.commit("wrong code", tx)
}

func (w *worker) rightCode() error {
	ch := w.code()
	if ch == nil {
		return nil
	}
	ch.Status, ch.ApprovedAt = store.ChallengeApproved, w.r.now()
	ns := w.state(ch.To)
	ns.Verified++
	ns.VerifiedAt = w.r.now()
	return w.commit("right code", &store.Tx{Challenges: []*store.Challenge{ch}, Numbers: []*store.NumberState{ns}})
}

func (w *worker) review(k store.ReviewKind, to subscriber.MSISDN) *store.Review {
	v := &store.Review{ID: w.newID(to), Rev: 1, Tenant: tenant, To: to, Kind: k, OpenedAt: w.r.now()}
	w.holds = append(w.holds, v.ID)
	return v
}

// freeze holds a number and its account with one review.
func (w *worker) freeze() error {
	to := w.number()
	ns := w.state(to)
	if ns.Freeze != nil {
		return nil
	}
	v := w.review(store.ReviewFreeze, to)
	ns.Freeze = &store.Hold{Review: v.ID, At: v.OpenedAt}
	as := store.AccountState{Tenant: tenant, AccountID: "account of " + string(to)}
	if was, ok := w.model.of(key{kind: account, name: as.AccountID}).latest().(*store.AccountState); ok {
		as = *was
	}
	as.Rev, as.Freeze = as.Rev+1, ns.Freeze
	return w.commit("freeze", &store.Tx{Numbers: []*store.NumberState{ns}, Accounts: []*store.AccountState{&as}, Reviews: []*store.Review{v}})
}

// resolve ends a review and lifts what it held.
func (w *worker) resolve() error {
	if len(w.holds) == 0 {
		return nil
	}
	id := w.holds[0]
	w.holds = w.holds[1:]
	was, ok := w.model.of(key{kind: review, id: id}).latest().(*store.Review)
	if !ok || !was.ResolvedAt.IsZero() {
		return nil
	}
	v := *was
	v.Rev, v.ResolvedAt, v.Resolution = v.Rev+1, w.r.now(), "false_alarm"
	ns := w.state(v.To)
	ns.Freeze, ns.Lock, ns.Wrong, ns.AcknowledgedAt = nil, nil, nil, v.ResolvedAt
	return w.commit("resolve", &store.Tx{Reviews: []*store.Review{&v}, Numbers: []*store.NumberState{ns}})
}

// identify writes what the network told of a number.
func (w *worker) identify() error {
	to := w.number()
	i := store.Identity{Source: "network", To: to}
	if was, ok := w.model.of(key{kind: identity, to: to, name: i.Source}).latest().(*store.Identity); ok {
		i = *was
	}
	i.Rev++
	i.Record = hlr.Record{{Source: "sim", History: hlr.History{FirstSeen: w.r.now(), LastSeen: w.r.now()}}}
	return w.write("identity", &store.Tx{Identities: []*store.Identity{&i}})
}

// again repeats a request under its key: it is answered as before.
func (w *worker) again() error {
	if len(w.keys) == 0 {
		return nil
	}
	return w.same(key{kind: answer, name: w.keys[w.rng.IntN(len(w.keys))]})
}

// look reads a record, which must be as it was last written.
func (w *worker) look() error {
	if len(w.mine) == 0 {
		return nil
	}
	id := w.mine[w.rng.IntN(len(w.mine))]
	for _, k := range [...]kind{message, delivery, challenge} {
		if err := w.same(key{kind: k, id: id}); err != nil {
			return err
		}
	}
	return w.same(key{kind: number, to: w.number(), name: tenant})
}

func (w *worker) same(k key) error {
	got, err := w.r.read(w.s, k)
	if errors.Is(err, store.ErrFailed) || w.ctx.Err() != nil {
		return errOver
	}
	if err != nil {
		return fmt.Errorf("reading %v: %w", k, err)
	}
	h := w.model.of(k)
	if _, ok := h.match(got, len(h.versions)-1); !ok {
		return fmt.Errorf("%v is read as %+v, right after it was written as %+v", k, got, h.latest())
	}
	return nil
}

// stale puts a revision that does not follow, with a message: neither is written.
func (w *worker) stale() error {
	ns := w.state(w.number())
	ns.Rev++
	m := &store.Message{ID: w.newID(ns.To), Tenant: tenant, To: ns.To}
	err := w.s.Commit(w.ctx, &store.Tx{Messages: []*store.Message{m}, Numbers: []*store.NumberState{ns}})
	switch {
	case errors.Is(err, store.ErrFailed), err != nil && w.ctx.Err() != nil:
		return errOver
	case !errors.Is(err, store.ErrConflict):
		return fmt.Errorf("a revision that does not follow: %w, want ErrConflict", err)
	}
	w.model.of(key{kind: message, id: m.ID}) // must never be there
	return nil
}

// erase deletes what is kept of a number but for what is on its way. It is not
// one Tx: a crash may leave some of it.
func (w *worker) erase() error {
	if w.rng.IntN(4) > 0 {
		return nil
	}
	to := w.number()
	var all []*change
	gone := func(k key) {
		if w.model.of(k).latest() != nil {
			c := &change{what: "erase"}
			all = append(all, c)
			w.model.put(k, nil, c)
		}
	}
	gone(key{kind: identity, to: to, name: "network"})
	gone(key{kind: number, to: to, name: tenant})
	for k, h := range w.model {
		switch v := h.latest().(type) {
		case *store.Review:
			if v.To == to {
				gone(k)
			}
		case *store.Message:
			d, ok := w.model.of(key{kind: delivery, id: k.id}).latest().(*store.Delivery)
			if v.To == to && ok && d.Status.Terminal() {
				gone(k)
				gone(key{kind: delivery, id: k.id})
				gone(key{kind: challenge, id: k.id})
			}
		}
	}
	_, _, err := w.s.Erase(w.ctx, to, []string{tenant})
	if errors.Is(err, store.ErrFailed) || err != nil && w.ctx.Err() != nil {
		return errOver
	}
	for _, c := range all {
		c.promise, c.at = acked, time.Now()
	}
	return err
}
