package gateway

import (
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
)

func TestShadowPoliciesDoNothing(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.Shadows = NewShadows(r.reg)
	r.SetShadow([]string{"strict", "default", "gone"})
	r.refused("+445612345678", "login", CodeStepUp) // VoIP: strict would block it
	r.accepted("+4915112345678", "login")
	r.tenant.Shadow = []string{"observe"} // its own, instead
	r.accepted("+4915112345679", "login")
	r.Shadows.Close()
	reports := r.Shadows.Reports()
	strict := reports["strict"]
	if strict.Counts[fraud.StepUp][fraud.Block] != 1 || strict.Counts[fraud.Allow][fraud.Allow] != 1 || len(strict.Deltas) != 1 {
		t.Fatalf("strict: %+v", strict)
	}
	if d := strict.Deltas[0]; d.Live != fraud.StepUp || d.Shadow != fraud.Block || d.ShadowRule != "virtual_or_temporary" || d.LiveReasons[0] != "LINE_VOIP" {
		t.Errorf("%+v", d)
	}
	if same := reports["default"]; len(same.Deltas) != 0 || same.Counts[fraud.StepUp][fraud.StepUp] != 1 {
		t.Errorf("a policy beside itself: %+v", same)
	}
	if own := reports["observe"]; own.Counts[fraud.Allow][fraud.Allow] != 1 || len(own.Counts) != 1 {
		t.Errorf("the tenant's own: %+v", own)
	}
	if _, ok := reports["gone"]; ok {
		t.Error("a policy that is not loaded has decided")
	}
}

// What is too much for the shadow policies is counted, and holds nothing up.
func TestShadowQueueIsBounded(t *testing.T) {
	reg := prometheus.NewRegistry()
	s := NewShadows(reg)
	strict := testPolicies(t)["strict"]
	s.mu.Lock() // the worker stands at its first difference
	for i := range 3 * shadowQueue {
		s.add(shadowed{policies: []*fraud.Policy{strict}, facts: fraud.Facts{Tenant: fmt.Sprint(i)}})
	}
	s.mu.Unlock()
	s.Close()
	seen := 0
	for _, counts := range s.Reports()["strict"].Counts {
		for _, n := range counts {
			seen += n
		}
	}
	if seen < shadowQueue || seen > shadowQueue+1 {
		t.Errorf("%d of %d were compared, the queue holds %d", seen, 3*shadowQueue, shadowQueue)
	}
}

func BenchmarkShadowHandOver(b *testing.B) {
	s := NewShadows(prometheus.NewRegistry())
	defer s.Close()
	list := []*fraud.Policy{testPolicies(b)["strict"]}
	var f fraud.Facts
	b.ReportAllocs()
	for b.Loop() {
		s.add(shadowed{policies: list, facts: f})
	}
}
