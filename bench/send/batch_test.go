package send

import (
	"io"
	"strings"
	"testing"
	"time"
)

// Every line of a batch is a send of its own: counted, matched at the carrier, and
// refused by itself.
func TestBatch(t *testing.T) {
	g := newGateway(t)
	g.code = func(n int) (int, string) {
		if n%5 == 0 {
			return 503, `{"code":"overloaded"}`
		}
		return 202, ""
	}
	addr := freeAddr(t)
	g.bind(t, addr)
	r, err := Run(t.Context(), Config{
		URL: g.url, Duration: 500 * time.Millisecond, Connections: 3, Batch: 20, SMSC: addr, Idempotency: true, Seed: 1,
	}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.Batch != 20 || r.Accepted == 0 || r.Accepted*5 != r.Sent*4 || r.Errors["503 overloaded"] != r.Sent-r.Accepted {
		t.Errorf("sent %d, accepted %d, errors %v: want four of five accepted", r.Sent, r.Accepted, r.Errors)
	}
	if c := r.Carrier; c.Submitted != r.Accepted || c.Missing+c.Duplicates+c.Foreign+c.Unaccepted != 0 || r.HTTP.Count != int64(r.Accepted) || r.Refused.Count != int64(r.Sent-r.Accepted) {
		t.Errorf("carrier %+v, %d latencies", c, r.HTTP.Count)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if uint64(len(g.keys)) != r.Sent {
		t.Errorf("%d different idempotency keys for %d sends", len(g.keys), r.Sent)
	}
}

// What is due comes in batches, and what is left at the end in a smaller one.
func TestBatchOpenLoop(t *testing.T) {
	g := newGateway(t)
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 510 * time.Millisecond, Connections: 1, Batch: 100, Rate: Constant(500)}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Accepted+r.Unsent < 250 || r.Accepted < 200 || uint64(r.Accepted) != uint64(g.count) {
		t.Errorf("accepted %d, unsent %d of about 255; the gateway counted %d", r.Accepted, r.Unsent, g.count)
	}
}

func TestBatchThatIsNotAnsweredByLine(t *testing.T) {
	for line, want := range map[string]string{
		`{"line":1,"status":202,"body":{}}`:                        "",
		`{"line":1,"status":422,"body":{"code":"invalid_number"}}`: "422 invalid_number",
		`{"line":2,"status":202,"body":{}}`:                        "line missing",
		"":                                                         "line missing",
	} {
		if got := lineCode([]byte(line), 1); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	cfg := Config{Batch: 10, Pipeline: 2}
	if errs := cfg.Validate(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "batch") {
		t.Errorf("a batch in a pipeline: %v", errs)
	}
}
