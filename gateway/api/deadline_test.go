package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestLateContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base, stop := context.WithCancel(t.Context())
		defer stop()
		fresh := func() *lateContext {
			return &lateContext{base: base, deadline: time.Now().Add(time.Second)}
		}
		for _, waited := range []bool{false, true} {
			c := fresh()
			if waited {
				c.Done()
			}
			if err := c.Err(); err != nil {
				t.Errorf("waited %v: at first %v", waited, err)
			}
			c.end()
			if err := c.Err(); !errors.Is(err, context.Canceled) {
				t.Errorf("waited %v: ended: %v", waited, err)
			}
			<-c.Done()

			c = fresh()
			child, cancel := context.WithCancel(c)
			if !waited {
				cancel()
				child = c
			}
			time.Sleep(2 * time.Second)
			if err := child.Err(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("waited %v: past the deadline: %v", waited, err)
			}
			cancel()
			c.end()
		}
		c := fresh()
		stop()
		if err := c.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the base was canceled: %v", err)
		}
		<-c.Done()
		c.end()
	})
}
