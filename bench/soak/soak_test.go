package soak

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"tollgate/bench/devgate/devgatetest"
	"tollgate/bench/send"
)

// sampled makes an hour of samples; grow changes them.
func sampled(grow func(i int, s *Sample)) *Result {
	rng := rand.New(rand.NewPCG(1, 2))
	r := &Result{Total: send.NewTally(), Seconds: 3600}
	r.Total.Accepted, r.Total.Submitted = 3_600_000, 3_600_000
	for i := range 60 {
		noise := func() float64 { return .9 + .2*rng.Float64() }
		s := Sample{
			At: float64(60 * (i + 1)), RSS: 150e6 * noise(), Heap: 60e6 * noise(), Goroutines: 120 * noise(), FDs: 90 * noise(), ToP99: 4 * noise(),
		}
		if i < 10 {
			s.RSS = 50e6 + 10e6*float64(i) // tables fill
		}
		if i%20 == 7 {
			s.ToP99 = 400 // a bad minute
		}
		grow(i, &s)
		r.Samples = append(r.Samples, s)
	}
	return r
}

func TestJudge(t *testing.T) {
	c := Default()
	for name, v := range map[string]struct {
		grow func(i int, s *Sample)
		says string // "": nothing
	}{
		"steady":            {func(int, *Sample) {}, ""},
		"a leak":            {func(i int, s *Sample) { s.RSS += 2e6 * float64(i) }, "RSS, MB grew by"},
		"heap":              {func(i int, s *Sample) { s.Heap += 1e6 * float64(i) }, "heap in use, MB grew by"},
		"goroutines":        {func(i int, s *Sample) { s.Goroutines += 3 * float64(i) }, "goroutines grew by"},
		"descriptors":       {func(i int, s *Sample) { s.FDs += 2 * float64(i) }, "file descriptors grew by"},
		"latency drifts":    {func(i int, s *Sample) { s.ToP99 += .3 * float64(i) }, "p99 HTTP to SMSC, ms grew by"},
		"memory falls":      {func(i int, s *Sample) { s.RSS -= 1e6 * float64(i) }, ""},
		"small growth":      {func(i int, s *Sample) { s.RSS += .2e6 * float64(i) }, ""},
		"one bad half hour": {func(i int, s *Sample) { s.ToP99 += 300 * float64((i/10+1)%5/4) }, ""},
	} {
		r := sampled(v.grow)
		r.judge(&c)
		err := r.err()
		if v.says == "" && err != nil || v.says != "" && (!errors.Is(err, ErrFailed) || len(r.Failures) != 1 || !strings.Contains(err.Error(), v.says)) {
			t.Errorf("%s: %v", name, err)
		}
		if len(r.Trends) != len(figures) {
			t.Errorf("%s: %d trends", name, len(r.Trends))
		}
	}
}

func TestJudgeLoss(t *testing.T) {
	c := Default()
	for says, change := range map[string]func(*send.Tally){
		"3 of 3600000 accepted messages never reached": func(t *send.Tally) { t.Submitted -= 3 },
		"of the sends were not accepted":               func(t *send.Tally) { t.Failed = 10_000; t.Errors["503 overloaded"] = 10_000 },
		"for want of a connection: 10000":              func(t *send.Tally) { t.Unsent = 10_000 },
		"nothing was accepted":                         func(t *send.Tally) { t.Accepted, t.Submitted = 0, 0 },
	} {
		r := sampled(func(int, *Sample) {})
		change(r.Total)
		r.judge(&c)
		if err := r.err(); err == nil || len(r.Failures) != 1 || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// A bound of 0 judges nothing, and few samples are no trend.
func TestNotJudged(t *testing.T) {
	leak := func(i int, s *Sample) { s.RSS += 5e6 * float64(i); s.ToP99 += float64(i) }
	c := Default()
	c.RSSGrowth, c.P99Growth = 0, 0
	r := sampled(leak)
	r.judge(&c)
	if r.err() != nil || len(r.Trends) == 0 {
		t.Errorf("%v, %v", r.err(), r.Trends)
	}
	c = Default() // two hours, cut short
	r = sampled(leak)
	r.Seconds = 20
	r.judge(&c)
	if r.err() != nil || len(r.Trends) == 0 || !strings.Contains(said(t, r), "not judged: RSS, heap in use, p99 HTTP to SMSC\n") {
		t.Errorf("a short run: %v, %v", r.err(), r.Trends)
	}
	r = sampled(func(i int, s *Sample) { s.Goroutines += 5 * float64(i) })
	r.Seconds = 20
	if r.judge(&c); r.err() == nil {
		t.Error("goroutines that leak in a short run")
	}
	c = Default()
	r = sampled(leak)
	r.Samples = r.Samples[:6]
	r.judge(&c)
	if r.err() != nil || r.Note == "" || !strings.Contains(said(t, r), "nothing was lost; trends were not judged") {
		t.Errorf("%v, note %q", r.err(), r.Note)
	}
}

// said is the result as text; it claims no more than was judged.
func said(t *testing.T, r *Result) string {
	var out strings.Builder
	if err := r.write(&out, false); err != nil || strings.Contains(out.String(), "nothing leaks") {
		t.Errorf("%v\n%s", err, out.String())
	}
	return out.String()
}

func TestValidate(t *testing.T) {
	c := Default()
	if errs := c.Validate(); errs != nil {
		t.Errorf("the default is invalid: %v", errs)
	}
	bad := Config{Duration: -1, Rate: -1, RSSGrowth: -1, URL: "http://127.0.0.1:1", Attack: 3}
	if errs := bad.Validate(); len(errs) < 6 {
		t.Errorf("%d errors: %v", len(errs), errs)
	}
}

// The short form: a gateway of our own, a few seconds, and nothing lost.
func TestRun(t *testing.T) {
	program := devgatetest.Build(t)
	short := func(t *testing.T) Config {
		c := Default()
		c.Command, c.Dir = []string{program}, t.TempDir()
		c.Duration, c.Every, c.Rate, c.Connections = 3*time.Second, 200*time.Millisecond, 50, 4
		return c
	}
	t.Run("clean", func(t *testing.T) {
		var out strings.Builder
		r, err := Run(t.Context(), short(t), &out, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if r.Sends.Accepted < 120 || r.Sends.Submitted != r.Sends.Accepted || len(r.Samples) < 8 || !strings.Contains(out.String(), "nothing was lost, and nothing else grows; not judged: RSS, heap in use, p99") {
			t.Errorf("%+v\n%s", r, out.String())
		}
	})
	t.Run("a gateway that dies", func(t *testing.T) {
		_, err := Run(t.Context(), short(t), io.Discard, &killer{t: t})
		if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "were not accepted") {
			t.Errorf("%v", err)
		}
	})
}

// killer kills the gateway that the progress names, after its first sample.
type killer struct {
	t   *testing.T
	pid int
}

func (k *killer) Write(b []byte) (int, error) {
	if k.pid == 0 {
		if _, err := fmt.Sscanf(string(b), "started a gateway, process %d,", &k.pid); err != nil {
			k.t.Errorf("the progress begins with %q", b)
		}
	} else if strings.Contains(string(b), "accepted") {
		if p, err := os.FindProcess(k.pid); err == nil {
			_ = p.Kill() // once is enough, and it is ours
		}
	}
	return len(b), nil
}
