package decide

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr"
)

// A short run measures every piece; how fast is no business of a test.
func TestRun(t *testing.T) {
	var out strings.Builder
	page := filepath.Join(t.TempDir(), "decide.html")
	rows, err := Run(t.Context(), Config{Goroutines: []int{1, 3}, Slice: 10 * time.Millisecond, Rounds: 2, JSON: true, HTML: page}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var printed []Row
	if err := json.Unmarshal([]byte(out.String()), &printed); err != nil || len(printed) != 10 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, r := range rows {
		if r.NS.N != 2 || r.NS.Median <= 0 || r.Latency.Count == 0 || r.PerSecond.Median <= 0 {
			t.Errorf("%+v", r)
		}
	}
	if b, err := os.ReadFile(page); err != nil || !strings.Contains(string(b), "<svg") {
		t.Errorf("the page: %v", err)
	}
}

// What is measured is what it says: known numbers come from the cache, and the
// policy lets an honest send go.
func TestPiecesAreWarm(t *testing.T) {
	r, err := newRig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.gatherer.Close()
	var a hlr.Answer
	var f fraud.Facts
	for n := range uint64(100) {
		r.gatherer.GatherInto(t.Context(), r.of(n), need, &a)
		if len(a.Sources) != 1 || !a.Sources[0].Cached || a.IMSI == "" {
			t.Fatalf("not from the cache: %+v", a)
		}
	}
	r.facts(&f, &a)
	if d := r.policy.Decide(&f); d.Kind != fraud.Allow {
		t.Errorf("%+v", d)
	}
	r.count(1, r.of(1), &f.Velocity)
	r.count(2, r.of(1), &f.Velocity)
	if f.Velocity.Number10m != 2 {
		t.Errorf("the window counts %v", f.Velocity.Number10m)
	}
}

func TestValidate(t *testing.T) {
	if errs := (&Config{Goroutines: []int{0}, Slice: time.Hour, Rounds: -1}).Validate(); len(errs) != 3 {
		t.Errorf("%v, want three errors", errs)
	}
	if errs := new(Config).Validate(); errs != nil {
		t.Errorf("the defaults are wrong: %v", errs)
	}
}
