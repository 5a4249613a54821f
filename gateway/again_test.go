package gateway

import (
	"context"
	"errors"
	"testing"

	"tollgate/fraud"
	"tollgate/gateway/controls"
	"tollgate/gateway/store"
)

// What is kept with an accepted message, a freeze and a refused send decides the
// same again, bit for bit, also after a crash.
func TestStoredDecisionsAreReproducible(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine("+4915112345678", "262011111111111")})
	c := r.control(controls.Config{}, "")
	must(t, r.SetPolicies(testPolicies(t), "default"))
	_, err := c.Lists.Add(controls.Entry{List: "safe", Kind: "number", Value: "+49151*", Reason: "ours"})
	must(t, err)
	a := r.accepted("+4915112345678", "bind")
	r.ended(a.ID) // or its own fence finds the swap first
	r.setNetwork(subscriberLine("+4915112345678", "262012222222222"))
	frozen := r.refused("+4915112345678", "withdrawal", CodeFrozen)
	stepUp := r.refused("+445612345678", "login", CodeStepUp)
	_, err = c.Lists.Add(controls.Entry{List: "block", Kind: "number", Value: "+49152*", Reason: "pumped"})
	must(t, err)
	blocked := r.refused("+4915212345678", "login", CodeBlocked)
	must(t, r.Store.Commit(context.Background(), &store.Tx{})) // the refused sends are on disk with it
	r.crash()
	r.start()
	policies := testPolicies(t)
	at := func(version string) *fraud.Policy {
		for _, p := range policies {
			if p.Version() == version {
				return p
			}
		}
		return nil
	}
	for name, x := range map[string]struct {
		id     store.ID
		review bool
		want   fraud.Kind
		reason string
	}{
		"accepted": {a.ID, false, fraud.Allow, "LISTED_SAFE"},
		"frozen":   {frozen.Review, true, fraud.Review, "SIM_IMSI_CHANGED"},
		"its send": {frozen.Send, false, fraud.Review, "SIM_IMSI_CHANGED"},
		"step_up":  {stepUp.Send, false, fraud.StepUp, "LINE_VOIP"},
		"blocked":  {blocked.Send, false, fraud.Block, "LISTED_BLOCKED"},
	} {
		got, err := r.DecideAgain(context.Background(), x.id, x.review, at)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, named := reasonOf(got.Decided, x.reason); !got.Same || got.Stored.Kind != x.want || !named || got.Facts.Tenant != "shop" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got, err := r.DecideAgain(context.Background(), a.ID, false, func(string) *fraud.Policy { return nil }); err != nil || got.Decided != nil || got.Same {
		t.Errorf("without its policy: %+v, %v", got, err)
	}
	other := policies["strict"]
	if got, err := r.DecideAgain(context.Background(), frozen.Review, true, func(string) *fraud.Policy { return other }); err != nil || got.Same {
		t.Errorf("another policy decides the same: %+v, %v", got, err)
	}
	if _, err := r.DecideAgain(context.Background(), store.ID{1}, false, at); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func reasonOf(d *fraud.Decision, code string) (fraud.Reason, bool) {
	for _, r := range d.Reasons {
		if r.Code == code {
			return r, true
		}
	}
	return fraud.Reason{}, false
}
