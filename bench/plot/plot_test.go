package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tollgate/bench/stat"
)

func sample() *Page {
	p := &Page{Title: `a <b> & "c"`, Subtitle: "x < y"}
	p.Tiles(Tile{"rate <", "12 k/s", "& more"})
	p.Table("table", "", [][]string{{"what", "<much>"}, {"a & b", "1"}})
	p.Lines(Lines{Title: "lines", XLabel: "s", YLabel: "1/s", Lines: []Line{
		{"one <1>", []float64{0, 1, 2}, []float64{0, 10, 5}}, {"two", []float64{0}, []float64{3}}, {Name: "none"},
	}})
	p.Lines(Lines{Title: "areas", Fill: true, Lines: []Line{{"user", []float64{0, 1}, []float64{1, 1}}, {"sys", []float64{0, 1}, []float64{2, 3}}}})
	p.Percentiles("curve", "", []string{"http"}, [][]stat.Point{{{Percentile: 0, MS: .1}, {Percentile: 50, MS: .2}, {Percentile: 99.9, MS: 30}}})
	p.Bars("bars", "", "%.2fx", []Bar{{"fast & <good>", stat.SpreadOf([]float64{1, 2, 3})}, {"slow", stat.SpreadOf([]float64{.5})}})
	return p
}

// A page that stays unwritten leaves no trace, and what was there before stays.
func TestFileThatStaysUnwritten(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "old.html"), filepath.Join(dir, "new.html")
	if err := os.WriteFile(old, []byte(strings.Repeat("an older page ", 10_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{old, fresh, ""} {
		f, err := Open(name)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if b, err := os.ReadFile(old); err != nil || len(b) != 140_000 {
		t.Errorf("%d octets, %v", len(b), err)
	}
	if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	f, err := Open(old)
	if err := errors.Join(err, f.Write(sample), f.Close()); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(old); !strings.HasSuffix(string(b), "</html>\n") || strings.Contains(string(b), "older") {
		t.Error("the older page shows")
	}
}

func written(t *testing.T, p *Page) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	f, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(func() *Page { return p }); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every element is closed, every text escaped, and no coordinate is NaN.
func TestPageIsWellFormed(t *testing.T) {
	text := written(t, sample())
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	elements := map[string]int{}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if e, ok := tok.(xml.StartElement); ok {
			elements[e.Name.Local]++
			for _, a := range e.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("<%s %s=%q>", e.Name.Local, a.Name.Local, a.Value)
				}
			}
		}
	}
	for name, want := range map[string]int{"svg": 4, "table": 1, "polyline": 2, "polygon": 2, "circle": 1, "rect": 2, "h1": 1, "h2": 5} {
		if elements[name] != want {
			t.Errorf("%d <%s>, want %d", elements[name], name, want)
		}
	}
}

// The page asks nobody for anything.
func TestPageIsSelfContained(t *testing.T) {
	text := written(t, sample())
	if bad := regexp.MustCompile(`(?i)(src|href|action|data)\s*=|https?:|//[a-z]|url\(|@import|<(link|script|img|iframe|object)`).FindString(text); bad != "" {
		t.Errorf("the page has %q", bad)
	}
}

func TestNothingToPlot(t *testing.T) {
	p := &Page{Title: "empty"}
	p.Lines(Lines{Title: "nothing here", Lines: []Line{{Name: "x"}}})
	p.Bars("nothing there", "", "%v", nil)
	p.Percentiles("nor here", "", []string{"a"}, [][]stat.Point{nil})
	if text := written(t, p); strings.Contains(text, "<svg") {
		t.Errorf("it plots something:\n%s", text)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "no", "such", "dir")); err == nil {
		t.Error("a page that cannot be written")
	}
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		log    bool
		want   string
	}{
		{0, 10, false, "0 2 4 6 8 10"},
		{3, 47_000, false, "0 10 k 20 k 30 k 40 k 50 k"},
		{0, 0, false, "0 0.2 0.4 0.6 0.8 1"},
		{-3, 10, false, "-4 -2 0 2 4 6 8 10"},
		{.2, 30, true, "0.1 1 10 100"},
		{1, 1, true, "1 10"},
	} {
		a := newAxis(c.lo, c.hi, c.log)
		var got []string
		for _, k := range a.ticks {
			got = append(got, k.text)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("from %v to %v: %s, want %s", c.lo, c.hi, s, c.want)
		}
		if a.place(a.lo) != 0 || a.place(a.hi) != 1 {
			t.Errorf("from %v to %v: the ends lie at %v and %v", c.lo, c.hi, a.place(a.lo), a.place(a.hi))
		}
	}
}
