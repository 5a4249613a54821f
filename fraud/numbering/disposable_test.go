package numbering

import (
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

func TestDisposable(t *testing.T) {
	d, err := LoadDisposable(strings.NewReader(`# sample
+447400000001,2024-06-01
447400000001,2023-01-01

447400000002
+4915735* , 2024-02-03
491573599*
`))
	if err != nil {
		t.Fatal(err)
	}
	if d.Len() != 4 {
		t.Errorf("Len = %d, want 4: a repeated number counts once", d.Len())
	}
	for _, v := range []struct {
		n    subscriber.MSISDN
		day  string
		want bool
	}{
		{"+447400000001", "2024-06-01", true},
		{"+447400000002", "", true},
		{"+447400000003", "", false},
		{"+4915735123456", "2024-02-03", true},
		{"+4915735991234", "", true}, // the longer prefix has no date
		{"+4915734123456", "", false},
		{"", "", false},
	} {
		day, ok := d.Find(v.n)
		shown := ""
		if !day.IsZero() {
			shown = day.Format(time.DateOnly)
		}
		if ok != v.want || shown != v.day {
			t.Errorf("Find(%s) = %q, %v; want %q, %v", v.n, shown, ok, v.day, v.want)
		}
	}
	if _, ok := (*Disposable)(nil).Find("+447400000001"); ok {
		t.Error("the nil list holds a number")
	}
}

func TestDisposableNamesEveryBadLine(t *testing.T) {
	_, err := LoadDisposable(strings.NewReader("+447400000001\nabc\n*\n12345\n+447400000001,yesterday\n0123456789\n"))
	if err == nil {
		t.Fatal("a broken list was taken")
	}
	for _, line := range []string{"line 2:", "line 3:", "line 4:", "line 5:", "line 6:"} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("%v: %s is missing", err, line)
		}
	}
}

func FuzzLoadDisposable(f *testing.F) {
	f.Add("+447400000001,2024-06-01\n4915735*\n# x\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := LoadDisposable(strings.NewReader(text))
		if err == nil {
			d.Find("+447400000001")
		}
	})
}
