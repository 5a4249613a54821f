package storebench

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/bench/stat"
)

// A short run commits with every engine and leaves nothing behind; how fast is no
// business of a test.
func TestRun(t *testing.T) {
	var out strings.Builder
	dir := t.TempDir()
	page := filepath.Join(t.TempDir(), "store.html")
	r, err := Run(t.Context(), Config{Writers: []int{1, 8}, Slice: 50 * time.Millisecond, Rounds: 2, Dir: dir, JSON: true, HTML: page}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var printed Result
	if err := json.Unmarshal([]byte(out.String()), &printed); err != nil || len(printed.Rows) != 4 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, row := range r.Rows {
		if row.PerSecond.N != 2 || row.Commit.Count == 0 || row.Sync.Count == 0 || row.PerSync <= 0 || row.Commit.P50 < row.Sync.P50/2 {
			t.Errorf("%+v", row)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
	if b, err := os.ReadFile(page); err != nil || !strings.Contains(string(b), "<svg") {
		t.Errorf("the page: %v", err)
	}
}

func TestValidate(t *testing.T) {
	if errs := (&Config{Writers: []int{0, 1}, Slice: time.Hour, Rounds: -1}).Validate(); len(errs) != 3 {
		t.Errorf("%v, want three errors", errs)
	}
	if errs := new(Config).Validate(); errs != nil {
		t.Errorf("the defaults are wrong: %v", errs)
	}
}

// Who waits is woken once its record is on disk, whether or not others come.
func TestGroupLog(t *testing.T) {
	syncs := stat.NewLatencies()
	file := filepath.Join(t.TempDir(), "log")
	l, err := openGroupLog(file, syncs)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for range 20 {
				if err := l.append([]byte{byte('a' + w)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b, err := os.ReadFile(file)
	if err := errors.Join(err, l.close()); err != nil {
		t.Fatal(err)
	}
	counts := map[byte]int{}
	for _, c := range b[:320] {
		counts[c]++
	}
	for w := range 16 {
		if counts[byte('a'+w)] != 20 {
			t.Errorf("writer %d has %d records in the file", w, counts[byte('a'+w)])
		}
	}
	if n := syncs.Summary().Count; n == 0 || n > 320 {
		t.Errorf("%d syncs for 320 records", n)
	}
	if err := l.f.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the file is open: %v", err)
	}
}
