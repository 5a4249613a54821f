package session

import (
	"context"
	"errors"
	"fmt"
)

// Unbind takes no new requests, waits for what is under way in both directions
// (at most DrainTimeout), unbinds and closes. When ctx ends first the session
// is closed at once.
func (s *Session) Unbind(ctx context.Context) error {
	s.mu.Lock()
	s.machine.unbind(s.now())
	s.mu.Unlock()
	s.wake()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.end(fmt.Errorf("%w: unbind given up: %w", ErrClosed, ctx.Err()))
		return fmt.Errorf("unbind: %w", ctx.Err())
	}
	if err := s.Err(); !errors.Is(err, ErrUnbound) && !errors.Is(err, ErrPeerUnbound) && !errors.Is(err, ErrClosed) {
		return fmt.Errorf("unbind: %w", err)
	}
	return nil
}
