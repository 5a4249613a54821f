package session

import (
	"context"
	"fmt"
)

// waiters are the callers of Call that wait for a slot, first come first served.
// Each freed slot wakes one; one that comes too late, because a Submit was
// quicker, waits again. Their number is the caller's to bound: each is one of
// its goroutines.
type waiters struct {
	queue []chan struct{}
}

// wakeOne tells the first waiter that there is a slot. Called with mu held.
func (w *waiters) wakeOne() {
	if len(w.queue) > 0 {
		close(w.queue[0])
		w.queue = w.queue[1:]
	}
}

// wakeAll tells everyone that the session ended. Called with mu held.
func (w *waiters) wakeAll() {
	for _, c := range w.queue {
		close(c)
	}
	w.queue = nil
}

// remove forgets a waiter; it returns false when it was woken already.
func (w *waiters) remove(c chan struct{}) bool {
	for i, q := range w.queue {
		if q == c {
			w.queue = append(w.queue[:i], w.queue[i+1:]...)
			return true
		}
	}
	return false
}

// waitSlot waits until a slot may be free or the session ended.
func (s *Session) waitSlot(ctx context.Context) error {
	s.mu.Lock()
	if !s.window.full() || s.machine.state == Closed {
		s.mu.Unlock()
		return nil
	}
	c := make(chan struct{})
	s.waiters.queue = append(s.waiters.queue, c)
	s.mu.Unlock()
	select {
	case <-c:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	if !s.waiters.remove(c) {
		s.waiters.wakeOne() // it was our turn: pass it on
	}
	s.mu.Unlock()
	return fmt.Errorf("wait for a slot in the window: %w", ctx.Err())
}
