package send

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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
	}, &out, &out)
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
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 1500 * time.Millisecond, Connections: 2, Rate: Constant(200), JSON: true}, &out, io.Discard)
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
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 300 * time.Millisecond, Connections: 2, Rate: Constant(100)}, &out, io.Discard)
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
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 100 * time.Millisecond, Connections: 1, Timeout: 50 * time.Millisecond}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nothing was accepted: ") || !strings.Contains(err.Error(), "times timeout (transport)") {
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
	}, &out, io.Discard)
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
	_, err := Run(t.Context(), Config{URL: g.url, Duration: time.Second, Baseline: true, BaselineCommand: []string{"/no/such/program"}}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "start the baseline") {
		t.Errorf("%v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	_, err := Run(t.Context(), Config{URL: "http://" + freeAddr(t), Duration: time.Second}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is the gateway running?") {
		t.Errorf("%v", err)
	}
}

func TestValidate(t *testing.T) {
	bad := Config{
		URL: "ftp://x", Dialect: "smpp", Duration: time.Hour, Connections: -1, Pipeline: 5000, Drain: -1, Attack: 2,
		Rate: Rate{{From: 1, To: 2}}, Baseline: true, Countries: Mix{{"ZZ", 1}},
	}
	if errs := bad.Validate(); len(errs) != 9 {
		t.Errorf("%d errors, want all nine: %v", len(errs), errs)
	}
	if errs := (&Config{Dialect: "kannel", Attack: .1}).Validate(); len(errs) != 2 {
		t.Errorf("of Kannel: %v", errs)
	}
	for _, c := range []Config{{Purpose: Mix{{"", 1}}}, {Key: Mix{{"a", 0}}}, {Countries: Mix{{"", 1}}}} {
		if errs := c.Validate(); len(errs) != 1 {
			t.Errorf("an empty mix: %v", errs)
		}
	}
	if errs := new(Config).Validate(); errs != nil {
		t.Errorf("the default is invalid: %v", errs)
	}
}

