package main

import (
	"fmt"
	"strconv"
	"testing"
)

// A full queue refuses before it accepts: nothing of the refused send is kept,
// and the same key succeeds later.
func TestFullQueue(t *testing.T) {
	t.Parallel()
	addr := deadAddr(t)
	p := startServe(t, configuration{carrier: addr, rest: "queue: {max_messages: 3}"}.write(t, t.TempDir()))
	var ids []string
	for i := range 3 {
		ids = append(ids, p.send(fmt.Sprintf("+491511234%04d", 1111*i), "login"))
	}
	refused := with(post(otpPath, `{"to":"+4915112349999"}`), "Idempotency-Key", "full")
	for range 3 {
		a, err := p.do(refused)
		must(t, err)
		wantProblem(t, a, 503, "overloaded", "")
		if s, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || s < 1 || s > 60 {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
	}
	if n := p.metric(`tollgate_messages_total{status="accepted"}`); n != 3 {
		t.Errorf("%v messages were accepted", n)
	}
	if status, _ := p.readyz(); status != 200 {
		t.Errorf("/readyz answers %d for a queue that is full", status)
	}
	c := listenCarrier(t, addr, nil)
	for _, id := range ids {
		p.await(id, "delivered")
	}
	a, err := p.do(refused)
	must(t, err)
	if a.status != 202 {
		t.Fatalf("with room in the queue: %d %s", a.status, a.body)
	}
	p.await(a.ID, "delivered")
	if n := c.total(); n != 4 {
		t.Errorf("%d messages at the carrier, want 4", n)
	}
}
