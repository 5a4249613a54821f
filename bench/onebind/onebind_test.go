package onebind

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A short run has every client answered; how fast is no business of a test.
func TestRun(t *testing.T) {
	var out strings.Builder
	file := filepath.Join(t.TempDir(), "smpp.html")
	rows, err := Run(t.Context(), Config{Window: 10, Rounds: 1, Slice: 50 * time.Millisecond, JSON: true, HTML: file}, &out)
	if err != nil {
		t.Fatal(err)
	}
	var printed []Row
	if err := json.Unmarshal([]byte(out.String()), &printed); err != nil || len(printed) != len(rows) || len(rows) != 5 {
		t.Fatalf("%d rows, printed %q: %v", len(rows), out.String(), err)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Count(string(b), "<svg") != 1 || !strings.Contains(string(b), "x gosmpp") {
		t.Errorf("the page: %v\n%.2000s", err, b)
	}
	for _, r := range rows {
		if r.PerSecond <= 0 || r.OverGosmp <= 0 || r.OverGoSMP <= 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestValidate(t *testing.T) {
	if errs := (Config{Window: -1, Rounds: 1000, Slice: time.Hour}).Validate(); len(errs) != 3 {
		t.Errorf("%v, want three errors", errs)
	}
	if errs := (Config{}).Validate(); errs != nil {
		t.Errorf("the defaults are wrong: %v", errs)
	}
}
