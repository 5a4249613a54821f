package replay

import (
	"strings"
	"testing"
	"time"
)

// play sends a campaign: a for an allowed send, r for a refused one.
func play(course string) *campaign {
	c := &campaign{}
	for _, s := range course {
		c.add(s == 'a')
	}
	return c
}

func TestCampaignIsStoppedByTenRefusalsInARow(t *testing.T) {
	ten := strings.Repeat("r", 10)
	for course, want := range map[string]struct {
		before  int64
		stopped bool
	}{
		"":                                    {0, false},
		"aaa":                                 {3, false},
		ten:                                   {0, true},
		"aa" + ten:                            {2, true},
		"aa" + ten + "aaa":                    {2, true}, // what comes after counts no more
		"a" + ten[:9] + "a":                   {2, false},
		"a" + ten[:9] + "a" + ten + "a" + ten: {2, true},
		strings.Repeat("ar", 50):              {50, false},
	} {
		if c := play(course); c.before != want.before || c.stopped != want.stopped {
			t.Errorf("%s: %d before, stopped %v; want %d, %v", course, c.before, c.stopped, want.before, want.stopped)
		}
	}
}

func TestStopsOfCampaigns(t *testing.T) {
	ten := strings.Repeat("r", 10)
	s := stops([]*campaign{play("a" + ten), play("aaa" + ten), play("aaaaa"), play(ten)})
	// 0, 1, 3, 5: the middle lies between 1 and 3, 95 % at 0.85 between 3 and 5
	if s.Campaigns != 4 || s.Stopped != 3 || s.Median != 2 || s.P95 != 4.7 {
		t.Errorf("%+v", s)
	}
	if s := stops(nil); s != (Stops{}) {
		t.Errorf("of none: %+v", s)
	}
	if s := stops([]*campaign{play("aa")}); s.Median != 2 || s.P95 != 2 {
		t.Errorf("of one: %+v", s)
	}
}

func TestTimelineKeepsAllSends(t *testing.T) {
	var l timeline
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 10_000 {
		l.add(begin.Add(time.Duration(i)*17*time.Second), i%4 != 0)
	}
	allowed, refused := 0, 0
	for _, s := range l.slots {
		allowed, refused = allowed+int(s.allowed), refused+int(s.refused)
	}
	if allowed != 7500 || refused != 2500 || len(l.slots) > timelineSlots || int64(len(l.slots))*l.width < 9999*17 {
		t.Errorf("%d allowed, %d refused in %d slots of %d s", allowed, refused, len(l.slots), l.width)
	}
	l.add(begin.AddDate(4000, 0, 0), true) // a file with a time far off
	if len(l.slots) > timelineSlots {
		t.Errorf("%d slots", len(l.slots))
	}
}

func TestCostLineKeepsAllMoney(t *testing.T) {
	var c costLine
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 10_000 {
		c.add(begin.Add(time.Duration(i)*17*time.Second), 0.5, i%4 != 0)
	}
	spent, kept := 0.0, 0.0
	for i := range c.spent {
		spent, kept = spent+c.spent[i], kept+c.kept[i]
		if i < len(c.line.slots) && c.spent[i] != 0.5*float64(c.line.slots[i].allowed) {
			t.Errorf("slot %d: %g spent on %d sends", i, c.spent[i], c.line.slots[i].allowed)
		}
	}
	if spent != 3750 || kept != 1250 {
		t.Errorf("%g spent, %g kept", spent, kept)
	}
}
