package gateway

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"tollgate/fraud"
	"tollgate/fraud/window"
	"tollgate/gateway/controls"
	"tollgate/gateway/record"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// tape is a recorder in memory.
type tape struct {
	mu    sync.Mutex
	lines []record.Line
}

func (x *tape) Record(l record.Line) {
	x.mu.Lock()
	x.lines = append(x.lines, l)
	x.mu.Unlock()
}

// of lists the lines of an event, and of an id where one is named.
func (x *tape) of(event, id string) (found []record.Line) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, l := range x.lines {
		if l.Event == event && (id == "" || l.ID == id) {
			found = append(found, l)
		}
	}
	return found
}

func (x *tape) one(t *testing.T, event, id string) record.Line {
	t.Helper()
	found := x.of(event, id)
	if len(found) != 1 {
		t.Fatalf("%d lines %s of %s, want one: %+v", len(found), event, id, found)
	}
	return found[0]
}

func TestALifeIsRecorded(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine("+4915112345678", "262011111111111")})
	x := &tape{}
	r.Recorder = x
	a, err := r.Send(context.Background(), r.tenant, &SendRequest{
		Kind: store.KindOTP, To: "+4915112345678", AccountID: "u-1",
		Context: ClientContext{IP: "203.0.113.7", DeviceID: "d-1", Device: &subscriber.Identity{IMSI: "262011111111111"}},
	})
	must(t, err)
	id := "otp_" + a.ID.String()
	r.await(a.ID, store.Delivered)
	code := r.code("sim", "+4915112345678")
	for _, c := range []string{wrongCode(code), code} {
		r.pass(2 * 60e9)
		_, err := r.check(a.ID, c)
		must(t, err)
	}
	send := x.one(t, record.Send, id)
	if send.To != "+4915112345678" || send.Tenant != "shop" || send.Purpose != "login" || send.AccountID != "u-1" || send.Context.IP != "203.0.113.7" || send.Context.Device.IMSI == "" {
		t.Errorf("%+v", send)
	}
	if n := x.one(t, record.Identity, ""); n.To != send.To || n.IMSI != "262011111111111" || n.MCCMNC != "26201" || n.At != send.At {
		t.Errorf("%+v", n)
	}
	if d := x.one(t, record.Decision, id); d.Decided.Decision.Kind != fraud.Allow || len(d.Decided.Facts) == 0 {
		t.Errorf("%+v", d)
	}
	r.until("a receipt", func() bool { return len(x.of(record.Receipt, id)) == 1 })
	if c := x.one(t, record.Receipt, id); c.Result != "delivered" || c.Carrier != "sim" {
		t.Errorf("%+v", c)
	}
	if checks := x.of(record.Check, id); len(checks) != 2 || checks[0].Result != "wrong" || checks[1].Result != "approved" {
		t.Errorf("%+v", checks)
	}
}

// The facts recorded of a refused send decide the same again.
func TestRefusedDecisionsAreRecorded(t *testing.T) {
	r := newRig(t, rigOptions{})
	x := &tape{}
	r.Recorder = x
	refused := r.refused("+445612345678", "login", CodeStepUp)
	id := "otp_" + refused.Send.String()
	line := x.one(t, record.Decision, id)
	facts, err := fraud.DecodeFacts(line.Decided.Facts)
	must(t, err)
	again := testPolicies(t)["default"].Decide(facts)
	if !sameDecision(&again, &line.Decided.Decision) || again.Kind != fraud.StepUp {
		t.Errorf("%+v, recorded %+v", again, line.Decided.Decision)
	}
	if len(x.of(record.Review, "")) != 0 || len(x.of(record.Check, "")) != 0 {
		t.Error("something else was recorded")
	}
}

