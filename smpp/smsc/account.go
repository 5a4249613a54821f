package smsc

import (
	"slices"
	"sync"

	"tollgate/smpp/pdu"
)

// account is what all binds of one system_id share.
type account struct {
	s    *Server
	name string

	mu     sync.Mutex
	binds  []*conn
	next   int // where the round-robin over binds goes on
	open   int // messages accepted and not final
	tokens float64
	filled int64 // when tokens was brought up to date
	queue  fifo
	flown  uint64 // deliveries sent, for their order
}

func newAccount(s *Server, name string) *account {
	return &account{s: s, name: name, tokens: float64(s.p.ThrottleBurst), filled: s.now()}
}

// join adds a bind unless the account has its most.
func (a *account) join(c *conn, most int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if most > 0 && len(a.binds) >= most {
		return false
	}
	a.binds = append(a.binds, c)
	c.flights = map[uint32]flight{}
	c.acct.Store(a)
	return true
}

// lost takes a bind away. What it had not answered goes to the others, first.
func (a *account) lost(c *conn, t *touched) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.binds = slices.DeleteFunc(a.binds, func(b *conn) bool { return b == c })
	late := make([]flight, 0, len(c.flights))
	for _, f := range c.flights {
		late = append(late, f)
	}
	clear(c.flights)
	a.requeue(late)
	a.pumpLocked(t)
}

// admit counts a submit_sm against the rate and the queue of the account. What
// is refused does not count.
func (a *account) admit(now int64) pdu.Status {
	p := a.s.p
	a.mu.Lock()
	defer a.mu.Unlock()
	if p.QueueLimit > 0 && a.open >= p.QueueLimit {
		return pdu.ESME_RMSGQFUL
	}
	if p.ThrottleTPS > 0 {
		a.tokens = min(a.tokens+float64(now-a.filled)/1e9*p.ThrottleTPS, float64(p.ThrottleBurst))
		a.filled = now
		if a.tokens < 1 {
			return pdu.ESME_RTHROTTLED
		}
		a.tokens--
	}
	return pdu.ESME_ROK
}
