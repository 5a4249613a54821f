package facts

import (
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr"
)

// A port or a new holder that the network dates ahead has not come yet; a
// network's clock may be a little ahead of ours.
func TestWhatLiesAheadIsNoFact(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	verified := Past{Verified: 1, VerifiedAt: now.Add(-24 * time.Hour)}
	for name, v := range map[string]struct {
		at   time.Duration // from now
		fact bool
	}{
		"an hour ago":      {-time.Hour, true},
		"by another clock": {30 * time.Second, true},
		"in an hour":       {time.Hour, false},
		"in a year":        {365 * 24 * time.Hour, false},
	} {
		f := fraud.Facts{At: now}
		n := Network{Answer: &hlr.Answer{Subscriber: hlr.Subscriber{PortedAt: now.Add(v.at), RecycledAt: now.Add(v.at)}}}
		n.Into(&f, &verified)
		if f.Porting.Ported != v.fact || f.Porting.Dated != v.fact || f.SIM.Recycled.Changed != v.fact {
			t.Errorf("%s: %+v, recycled %+v", name, f.Porting, f.SIM.Recycled)
		}
		if want := max(0, -v.at); v.fact && (f.Porting.Since != want || f.SIM.Recycled.Max != want) {
			t.Errorf("%s: since %v and %v, want %v", name, f.Porting.Since, f.SIM.Recycled.Max, want)
		}
	}
	yes := true
	f := fraud.Facts{At: now}
	n := Network{Answer: &hlr.Answer{Subscriber: hlr.Subscriber{Ported: &yes, PortedAt: now.Add(time.Hour)}}}
	if n.Into(&f, &Past{}); !f.Porting.Ported || f.Porting.Dated {
		t.Errorf("ported before, and again in an hour: %+v", f.Porting)
	}
}