func TestReviewsBecomeLabels(t *testing.T) {
	r := newRig(t, rigOptions{network: subscriberLine("+4915112345678", "262011111111111")})
	x := &tape{}
	r.Recorder = x
	r.ended(r.accepted("+4915112345678", "withdrawal").ID) // or its own fence finds the swap first
	r.setNetwork(subscriberLine("+4915112345678", "262012222222222"))
	frozen := r.refused("+4915112345678", "withdrawal", CodeFrozen)
	review := x.one(t, record.Review, "otp_"+frozen.Send.String())
	if review.Review != "rev_"+frozen.Review.String() {
		t.Errorf("%+v", review)
	}
	_, err := r.Resolve(context.Background(), r.tenant, frozen.Review, "fraud", "")
	must(t, err)
	if l := x.one(t, record.Label, review.Review); l.Label != "fraud:review" {
		t.Errorf("%+v", l)
	}
	if later := r.refused("+4915112345678", "withdrawal", CodeFrozen); !later.Send.IsZero() {
		t.Errorf("a send that was not decided has an id: %+v", later)
	}
}

// judging notes what the counters are told of people's judgements.
type judging struct {
	Windows
	told []window.Judgement
}

func (j *judging) Judge(x *window.Judgement) {
	j.told = append(j.told, *x)
	j.Windows.Judge(x)
}

func TestFeedback(t *testing.T) {
	r := newRig(t, rigOptions{})
	counters := &judging{Windows: r.Velocity}
	r.Velocity = counters
	x := &tape{}
	r.Recorder = x
	c := r.control(controls.Config{}, "range_block: [{name: any, score: 300, digits: 3, after: 1}]\n")
	accepted := r.accepted("+4915112345678", "login")
	refused := r.refused("+445612345678", "login", CodeStepUp)
	r.refused("+445612345999", "login", CodeBlocked) // its range
	say := func(t *Tenant, id store.ID, kind store.Kind, honest bool) error {
		return r.Feedback(context.Background(), t, &FeedbackRequest{ID: id, Kind: kind, Honest: honest, Note: "he called us"})
	}
	must(t, say(r.tenant, accepted.ID, store.KindOTP, false))
	must(t, say(r.tenant, refused.Send, store.KindOTP, true))
	labels := x.of(record.Label, "")
	if len(labels) != 2 || labels[0].Label != "fraud:feedback" || labels[1].ID != "otp_"+refused.Send.String() || labels[1].Label != "legit:feedback" || labels[1].Note == "" {
		t.Errorf("%+v", labels)
	}
	if j := counters.told; len(j) != 2 || j[0].ID != outcomeID(accepted.ID) || j[0].Honest || j[0].Tenant != r.tenant.ID || j[1].To != "+445612345678" || !j[1].Honest {
		t.Errorf("the counters were told %+v", j)
	}
	if n := c.Ranges.Count(r.now()); n != 1 {
		t.Errorf("%d ranges are blocked after an appeal, want the one: lifting it is the operator's", n)
	}
	other := &Tenant{ID: "other"}
	for name, err := range map[string]error{
		"another tenant's":         say(other, accepted.ID, store.KindOTP, true),
		"another tenant's refusal": say(other, refused.Send, store.KindOTP, true),
		"another kind":             say(r.tenant, accepted.ID, store.KindText, true),
		"nobody's":                 say(r.tenant, store.ID{9}, store.KindOTP, true),
		"no review":                say(r.tenant, store.ID{9}, 0, true),
	} {
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Code != CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	families, err := r.reg.Gather()
	must(t, err)
	i := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "tollgate_feedback_total" })
	var counted []string
	for _, m := range families[i].Metric {
		if m.GetCounter().GetValue() > 0 {
			counted = append(counted, m.Label[1].GetValue()+" of "+m.Label[0].GetValue())
		}
	}
	slices.Sort(counted)
	if got := strings.Join(counted, ", "); got != "fraud of allow, legit of step_up" {
		t.Errorf("counted: %s", got)
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	x := newRefusals()
	id := func(n int) (id store.ID) {
		id[0], id[1], id[2] = byte(n>>16), byte(n>>8), byte(n)
		return id
	}
	for n := range maxRefusals + 10 {
		x.add(id(n), refusedSend{tenant: "shop"})
	}
	if _, old := x.find(id(9)); old || len(x.byID) != maxRefusals {
		t.Errorf("%d are remembered, the oldest too: %v", len(x.byID), old)
	}
	if _, ok := x.find(id(10)); !ok {
		t.Error("one of the newest is forgotten")
	}
}
