package pdu

import (
	"testing"
	"time"
)

func TestTime(t *testing.T) {
	now := time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)
	berlin := time.FixedZone("", 3600)
	for _, c := range []struct {
		in   string
		want time.Time
	}{
		{"", time.Time{}},
		{"240102153000000+", time.Date(2024, 1, 2, 15, 30, 0, 0, time.UTC)},
		{"240102153000304+", time.Date(2024, 1, 2, 15, 30, 0, 3e8, berlin)}, // three tenths, one hour ahead
		{"240102153000004-", time.Date(2024, 1, 2, 16, 30, 0, 0, time.UTC)},
		{"000000000500000R", now.Add(5 * time.Minute)},
		{"000101000000000R", time.Date(2024, 3, 3, 12, 0, 0, 0, time.UTC)}, // one month and a day after 31 January
	} {
		if got, err := ParseTime(c.in, now); err != nil || !got.Equal(c.want) {
			t.Errorf("%q = %v, %v; want %v", c.in, got, err, c.want)
		}
	}
	for _, in := range []string{"2401021530", "240102153000000Z", "241302153000000+", "240230153000000+", "240102253000000+", "24010215300000x+", "240102156000000+"} {
		if got, err := ParseTime(in, now); err == nil {
			t.Errorf("%q = %v", in, got)
		}
	}
}

func TestFormatTime(t *testing.T) {
	if got := FormatAbsoluteTime(time.Date(2024, 1, 2, 16, 30, 1, 25e7, time.FixedZone("", 3600))); got != "240102153001200+" {
		t.Error(got)
	}
	for d, want := range map[time.Duration]string{
		5 * time.Minute:               "000000000500000R",
		26*time.Hour + 90*time.Second: "000001020130000R",
		1999 * time.Millisecond:       "000000000001000R",
		-time.Second:                  "000000000000000R",
		1000 * time.Hour:              "000031000000000R",
	} {
		if got := FormatRelativeTime(d); got != want {
			t.Errorf("%v = %s, want %s", d, got, want)
		}
	}
}

// TestTimeRoundTrip: what is left of a validity survives both forms.
func TestTimeRoundTrip(t *testing.T) {
	now := time.Date(2024, 2, 28, 23, 59, 0, 0, time.UTC)
	for s := 1; s < 40*86400; s += 7919 {
		d := min(time.Duration(s)*time.Second, relativeMax)
		rel, err1 := ParseTime(FormatRelativeTime(d), now)
		abs, err2 := ParseTime(FormatAbsoluteTime(now.Add(d)), now)
		if err1 != nil || err2 != nil || !rel.Equal(now.Add(d)) || !abs.Equal(now.Add(d)) {
			t.Fatalf("%v: %v %v, %v %v", d, rel, err1, abs, err2)
		}
	}
}
