package gateway

import (
	"context"
	"strings"
	"testing"
	"time"

	"tollgate/gateway/account"
	"tollgate/gateway/store"
	"tollgate/hlr"
)

// dates is an element that tells when a SIM changed and not which it is.
func dates(at time.Time) *element {
	e := newElement("dates", "")
	e.fields = hlr.FieldSIMChange
	e.datesTo(at)
	return e
}

func (e *element) datesTo(at time.Time) {
	e.does(func(context.Context) (hlr.Subscriber, error) {
		return hlr.Subscriber{SIMChange: hlr.ChangedAt(at)}, nil
	})
}

// A change that the network dates is a change although no other SIM was ever
// seen; a review clears what it could judge, and nothing later.
func TestADatedSwapFreezesUntilItIsJudged(t *testing.T) {
	e := dates(time.Now().Add(-900 * 24 * time.Hour))
	r := newRig(t, rigOptions{elements: []*element{e}})
	if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
		t.Errorf("an old SIM: %v", codes(&sent.Decision))
	}
	e.datesTo(r.now().Add(-time.Hour))
	frozen := r.refused(handset, "withdrawal", CodeFrozen)
	if ev := frozen.Decision.Reasons[0].Evidence; frozen.Decision.Reasons[0].Code != "SIM_IMSI_CHANGED" || !strings.Contains(ev, "dates a change of the SIM 1h") {
		t.Errorf("frozen for %s: %s", codes(frozen.Decision), ev)
	}
	r.pass(time.Hour)
	_, err := r.Resolve(context.Background(), r.tenant, frozen.Review, account.ConfirmNewSIM, "")
	must(t, err)
	r.pass(time.Minute)
	if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
		t.Errorf("after the review: %v", codes(&sent.Decision))
	}
	e.datesTo(r.now().Add(-30 * time.Minute)) // while the review was open: nobody judged it
	r.refused(handset, "withdrawal", CodeFrozen)
}

// The fence compares dates where no identity is told.
func TestFenceComparesDates(t *testing.T) {
	for name, c := range map[string]struct {
		purpose string
		fault   func(e *element)
		want    store.Status
		reason  string
	}{
		"the same date": {"withdrawal", func(*element) {}, store.Delivered, ""},
		"a later date":  {"withdrawal", func(e *element) { e.datesTo(time.Now()) }, store.Rejected, "fence"},
		"a login":       {"login", func(e *element) { e.datesTo(time.Now()) }, store.Rejected, "fence"},
		"no date":       {"withdrawal", func(e *element) { e.does(hangs) }, store.Rejected, "fence_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			e := dates(time.Now().Add(-900 * 24 * time.Hour))
			r := newRig(t, rigOptions{elements: []*element{e}, down: true})
			sent := r.accepted(handset, c.purpose)
			c.fault(e)
			r.pass(10 * time.Second)
			r.up("sim")
			if v := r.await(sent.ID, c.want); v.Delivery.Reason != c.reason {
				t.Errorf("%s for %q", v.Delivery.Status, v.Delivery.Reason)
			}
		})
	}
}
