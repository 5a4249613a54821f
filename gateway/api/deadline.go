package api

import (
	"context"
	"sync"
	"time"
)

// lateContext is a context with a deadline that sets its timer only when somebody
// waits for it: most requests are answered long before, without asking.
type lateContext struct {
	base     context.Context
	deadline time.Time

	mu     sync.Mutex
	inner  context.Context // once somebody waits
	cancel context.CancelFunc
	ended  bool
}

func (c *lateContext) Deadline() (time.Time, bool) { return c.deadline, true }

func (c *lateContext) Value(key any) any { return c.wait().Value(key) }

func (c *lateContext) Done() <-chan struct{} { return c.wait().Done() }

func (c *lateContext) Err() error {
	c.mu.Lock()
	inner, ended := c.inner, c.ended
	c.mu.Unlock()
	switch {
	case inner != nil:
		return inner.Err()
	case ended:
		return context.Canceled
	case c.base.Err() != nil:
		return c.base.Err()
	case !time.Now().Before(c.deadline):
		return context.DeadlineExceeded
	}
	return nil
}

// wait makes the context that can be waited for.
func (c *lateContext) wait() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil {
		c.inner, c.cancel = context.WithDeadline(c.base, c.deadline)
		if c.ended {
			c.cancel()
		}
	}
	return c.inner
}

// end is its cancel function.
func (c *lateContext) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.cancel != nil {
		c.cancel()
	}
}
