package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/account"
	"tollgate/gateway/store"
	"tollgate/hlr"
)

// told is a network's word that the SIM of the handset changed.
func (r *rig) told(at time.Time) {
	r.t.Helper()
	must(r.t, r.SIMChanged(context.Background(), "camara", handset, at))
}

// A pushed swap freezes whatever lookups say of it or fail to, also after a
// crash, and until a person has judged it.
func TestAPushedSwapFreezes(t *testing.T) {
	for name, fault := range map[string]func(context.Context) (hlr.Subscriber, error){
		"behind its events": nil,
		"down":              fails(errors.New("connection refused")),
		"slow":              hangs,
		"not covered":       fails(hlr.ErrNotCovered),
		"tells nothing":     func(context.Context) (hlr.Subscriber, error) { return hlr.Subscriber{}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			e := dates(time.Now().Add(-900 * 24 * time.Hour))
			r := newRig(t, rigOptions{elements: []*element{e}})
			r.ended(r.accepted(handset, "withdrawal").ID) // or its own fence asks the fault
			if fault != nil {
				e.does(fault)
			}
			r.told(r.now().Add(-time.Hour))
			r.crash() // what was acknowledged survives it
			r.start()
			frozen := r.refused(handset, "withdrawal", CodeFrozen)
			if ev := frozen.Decision.Reasons; !strings.Contains(evidenceOf(ev, "SIM_IMSI_CHANGED"), "dates a change of the SIM 1h") {
				t.Errorf("frozen for %+v", ev)
			}
			_, err := r.Resolve(context.Background(), r.tenant, frozen.Review, account.ConfirmNewSIM, "")
			must(t, err)
			e.datesTo(r.now().Add(-900 * 24 * time.Hour))
			r.told(r.now().Add(-time.Hour)) // the same swap again
			r.pass(time.Minute)
			if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
				t.Errorf("after the review: %v", codes(&sent.Decision))
			}
			r.told(r.now())
			r.refused(handset, "withdrawal", CodeFrozen)
		})
	}
}

func evidenceOf(reasons []fraud.Reason, code string) string {
	for _, r := range reasons {
		if r.Code == code {
			return r.Evidence
		}
	}
	return ""
}

// A swap that was judged does not stand for a network that does not answer.
func TestAPushIsNoAnswer(t *testing.T) {
	e := dates(time.Now().Add(-900 * 24 * time.Hour))
	r := newRig(t, rigOptions{elements: []*element{e}})
	r.told(r.now().Add(-time.Hour))
	frozen := r.refused(handset, "withdrawal", CodeFrozen)
	_, err := r.Resolve(context.Background(), r.tenant, frozen.Review, account.ConfirmNewSIM, "")
	must(t, err)
	e.does(fails(errors.New("down")))
	r.pass(time.Minute)
	refused := r.refused(handset, "withdrawal", CodeStepUp)
	if got := codes(refused.Decision); !slices.Contains(got, "PROVIDER_UNAVAILABLE") || slices.Contains(got, "SIM_IMSI_CHANGED") {
		t.Errorf("refused for %v", got)
	}
}

// A push between the decision and the fence stops the message for every
// purpose, also where nothing else can be asked.
func TestFenceHeedsAPush(t *testing.T) {
	for name, c := range map[string]struct {
		purpose string
		before  func(*element) // the decision
		after   func(*element)
		ago     time.Duration // the swap was, before it was told
	}{
		"a withdrawal":           {purpose: "withdrawal"},
		"a login":                {purpose: "login"},
		"told late":              {purpose: "login", ago: time.Minute},
		"a network that fails":   {purpose: "login", after: func(e *element) { e.does(fails(errors.New("down"))) }, ago: time.Minute},
		"one that failed before": {purpose: "login", before: func(e *element) { e.does(fails(errors.New("down"))) }, ago: time.Minute},
		"one that tells no date": {purpose: "login", before: func(e *element) {
			e.does(func(context.Context) (hlr.Subscriber, error) { return hlr.Subscriber{}, nil })
		}},
		"one that hangs by then":     {purpose: "withdrawal", after: func(e *element) { e.does(hangs) }},
		"one that covers it no more": {purpose: "login", after: func(e *element) { e.does(fails(hlr.ErrNotCovered)) }},
	} {
		t.Run(name, func(t *testing.T) {
			e := dates(time.Now().Add(-900 * 24 * time.Hour))
			r := newRig(t, rigOptions{elements: []*element{e}, down: true})
			if c.before != nil {
				c.before(e)
			}
			sent := r.accepted(handset, c.purpose)
			if c.after != nil {
				c.after(e)
			}
			r.pass(time.Second)
			r.told(r.now().Add(-c.ago))
			r.up("sim")
			if v := r.await(sent.ID, store.Rejected); v.Delivery.Reason != "fence" {
				t.Errorf("%s for %q", v.Delivery.Status, v.Delivery.Reason)
			}
		})
	}
}
