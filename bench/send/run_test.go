package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/smsc"
)

func TestClosedLoopEndToEnd(t *testing.T) {
	g := newGateway(t)
	addr := freeAddr(t)
	g.bind(t, addr)
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{
		URL: g.url, Duration: 1200 * time.Millisecond, Connections: 4, SMSC: addr, Idempotency: true, Seed: 1,
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if r.Mode != "closed" || r.Accepted == 0 || r.Sent != r.Accepted || int64(r.Accepted) != r.HTTP.Count {
		t.Errorf("%+v", r)
	}
	if c := r.Carrier; c.Submitted != r.Accepted || c.Missing != 0 || c.Duplicates != 0 || c.Latency.Count != int64(r.Accepted) || c.Latency.P50 <= 0 {
		t.Errorf("carrier %+v", c)
	}
	if uint64(len(g.keys)) != r.Accepted {
		t.Errorf("%d different idempotency keys for %d sends", len(g.keys), r.Accepted)
	}
	for _, want := range []string{"waiting for the gateway to bind", "submitted ", "HTTP -> SMSC", "closed loop, 4 connections"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// The gateway stops for half a second. A closed loop would see that in a
// handful of requests; everybody whose request was due then has waited.
func TestOpenLoopChargesAStall(t *testing.T) {
	g := newGateway(t)
	g.stall = func(n int) time.Duration {
		if n > 50 && n <= 52 { // both connections
			return 500 * time.Millisecond
		}
		return 0
	}
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 1500 * time.Millisecond, Connections: 2, Rate: 200, JSON: true}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if r.Mode != "open" || r.Accepted < 250 || r.Accepted > 301 {
		t.Errorf("accepted %d of about 300", r.Accepted)
	}
	// About 100 of 300 were due during the stall, evenly: a third of all waited.
	if r.HTTP.P90 < 200 {
		t.Errorf("p90 %.0f ms: the stall was not charged to those who waited", r.HTTP.P90)
	}
	var again Result
	if err := json.Unmarshal(out.Bytes(), &again); err != nil || again.Accepted != r.Accepted {
		t.Errorf("with JSON only the result is written: %v\n%s", err, out.String())
	}
}

func TestErrorsAreCountedByCode(t *testing.T) {
	g := newGateway(t)
	g.code = func(n int) (int, string) {
		switch n % 3 {
		case 0:
			return 503, `{"type":"x","code":"overloaded"}`
		case 1:
			return 500, "oops"
		}
		return 202, ""
	}
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 300 * time.Millisecond, Connections: 2, Rate: 100}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if r.Errors["503 overloaded"] == 0 || r.Errors["500"] == 0 || r.Accepted == 0 ||
		r.Errors["503 overloaded"]+r.Errors["500"]+r.Accepted != r.Sent {
		t.Errorf("errors %v, accepted %d, sent %d", r.Errors, r.Accepted, r.Sent)
	}
	if !strings.Contains(out.String(), "refused 503 overloaded") {
		t.Errorf("not in the report:\n%s", out.String())
	}
}

func TestTimeoutsAreErrors(t *testing.T) {
	g := newGateway(t)
	g.stall = func(int) time.Duration { return 200 * time.Millisecond }
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 100 * time.Millisecond, Connections: 1, Timeout: 50 * time.Millisecond}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Errors["timeout"] == 0 || r.Accepted != 0 {
		t.Errorf("errors %v, accepted %d", r.Errors, r.Accepted)
	}
}

func TestBaselineInterleaved(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("BENCH_TEST_BASELINE", "1")
	g := newGateway(t)
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{
		URL: g.url, Duration: 400 * time.Millisecond, Slice: 200 * time.Millisecond, Connections: 2,
		Baseline: true, BaselineCommand: []string{self},
	}, &out)
	if err != nil {
		t.Fatal(err)
	}
	if r.Baseline == nil || r.Baseline.Accepted == 0 || r.Baseline.Seconds < 0.4 || r.Seconds < 0.4 || r.Ratio <= 0 {
		t.Errorf("%+v, baseline %+v", r, r.Baseline)
	}
	if !strings.Contains(out.String(), "x of bare fasthttp") {
		t.Errorf("no ratio in\n%s", out.String())
	}
}

func TestBaselineThatDoesNotStart(t *testing.T) {
	g := newGateway(t)
	_, err := Run(t.Context(), Config{URL: g.url, Duration: time.Second, Baseline: true, BaselineCommand: []string{"/no/such/program"}}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "start the baseline") {
		t.Errorf("%v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	_, err := Run(t.Context(), Config{URL: "http://" + freeAddr(t), Duration: time.Second}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "is the gateway running?") {
		t.Errorf("%v", err)
	}
}

func TestValidate(t *testing.T) {
	bad := Config{URL: "ftp://x", Duration: time.Hour, Connections: -1, Rate: -1, Drain: -1}
	if errs := bad.Validate(); len(errs) != 5 {
		t.Errorf("%d errors, want all five: %v", len(errs), errs)
	}
	if errs := new(Config).Validate(); errs != nil {
		t.Errorf("the default is invalid: %v", errs)
	}
}

func TestMainUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"receive"}, {"send", "--nope"}, {"send", "extra"}, {"send", "--rate", "-3"}} {
		if err := Main(t.Context(), args, &bytes.Buffer{}); !errors.Is(err, ErrUsage) {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
	var out bytes.Buffer
	if err := Main(t.Context(), []string{"send", "--help"}, &out); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out.String(), "-smsc") || !strings.Contains(out.String(), "Examples") {
		t.Errorf("help: %v\n%s", err, out.String())
	}
}

func TestSinkTellsWhoseMessagesCame(t *testing.T) {
	c := (&Config{SMSC: "127.0.0.1:0"}).withDefaults()
	s, err := newSink(&c, newNumbers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer s.server.Close()
	s.epoch = s.epoch.Add(-time.Hour)
	s.begin(5, time.Now().Add(-time.Second))
	for _, e164 := range []string{
		string(s.numbers.append(nil, 5)), string(s.numbers.append(nil, 5)), // once, and again
		string(s.numbers.append(nil, 6)), "+14155550100", // never begun, not ours
	} {
		s.arrived(smsc.Message{To: e164})
	}
	if s.submitted.Load() != 1 || s.duplicates.Load() != 1 || s.foreign.Load() != 2 {
		t.Errorf("submitted %d, duplicates %d, foreign %d", s.submitted.Load(), s.duplicates.Load(), s.foreign.Load())
	}
	if l := s.toSMSC.summary(); l.P50 < 1000 || l.P50 > 1500 {
		t.Errorf("latency %v, want 1 s", l)
	}
	if s.begin(1<<60, time.Now()) {
		t.Error("begins more sends than it has room for")
	}
}
