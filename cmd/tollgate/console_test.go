package main

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/gateway/store"
)

func TestConsoleSumsUp(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	c := newConsole(func() time.Time { return now })
	printed := func() string {
		var out strings.Builder
		done := make(chan struct{})
		close(done)
		c.print(&out, done)
		for len(c.lines) > 0 { // print chose between its channels
			c.print(&out, done)
		}
		return out.String()
	}
	m := &store.Message{To: "+4915112345678", Purpose: "login", CreatedAt: now}
	d := &store.Delivery{Status: store.Delivered, Carrier: "sim", DoneAt: now.Add(30 * time.Millisecond)}
	for range 50 {
		c.Ended(m, d)
	}
	out := printed()
	if n := strings.Count(out, "\n"); n != linesPerSecond {
		t.Errorf("%d lines in a second, want %d", n, linesPerSecond)
	}
	if strings.Contains(out, "15112345678") {
		t.Errorf("a number stands in clear: %s", out)
	}
	now = now.Add(time.Second)
	c.tick()
	if out := printed(); out != "... and 30 more in a second: 30 delivered\n" {
		t.Errorf("the summary is %q", out)
	}
	now = now.Add(time.Second)
	c.tick()
	if out := printed(); out != "" {
		t.Errorf("a quiet second printed %q", out)
	}
}

// A terminal that takes nothing stops nobody.
func TestConsoleNeverBlocks(t *testing.T) {
	second := int64(1_800_000_000)
	c := newConsole(func() time.Time { return time.Unix(second, 0) })
	m := &store.Message{To: "+4915112345678"}
	for range 100 * linesPerSecond { // nobody prints
		c.Ended(m, &store.Delivery{Status: store.Delivered})
		second++
	}
	if len(c.lines) != maxLines {
		t.Errorf("%d lines wait, want %d", len(c.lines), maxLines)
	}
	if c.hidden["delivered"] == 0 {
		t.Error("what was not shown is not counted")
	}
}

// A terminal that was stopped holds up the end by a second, no more; one that
// reads gets everything.
func TestConsoleEndsThoughNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stuck := io.Pipe()
		began := time.Now()
		c := newConsole(time.Now)
		stop := c.start(stuck)
		c.say("one")
		synctest.Wait()
		stop()
		if took := time.Since(began); took != time.Second {
			t.Errorf("the end took %v", took)
		}
		_ = r.Close() // lets the printing goroutine go

		var out strings.Builder
		c = newConsole(time.Now)
		stop = c.start(&out)
		c.say("one")
		c.say("two")
		stop()
		if out.String() != "one\ntwo\n" {
			t.Errorf("printed %q", out.String())
		}
	})
}
