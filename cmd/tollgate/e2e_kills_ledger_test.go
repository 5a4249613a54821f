package main

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// ledger is what the gateway has answered, and what it has not.
type ledger struct {
	t     *testing.T
	mu    sync.Mutex
	n     int
	sends []*sent // answered 202
	open  []*sent // not answered: to be repeated
	codes map[string]*entered
	holds []hold
	fresh struct{ sends, codes, holds int } // how many there were at the last verify
	ids   []string                          // in codes, in order
	saved int                               // answers that a repeat found stored
}

// entered is what was typed in for one message.
type entered struct {
	send        *sent
	code        string // that was approved; "" while none was
	wrong       int    // wrong codes that were answered
	bad         string // the wrong code
	at          time.Time
	maybe       bool // a right one was not answered
	unsureWrong int  // wrong ones that were not
}

type hold struct{ to, code, review string }

func newLedger(t *testing.T) ledger { return ledger{t: t, codes: map[string]*entered{}} }

func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d accepted, %d without an answer and %d of those found stored, %d with codes entered, %d held",
		len(l.sends), len(l.open), l.saved, len(l.codes), len(l.holds))
}

// next is a send to a new number.
func (l *ledger) next(purpose string) *sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	return &sent{to: fmt.Sprintf("+491512%07d", l.n*7919%10_000_000), key: fmt.Sprintf("kill-%d", l.n), purpose: purpose}
}

func (l *ledger) answered(s *sent, a *reply, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.open = append(l.open, s)
	case a.status != 202:
		l.t.Errorf("a send was answered %d %s", a.status, a.body)
	default:
		s.status, s.id = 202, a.ID
		l.sends = append(l.sends, s)
	}
}

// any draws one of the latest accepted sends.
func (l *ledger) any(rng *rand.Rand) *sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sends) == 0 {
		return nil
	}
	return l.sends[len(l.sends)-1-rng.IntN(min(50, len(l.sends)))]
}

// of is the entry of a message, that one caller works on at a time.
func (l *ledger) of(s *sent) *entered {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.codes[s.id]
	if e == nil {
		e = &entered{send: s, at: time.Now()}
		l.codes[s.id] = e
		l.ids = append(l.ids, s.id)
	}
	return e
}

func check(s *sent, code string) request {
	return request{method: "POST", path: "/v1/otp/check", body: object{"id": s.id, "code": code}}
}

// enter types in the right code.
func (l *ledger) enter(p *process, s *sent, code string) error {
	e := l.of(s)
	a, err := p.do(check(s, code))
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		e.maybe = true
	case a.status == 200 && a.Status == "approved":
		e.code = code
	case a.status != 409: // 409: another goroutine, or an answer that was lost, came first
		l.t.Errorf("the right code for %s is answered %d %s", s.id, a.status, a.body)
	}
	return err
}

// guess types in a wrong code.
func (l *ledger) guess(p *process, s *sent, code string) error {
	e := l.of(s)
	a, err := p.do(check(s, code))
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		e.unsureWrong++
	case a.status == 200 && a.Status == "pending":
		e.wrong++
		e.bad = code
	case a.status != 409:
		l.t.Errorf("a wrong code for %s is answered %d %s", s.id, a.status, a.body)
	}
	return err
}

func (l *ledger) hold(to, code string, a *reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.Code != code || a.Review == "" {
		l.t.Errorf("%s is answered %s, want %s and a review", to, a.body, code)
		return
	}
	l.holds = append(l.holds, hold{to, code, a.Review})
}

// verify asks a gateway that was killed for what it has answered: for a share
// of what came since the last time, and some of what is older.
func (l *ledger) verify(p *process, rng *rand.Rand) {
	l.repeat(p)
	each(rng, len(l.sends), l.fresh.sends, 20, func(i int) { l.sameAnswer(p, l.sends[i]) })
	each(rng, len(l.ids), l.fresh.codes, 20, func(i int) { l.remembers(p, l.codes[l.ids[i]]) })
	each(rng, len(l.holds), l.fresh.holds, 4, func(i int) { l.stillHeld(p, l.holds[i]) })
	l.fresh.sends, l.fresh.codes, l.fresh.holds = len(l.sends), len(l.ids), len(l.holds)
}

// each calls f for at most n of the indexes from fresh on, and a few below it.
func each(rng *rand.Rand, all, fresh, n int, f func(int)) {
	for range min(n, all-fresh) {
		f(fresh + rng.IntN(all-fresh))
	}
	for range min(n/4, fresh) {
		f(rng.IntN(fresh))
	}
}

// repeat sends again, under the same keys, what got no answer.
func (l *ledger) repeat(p *process) {
	for _, s := range l.open {
		a, err := p.do(s.request())
		must(l.t, err)
		if a.header.Get("Idempotency-Replayed") == "true" {
			l.saved++
		}
		if a.status != 202 {
			l.t.Errorf("%s was not answered; again: %d %s", s.key, a.status, a.body)
			continue
		}
		s.status, s.id = 202, a.ID
		l.sends = append(l.sends, s)
	}
	l.open = nil
}

// sameAnswer repeats a request that was answered.
func (l *ledger) sameAnswer(p *process, s *sent) {
	a, err := p.do(s.request())
	must(l.t, err)
	if a.status != 202 || a.ID != s.id || a.header.Get("Idempotency-Replayed") != "true" {
		l.t.Errorf("%s was accepted as %s; again: %d %s", s.key, s.id, a.status, a.body)
	}
}

// remembers looks for the codes that were entered: an approved one is used up,
// and a wrong one that is forgotten is an attempt for free.
func (l *ledger) remembers(p *process, e *entered) {
	if e.code != "" {
		a, err := p.do(check(e.send, e.code))
		must(l.t, err)
		if a.status != 409 || a.Code != "already_used" {
			l.t.Errorf("%s was approved; the same code again: %d %s", e.send.id, a.status, a.body)
		}
		return
	}
	if e.maybe || e.wrong == 0 || time.Since(e.at) > 3*time.Minute { // it expires at five

		return
	}
	a, err := p.do(check(e.send, e.bad))
	must(l.t, err)
	e.wrong++
	most, least := max(0, 5-e.wrong), max(0, 5-e.wrong-e.unsureWrong)
	if a.status != 200 || a.Status != "pending" || a.Left > most || a.Left < least {
		l.t.Errorf("%s: after %d wrong codes, and %d without an answer: %d %s", e.send.id, e.wrong, e.unsureWrong, a.status, a.body)
	}
}

func (l *ledger) stillHeld(p *process, h hold) {
	a, err := p.do(request{method: "POST", path: otpPath, body: object{"to": h.to, "purpose": "login"}, key: serveKey})
	must(l.t, err)
	if a.status != 423 || a.Code != h.code || a.Review != h.review {
		l.t.Errorf("%s was %s with %s; a send now: %d %s", h.to, h.code, h.review, a.status, a.body)
	}
}

// accepted is a copy of what was answered 202.
func (l *ledger) accepted() (list []sent) {
	for _, s := range l.sends {
		list = append(list, *s)
	}
	return list
}
