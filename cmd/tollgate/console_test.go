package main

import (
	"strings"
	"testing"
	"time"

	"tollgate/gateway/store"
)

func TestConsoleSumsUp(t *testing.T) {
	var out strings.Builder
	now := time.Unix(1_800_000_000, 0)
	c := newConsole(&out, func() time.Time { return now })
	m := &store.Message{To: "+4915112345678", Purpose: "login", CreatedAt: now}
	d := &store.Delivery{Status: store.Delivered, Carrier: "sim", DoneAt: now.Add(30 * time.Millisecond)}
	for range 50 {
		c.Ended(m, d)
	}
	if n := strings.Count(out.String(), "\n"); n != linesPerSecond {
		t.Errorf("%d lines in a second, want %d", n, linesPerSecond)
	}
	if strings.Contains(out.String(), "15112345678") {
		t.Errorf("a number stands in clear: %s", out.String())
	}
	now = now.Add(time.Second)
	c.tick()
	if !strings.HasSuffix(out.String(), "... and 30 more in a second: 30 delivered\n") {
		t.Errorf("no summary at the end of %q", out.String())
	}
	size := out.Len()
	now = now.Add(time.Second)
	c.tick()
	if out.Len() != size {
		t.Errorf("a quiet second printed %q", out.String()[size:])
	}
}
