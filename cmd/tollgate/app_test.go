package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/gateway/config"
)

// A long call is not joined by another one, and stop waits for it.
func TestRepeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls, running, ended int
		stop := repeat(t.Context(), time.Minute, func(ctx context.Context) {
			calls++
			if running++; running > 1 {
				t.Error("two calls at a time")
			}
			if calls == 3 { // until it is told to end, and then a little
				<-ctx.Done()
			}
			time.Sleep(90 * time.Second)
			running--
			ended++
		})
		time.Sleep(10 * time.Minute)
		synctest.Wait() // what the calls wrote is ours to read now
		if calls != 3 || ended != 2 {
			t.Fatalf("%d calls, %d ended; want 3 and 2", calls, ended)
		}
		began := time.Now()
		stop()
		if ended != 3 || time.Since(began) != 90*time.Second {
			t.Errorf("%d ended, %v after stop; want 3 after 90 s", ended, time.Since(began))
		}
	})
}

// What the configuration allows reaches what posts.
func TestNotifierConfig(t *testing.T) {
	for name, c := range map[string]struct {
		set           func(*config.Config, *extras)
		private, http bool
	}{
		"by default":               {func(*config.Config, *extras) {}, false, false},
		"webhooks.allow_http":      {func(c *config.Config, _ *extras) { c.Webhooks.AllowHTTP = true }, false, true},
		"webhooks.allow_private":   {func(c *config.Config, _ *extras) { c.Webhooks.AllowPrivate = true }, true, false},
		"api.allow_http_callbacks": {func(c *config.Config, _ *extras) { c.API.AllowHTTPCallbacks = true }, false, true},
		"dev":                      {func(_ *config.Config, x *extras) { x.private = true }, true, true},
	} {
		cfg, x := config.Default(), extras{}
		c.set(cfg, &x)
		if got := notifierConfig(cfg, x); got.AllowPrivate != c.private || got.AllowHTTP != c.http {
			t.Errorf("%s: private %v, http %v", name, got.AllowPrivate, got.AllowHTTP)
		}
	}
}
