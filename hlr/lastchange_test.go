package hlr

import (
	"testing"
	"time"
)

func ago(d time.Duration) time.Time { return day0.Add(-d) }

// within is a check's "yes, within d before t"; notWithin its "no".
func within(t time.Time, d time.Duration) LastChange    { return LastChange{t.Add(-d), t} }
func notWithin(t time.Time, d time.Duration) LastChange { return LastChange{NotAfter: t.Add(-d)} }

func TestLastChangeSince(t *testing.T) {
	const day = 24 * time.Hour
	saw, later := day0, day0.Add(time.Minute)
	tests := []struct {
		name        string
		former, now LastChange
		same, known bool
	}{
		{"the same date", ChangedAt(ago(day)), ChangedAt(ago(day)), true, true},
		{"a later date", ChangedAt(ago(day)), ChangedAt(later), false, true},
		{"a date that the network had not told yet", ChangedAt(ago(day)), ChangedAt(ago(time.Second)), false, true},
		{"an earlier date", ChangedAt(ago(time.Hour)), ChangedAt(ago(day)), true, true},
		{"dated ahead of our clock, twice", ChangedAt(day0.Add(time.Minute)), ChangedAt(day0.Add(time.Minute)), true, true},
		{"no, no", notWithin(saw, day), notWithin(later, day), true, true},
		{"no, yes", notWithin(saw, day), within(later, day), false, true},
		{"yes, no", within(saw, day), notWithin(later, day), true, true},
		{"yes, yes: perhaps once more", within(saw, day), within(later, day), false, false},
		{"no, a date", notWithin(saw, day), ChangedAt(ago(time.Hour)), false, true},
		{"a date, no", ChangedAt(ago(2 * day)), notWithin(later, day), true, true},
		{"nothing, a later date", LastChange{}, ChangedAt(later), false, true},
		{"nothing, an old date", LastChange{}, ChangedAt(ago(day)), true, true},
		{"nothing, yes", LastChange{}, within(later, day), false, false},
		{"a date, nothing", ChangedAt(ago(day)), LastChange{}, false, false},
	}
	for _, tt := range tests {
		if same, known := tt.now.since(tt.former, saw); same != tt.same || known != tt.known {
			t.Errorf("%s: same %v, known %v; want %v, %v", tt.name, same, known, tt.same, tt.known)
		}
	}
	if _, known := ChangedAt(later).since(LastChange{}, time.Time{}); known {
		t.Error("a decision that saw nothing cannot be compared with")
	}
}

func TestLastChangeAge(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name     string
		c        LastChange
		judged   time.Time
		min, max time.Duration
		ok       bool
	}{
		{"a date", ChangedAt(ago(day)), time.Time{}, day, day, true},
		{"ahead of our clock", ChangedAt(ago(-time.Minute)), time.Time{}, 0, 0, true},
		{"within a day", within(day0, day), time.Time{}, 0, day, true},
		{"not within a day", notWithin(day0, day), time.Time{}, 0, 0, false},
		{"not told", LastChange{}, time.Time{}, 0, 0, false},
		{"judged", ChangedAt(ago(day)), ago(time.Hour), 0, 0, false},
		{"after it was judged", ChangedAt(ago(time.Minute)), ago(time.Hour), time.Minute, time.Minute, true},
		{"may be the one judged", within(day0, day), ago(time.Hour), 0, 0, false},
		{"the SIM's activation years ago", ChangedAt(ago(900 * day)), time.Time{}, 0, 0, false},
	}
	for _, tt := range tests {
		if min, max, ok := tt.c.Age(day0, tt.judged); min != tt.min || max != tt.max || ok != tt.ok {
			t.Errorf("%s: %v to %v, %v; want %v to %v, %v", tt.name, min, max, ok, tt.min, tt.max, tt.ok)
		}
	}
}

func TestLastChangeIsAFact(t *testing.T) {
	a := says("a", FieldIdentity, Subscriber{SIMChange: ChangedAt(ago(time.Hour))}, nil)
	b := says("b", FieldAll, Subscriber{SIMChange: notWithin(day0, 72*time.Hour), DeviceChange: within(day0, time.Hour)}, nil)
	got := gatherer(Config{Budget: time.Second}, a, b).Gather(t.Context(), number, Need{})
	if got.Known != FieldSIMChange|FieldDeviceChange || got.IdentityBy != "a" || got.Disputed() != FieldSIMChange {
		t.Errorf("known %v by %q, disputed %v", got.Known, got.IdentityBy, got.Disputed())
	}
	for _, f := range got.Facts() {
		if f.Name == "sim_change" && f.Value != showTime(ago(time.Hour)) || f.Name == "device_change" && f.Value[:8] != "between " {
			t.Errorf("%s is shown as %q", f.Name, f.Value)
		}
	}
}
