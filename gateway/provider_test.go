package gateway

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// element is a network element whose answers a test changes while it is asked.
type element struct {
	name   string
	fields hlr.Field
	answer atomic.Pointer[func(context.Context) (hlr.Subscriber, error)]
}

func newElement(name, imsi string) *element {
	e := &element{name: name, fields: hlr.FieldIMSI}
	e.tells(imsi)
	return e
}

func (e *element) tells(imsi string) {
	e.does(func(context.Context) (hlr.Subscriber, error) {
		return hlr.Subscriber{Identity: subscriber.Identity{IMSI: imsi}}, nil
	})
}

func (e *element) does(f func(context.Context) (hlr.Subscriber, error)) { e.answer.Store(&f) }

func (e *element) Name() string      { return e.name }
func (e *element) Fields() hlr.Field { return e.fields }
func (e *element) Lookup(ctx context.Context, _ subscriber.MSISDN) (hlr.Subscriber, error) {
	return (*e.answer.Load())(ctx)
}

func hangs(ctx context.Context) (hlr.Subscriber, error) {
	<-ctx.Done()
	return hlr.Subscriber{}, ctx.Err()
}

func fails(err error) func(context.Context) (hlr.Subscriber, error) {
	return func(context.Context) (hlr.Subscriber, error) { return hlr.Subscriber{}, err }
}

// codes are a decision's reasons but the one that every first send has.
func codes(d *fraud.Decision) (list []string) {
	for _, r := range d.Reasons {
		if r.Code != "NEWCOMER" {
			list = append(list, r.Code)
		}
	}
	return list
}

// Whatever is wrong with a provider, what it should have told is unknown:
// open with a penalty for a login, closed where a taken number costs most, by
// its budget, and no change of the record.
func TestProviderFaultsAreUnknownNeverClean(t *testing.T) {
	for name, fault := range map[string]func(context.Context) (hlr.Subscriber, error){
		"down":            fails(errors.New("connection refused")),
		"slow":            hangs,
		"another number":  fails(hlr.ErrOtherNumber),
		"asks to slow":    fails(&hlr.ThrottledError{RetryAfter: time.Second}),
		"garbage":         fails(errors.New("half a frame")),
		"another network": nil, // the sound one, for comparison
	} {
		t.Run(name, func(t *testing.T) {
			e := newElement("hlr", "262011111111111")
			r := newRig(t, rigOptions{elements: []*element{e}})
			r.accepted(handset, "login")
			if fault == nil {
				if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
					t.Errorf("a sound provider: %v", codes(&sent.Decision))
				}
				return
			}
			e.does(fault)
			r.pass(10 * time.Second) // what is known is too old
			began := time.Now()
			sent := r.accepted(handset, "login")
			if got := codes(&sent.Decision); !slices.Contains(got, "PROVIDER_UNAVAILABLE") || !slices.Contains(got, "DATA_MISSING") || sent.Decision.Score == 0 {
				t.Errorf("a login while it is %s: %v, score %v", name, got, sent.Decision.Score)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("the send took %v", took)
			}
			r.refused(handset, "withdrawal", CodeStepUp)
			e.tells("262011111111111")
			r.pass(time.Minute)
			if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
				t.Errorf("after the fault: %v", codes(&sent.Decision))
			}
		})
	}
}

// A provider that ends between decision and fence: the four purposes are
// rejected, the others sent and marked.
func TestFenceUnknown(t *testing.T) {
	for purpose, want := range map[string]store.Status{"withdrawal": store.Rejected, "login": store.Delivered} {
		e := newElement("hlr", "262011111111111")
		r := newRig(t, rigOptions{elements: []*element{e}, down: true})
		sent := r.accepted(handset, purpose)
		e.does(hangs)
		r.pass(10 * time.Second)
		r.up("sim")
		v := r.await(sent.ID, want)
		marked := slices.ContainsFunc(v.Delivery.Timeline, func(s store.Step) bool { return s.Name == "fence" && s.Detail == "unknown" })
		if !marked || want == store.Rejected && v.Delivery.Reason != "fence_unknown" {
			t.Errorf("%s: reason %q, timeline %+v", purpose, v.Delivery.Reason, v.Delivery.Timeline)
		}
	}
}

// A decision that the network did not answer in time saw no SIM. Its fence
// compares with the one of record: a swap that is visible by then stops the
// message, also where not being answered would not.
func TestFenceComparesWithTheRecord(t *testing.T) {
	for name, c := range map[string]struct {
		sim    string // that the fence sees
		want   store.Status
		detail string
	}{
		"the same SIM": {"262011111111111", store.Delivered, "same"},
		"another SIM":  {"262012222222222", store.Rejected, "changed"},
	} {
		t.Run(name, func(t *testing.T) {
			e := newElement("hlr", "262011111111111")
			r := newRig(t, rigOptions{elements: []*element{e}})
			r.await(r.accepted(handset, "login").ID, store.Delivered)
			r.pass(time.Minute)
			r.sims["sim"].Close()
			r.until("the carrier is down", func() bool { return !r.Dispatcher.state("sim").Up })
			e.does(hangs)
			sent := r.accepted(handset, "login")
			if !slices.Contains(codes(&sent.Decision), "DATA_MISSING") {
				t.Fatalf("not answered in time: %v", codes(&sent.Decision))
			}
			e.tells(c.sim)
			r.up("sim")
			v := r.await(sent.ID, c.want)
			if !slices.ContainsFunc(v.Delivery.Timeline, func(s store.Step) bool { return s.Name == "fence" && s.Detail == c.detail }) {
				t.Errorf("timeline %+v", v.Delivery.Timeline)
			}
		})
	}
}

// A login may rely on an identity that is some seconds old, but not against
// what another send has seen since.
func TestFenceKnowsWhatOtherSendsSaw(t *testing.T) {
	e := newElement("hlr", "262011111111111")
	r := newRig(t, rigOptions{elements: []*element{e}, down: true})
	sent := r.accepted(handset, "login")
	e.tells("262012222222222")
	r.refused(handset, "withdrawal", CodeFrozen)
	r.up("sim")
	if v := r.await(sent.ID, store.Rejected); v.Delivery.Reason != "fence" {
		t.Errorf("rejected for %q", v.Delivery.Reason)
	}
}

// When the element that the decision relied on is down, another one's name for
// the SIM is no swap: not for the fence, and not for the next decision.
func TestSourcesAreComparedWithThemselves(t *testing.T) {
	first, second := newElement("first", "262011111111111"), newElement("second", "310150000000001")
	r := newRig(t, rigOptions{elements: []*element{first, second}, down: true})
	sent := r.accepted(handset, "withdrawal")
	if got := codes(&sent.Decision); !slices.Equal(got, []string{"SOURCES_DISAGREE"}) {
		t.Errorf("two names for one SIM: %v", got)
	}
	first.does(fails(errors.New("down")))
	r.up("sim")
	if v := r.await(sent.ID, store.Rejected); v.Delivery.Reason != "fence_unknown" {
		t.Errorf("rejected for %q", v.Delivery.Reason)
	}
	if sent := r.accepted(handset, "withdrawal"); len(codes(&sent.Decision)) != 0 {
		t.Errorf("by the second alone: %v", codes(&sent.Decision))
	}
	second.tells("310150000000002")
	r.refused(handset, "withdrawal", CodeFrozen)
}
