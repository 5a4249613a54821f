package gateway

import (
	"context"
	"errors"

	"tollgate/gateway/otp"
	"tollgate/gateway/store"
)

// maxExpiries bounds the codes that wait to be erased. Beyond it a code stays,
// sealed, until it is checked or its message's retention is over.
const maxExpiries = 1 << 16

// expireCodes erases codes whose time is over and that nobody typed in, one by
// one: there is no hurry, and what is sent comes first.
func (d *Dispatcher) expireCodes() {
	for {
		select {
		case id := <-d.expiries:
			d.expireCode(id)
		case <-d.ctx.Done():
			return
		}
	}
}

// expireCode replaces the code of an expired challenge by its MAC. A check that
// comes in between has done so itself.
func (s *Service) expireCode(id store.ID) {
	ch, err := s.Store.Challenge(context.Background(), id)
	if err != nil || !otp.Expire(ch, s.Now(), s.Keys) {
		return // a plain text has no code; most codes are approved by now
	}
	ch.Rev++
	err = s.Store.Write(&store.Tx{Challenges: []*store.Challenge{ch}})
	if err != nil && !errors.Is(err, store.ErrConflict) {
		s.Log.Error("erasing an expired code", "error", err)
	}
}
