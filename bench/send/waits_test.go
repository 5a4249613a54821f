package send

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// A send without an answer has waited until it was given up, in each kind of loop.
func TestTheUnansweredAreCharged(t *testing.T) {
	for name, c := range map[string]Config{
		"one by one": {}, "in batches": {Batch: 5}, "in a pipeline": {Pipeline: 4},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t)
			g.stall = func(n int) time.Duration {
				if n > 40 {
					return 300 * time.Millisecond
				}
				return 0
			}
			c.URL, c.Duration, c.Connections, c.Timeout = g.url, 400*time.Millisecond, 1, 150*time.Millisecond
			r, err := Run(t.Context(), c, io.Discard, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if r.Errors["timeout"] == 0 || uint64(r.HTTP.Count) != r.Sent || r.HTTP.Max < 140 || r.Refused != nil {
				t.Errorf("%d of %d latencies, %v; errors %v", r.HTTP.Count, r.Sent, r.HTTP, r.Errors)
			}
		})
	}
}

// It counts from when it was due, not from when a connection was free.
func TestTheUnansweredCountFromWhenTheyWereDue(t *testing.T) {
	g := newGateway(t)
	g.stall = func(n int) time.Duration {
		if n > 20 {
			return time.Second
		}
		return 0
	}
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 600 * time.Millisecond, Connections: 1, Rate: Constant(100), Timeout: 100 * time.Millisecond}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	// The stall begins at 0.2 s, and of one connection that waits 0.1 s for each
	// the last is due at 0.24 s and given up after the end.
	if r.Errors["timeout"] < 3 || r.HTTP.Max < 300 {
		t.Errorf("%v; errors %v", r.HTTP, r.Errors)
	}
}

// Refusals that are quick do not make the accepted ones look quicker.
func TestRefusalsCountApart(t *testing.T) {
	g := newGateway(t)
	g.code = func(n int) (int, string) {
		if n%10 != 0 {
			return 503, `{"code":"overloaded"}`
		}
		time.Sleep(30 * time.Millisecond)
		return 202, ""
	}
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 400 * time.Millisecond, Connections: 1}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.HTTP.P50 < 29 || uint64(r.HTTP.Count) != r.Accepted || r.Refused == nil || r.Refused.P50 > 20 || uint64(r.Refused.Count) != r.Errors["503 overloaded"] {
		t.Errorf("accepted %v, refused %v", r.HTTP, r.Refused)
	}
	if !strings.Contains(out.String(), "HTTP, refused   p50") {
		t.Errorf("not in the report:\n%s", out.String())
	}
}

// A gateway that stands still: all that was due is counted, also beyond what the
// queue holds, and has waited until the end.
func TestTheUnsentAreCountedAndCharged(t *testing.T) {
	for name, c := range map[string]Config{
		"one by one": {}, "in batches": {Batch: 5}, "in a pipeline": {Pipeline: 4},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t)
			g.stall = func(int) time.Duration { return 500 * time.Millisecond }
			c.URL, c.Duration, c.Connections, c.Rate = g.url, 400*time.Millisecond, 1, Constant(500_000)
			r, err := Run(t.Context(), c, io.Discard, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if r.Unsent+r.Sent != 200_000 || uint64(r.HTTP.Count) != 200_000 {
				t.Errorf("sent %d, unsent %d, %d latencies; 200000 were due", r.Sent, r.Unsent, r.HTTP.Count)
			}
			if r.HTTP.P50 < 195 || r.HTTP.P50 > 215 {
				t.Errorf("%v: half of all waited 200 ms", r.HTTP)
			}
		})
	}
}
