package gateway

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"tollgate/gateway/store"
)

// A refused send is found by its id, by its tenant alone, also after a restart.
func TestARefusedSendIsKept(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine("+4915112345678", "262011111111111")})
	code := wrongCode("123456")
	_, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: "+445612345678", Purpose: "bind", Code: code, AccountID: "u-1"})
	var stepUp *Refusal
	if !errors.As(err, &stepUp) || stepUp.Code != CodeStepUp {
		t.Fatalf("%v", err)
	}
	r.ended(r.accepted("+4915112345678", "withdrawal").ID) // or its own fence finds the swap first
	r.setNetwork(subscriberLine("+4915112345678", "262012222222222"))
	frozen := r.refused("+4915112345678", "withdrawal", CodeFrozen)
	must(t, r.Store.Commit(context.Background(), &store.Tx{})) // the refused sends are on disk with it
	for range 2 {
		for _, x := range []*Refusal{stepUp, frozen} {
			v := r.view(x.Send)
			m, d := v.Message, v.Delivery
			if !sameDecision(&m.Decision, x.Decision) || d.Status != store.Rejected || d.Reason != string(x.Code) || v.Challenge != nil || d.Timeline[0].Name != "refused" || m.CreatedAt.IsZero() {
				t.Errorf("%s: %+v, %+v", x.Code, m, d)
			}
		}
		if m := r.view(stepUp.Send).Message; m.To != "+445612345678" || m.Purpose != "bind" || m.AccountID != "u-1" {
			t.Errorf("%+v", m)
		}
		for name, f := range map[string]func() error{
			"another tenant": func() error {
				_, err := r.View(context.Background(), &Tenant{ID: "other"}, stepUp.Send, store.KindOTP)
				return err
			},
			"another kind": func() error {
				_, err := r.View(context.Background(), r.tenant, stepUp.Send, store.KindText)
				return err
			},
			"its code":  func() error { _, err := r.check(stepUp.Send, code); return err },
			"canceling": func() error { _, err := r.Cancel(context.Background(), r.tenant, stepUp.Send); return err },
		} {
			var refusal *Refusal
			if err := f(); !errors.As(err, &refusal) || refusal.Code != CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		m, err := r.Store.Refused(context.Background(), stepUp.Send)
		must(t, err)
		if strings.Contains(string(store.AppendMessage(nil, m)), code) {
			t.Error("its code is kept")
		}
		r.crash()
		r.start()
	}
	// An appeal is taken after the restart too.
	must(t, r.Feedback(context.Background(), r.tenant, &FeedbackRequest{ID: stepUp.Send, Kind: store.KindOTP, Honest: true}))
}

func (r *rig) unkept() float64 {
	var m dto.Metric
	must(r.t, r.Metrics.unkept.Write(&m))
	return m.GetCounter().GetValue()
}

// What there is no room for is refused all the same, counted, and not kept.
func TestAFloodOfRefusalsIsNotKept(t *testing.T) {
	r := newRig(t, rigOptions{})
	now := r.now()
	for r.budget.take(now) {
	}
	if n := r.budget.day.TokensAt(now); n < refusedPerDay-refusedPerSecond-2 {
		t.Errorf("a second took %v of a day", refusedPerDay-n)
	}
	r.budget.second.SetBurstAt(now, 0) // whatever time the sends take
	refused := r.refused("+445612345678", "login", CodeStepUp)
	if _, err := r.View(context.Background(), r.tenant, refused.Send, store.KindOTP); err == nil || r.unkept() != 1 {
		t.Errorf("found: %v; %v were counted", err, r.unkept())
	}
	r.budget = newRefusedBudget()
	r.view(r.refused("+445612345678", "login", CodeStepUp).Send)
	if r.unkept() != 1 {
		t.Errorf("%v were counted", r.unkept())
	}
}

func TestRefusedBudget(t *testing.T) {
	b, at, taken := newRefusedBudget(), time.Unix(1_800_000_000, 0), 0
	end := at.Add(24 * time.Hour)
	for ; at.Before(end); at = at.Add(time.Second) { // a day of attack
		for range 2 * refusedPerSecond {
			if b.take(at) {
				taken++
			}
		}
	}
	if taken < refusedPerDay || taken > 2*refusedPerDay {
		t.Errorf("%d are kept of a day's attack", taken)
	}
	quiet := 0
	for range 60 { // what is refused in quiet times is kept, an hour later
		at = at.Add(time.Minute)
		if b.take(at) {
			quiet++
		}
	}
	if quiet != 60 {
		t.Errorf("%d of 60 are kept", quiet)
	}
}

// Policy observe refuses nothing, and keeps each decision once.
func TestObserveKeepsNothingAsRefused(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe"})
	a := r.accepted("+445612345678", "login")
	if a.Decision.Observed == "" {
		t.Fatalf("%+v", a.Decision)
	}
	if _, err := r.Store.Refused(context.Background(), a.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := r.Store.Message(context.Background(), a.ID); err != nil {
		t.Error(err)
	}
}
