package gateway

import (
	"context"
	"errors"

	"tollgate/hlr/subscriber"
)

// ErrHeld is what Erase answers for a number that is frozen or locked: who has
// taken a number over may ask for its erasure too.
var ErrHeld = errors.New("the number is held; resolve its review first, or force it")

// Erase deletes what is kept of a number, for every tenant: the identity of
// record, states, claims, reviews and finished messages. It counts the messages
// that are still on their way and stay. A number that a tenant holds is erased
// only by force, which lifts the hold.
func (s *Service) Erase(ctx context.Context, n subscriber.MSISDN, force bool) (erased, open int, err error) {
	var tenants []string
	for _, t := range s.EachTenant() {
		tenants = append(tenants, t.ID)
		ns, err := s.numberState(ctx, t, n)
		if err != nil {
			return 0, 0, err
		}
		if (ns.Freeze != nil || ns.Lock != nil) && !force {
			return 0, 0, ErrHeld
		}
	}
	erased, open, err = s.Store.Erase(ctx, n, tenants)
	s.Facts.Forget(n)
	return erased, open, err
}