func TestSinkTellsWhoseMessagesCame(t *testing.T) {
	l, err := New(Config{SMSC: "127.0.0.1:0", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, p := l.sink, l.plan
	s.epoch = s.epoch.Add(-time.Hour)
	p.next.Store(8)
	number := func(i uint64) string { return string(p.to(nil, i)) }
	s.begin(5, time.Now().Add(-time.Second))
	s.begin(6, time.Now())
	s.begin(7, time.Now())
	s.refused(6)
	for _, e164 := range []string{
		number(5), number(5), // once, and again
		number(6),                                      // HTTP said no
		number(4), number(9), "+14155550100", "+49151", // never begun, not yet, not ours
		number(7),
	} {
		s.arrived(smsc.Message{To: e164})
	}
	s.refused(7) // its answer comes after it
	if s.submitted.Load() != 1 || s.duplicates.Load() != 1 || s.foreign.Load() != 4 || s.unaccepted.Load() != 2 {
		t.Errorf("submitted %d, duplicates %d, foreign %d, unaccepted %d", s.submitted.Load(), s.duplicates.Load(), s.foreign.Load(), s.unaccepted.Load())
	}
	if l := s.toSMSC.Summary(); l.Max < 1000 || l.Max > 1500 {
		t.Errorf("latency %v, want 1 s", l)
	}
}

// Memory for a million sends serves many millions: what comes later still counts.
func TestSinkGoesRound(t *testing.T) {
	l, err := New(Config{SMSC: "127.0.0.1:0", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, p := l.sink, l.plan
	const old, late = 3, 3 + underSize
	p.next.Store(late + 1)
	s.begin(old, time.Now())
	s.begin(late, time.Now())
	for _, i := range []uint64{old, late, late} {
		s.arrived(smsc.Message{To: string(p.to(nil, i))})
	}
	if s.submitted.Load() != 2 || s.lapped.Load() != 1 || s.duplicates.Load() != 1 || s.toSMSC.Summary().Count != 1 {
		t.Errorf("submitted %d, lapped %d, duplicates %d", s.submitted.Load(), s.lapped.Load(), s.duplicates.Load())
	}
}

// Several requests under way on a connection: each is answered, in its order, and
// nothing is lost.
func TestPipelining(t *testing.T) {
	for _, rate := range []Rate{nil, Constant(2000)} {
		t.Run("rate "+rate.String(), func(t *testing.T) {
			g := newGateway(t)
			addr := freeAddr(t)
			g.bind(t, addr)
			r, err := Run(t.Context(), Config{
				URL: g.url, Duration: 500 * time.Millisecond, Connections: 2, Pipeline: 8, Rate: rate, SMSC: addr,
			}, io.Discard, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if r.Accepted < 50 || r.Sent != r.Accepted || int64(r.Accepted) != r.HTTP.Count || r.Carrier.Missing != 0 || r.Carrier.Submitted != r.Accepted {
				t.Errorf("%+v, carrier %+v", r, r.Carrier)
			}
		})
	}
}

// A stall shows in all that was due behind it, also in a pipeline.
func TestPipelineThatBreaks(t *testing.T) {
	g := newGateway(t)
	g.stall = func(n int) time.Duration {
		if n == 20 {
			return 400 * time.Millisecond
		}
		return 0
	}
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 600 * time.Millisecond, Connections: 1, Pipeline: 4, Timeout: 100 * time.Millisecond}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	failed := r.Errors["timeout"] + r.Errors["connection"] + r.Errors["closed"]
	if r.Errors["timeout"] == 0 || failed > 4 || r.Accepted < 20 || r.Sent != r.Accepted+failed || r.ErrorClasses["transport"] != failed {
		t.Errorf("sent %d, accepted %d, errors %v, classes %v", r.Sent, r.Accepted, r.Errors, r.ErrorClasses)
	}
}

// Tenants, purposes, numbers that come again, and a pumping attack.
func TestMixes(t *testing.T) {
	g := newGateway(t)
	addr := freeAddr(t)
	g.bind(t, addr)
	r, err := Run(t.Context(), Config{
		URL: g.url, Duration: 700 * time.Millisecond, Connections: 4, Rate: Constant(1500), SMSC: addr, Seed: 7,
		Key: Mix{{"k1", 3}, {"k2", 1}}, Purpose: Mix{{"login", 1}, {"withdrawal", 1}}, Distinct: 10, Attack: .3,
	}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.Accepted < 700 || r.Carrier.Submitted != r.Accepted || r.Carrier.Duplicates != 0 || r.Carrier.Foreign != 0 {
		t.Fatalf("%+v, carrier %+v", r, r.Carrier)
	}
	share := func(names ...string) (s float64) {
		for _, n := range names {
			s += float64(g.seen[n])
		}
		return s / float64(r.Accepted)
	}
	if s := share("k1"); s < .65 || s > .85 || share("k1", "k2") != 1 {
		t.Errorf("key k1: %v of all", s)
	}
	if s := share("withdrawal"); s < .4 || s > .6 {
		t.Errorf("withdrawals: %v", s)
	}
	honest, pumped := 0, 0.0
	for name := range g.seen {
		switch {
		case strings.HasPrefix(name, "+49"):
			honest++
		case strings.HasPrefix(name, "+62"):
			pumped += share(name)
		}
	}
	if honest != 10 || pumped < .22 || pumped > .38 {
		t.Errorf("%d honest numbers, and %v of all pumped", honest, pumped)
	}
}

// The rate climbs, pauses, and comes back; the result is a page too.
func TestRampAndPage(t *testing.T) {
	g := newGateway(t)
	rate, err := ParseRate("100..500:500ms,0:300ms,200:400ms")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "send.html")
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{URL: g.url, Connections: 4, Rate: rate, HTML: file}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "open loop at 100..500:500ms,0:300ms,200:400ms over 4 connections") {
		t.Error(out.String())
	}
	if r.Seconds < 1.1 || r.Accepted < 200 || r.Accepted > 231 || r.Rate != "100..500:500ms,0:300ms,200:400ms" {
		t.Errorf("%.2f s, accepted %d, want 230, rate %s", r.Seconds, r.Accepted, r.Rate)
	}
	page, err := os.ReadFile(file)
	if err != nil || strings.Count(string(page), "<svg") < 2 || !strings.Contains(string(page), "Latency by percentile") {
		t.Errorf("%v\n%.3000s", err, page)
	}
	if r.Process == nil && runtime.GOOS == "linux" { // the gateway is this process, found by its port
		t.Error("what the gateway's process used is not known")
	}
}

// Kannel's own request, understood by a server that knows nothing of ours.
func TestKannelDialect(t *testing.T) {
	var queries sync.Map
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queries.Store(r.URL.Query().Get("to"), r.Method+" "+r.URL.Path+" "+r.URL.Query().Get("username")+" "+r.URL.Query().Get("password"))
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, "0: Accepted for delivery")
	}))
	defer srv.Close()
	r, err := Run(t.Context(), Config{URL: srv.URL, Dialect: "kannel", Key: Mix{{"u&=:p w", 1}}, Duration: 100 * time.Millisecond, Connections: 2, Seed: 1}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	queries.Range(func(to, query any) bool {
		n++
		if query != "GET /cgi-bin/sendsms u&= p w" || !strings.HasPrefix(to.(string), "+49") {
			t.Errorf("%v to %v", query, to)
		}
		return true
	})
	if r.Accepted == 0 || n != r.Accepted {
		t.Errorf("%d accepted, %d different numbers", r.Accepted, n)
	}
}
