package gateway

import (
	"fmt"
	"strings"
	"testing"

	"tollgate/gateway/store"
	"tollgate/smpp/smsc"
)

// A message that was accepted while no carrier had a bind goes over to the one that has
// its bind first: the timeline then says no longer that it is down.
func TestFailoverSaysWhatIsTrue(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true, sims: map[string]*smsc.Profile{"a": {}, "b": {}}})
	var ids []store.ID
	for i := range 20 { // the router draws lots
		ids = append(ids, r.accepted(fmt.Sprintf("+49151123456%02d", i), "login").ID)
	}
	r.up("b")
	moved := 0
	for _, id := range ids {
		for _, step := range r.await(id, store.Delivered).Delivery.Timeline {
			if !strings.HasPrefix(step.Detail, "from a: ") {
				continue
			}
			moved++
			if !strings.HasSuffix(step.Detail, "; any destination") {
				t.Errorf("routed to %s %q", step.Carrier, step.Detail)
			}
		}
	}
	if moved == 0 {
		t.Error("none went over: too few for a test")
	}
}
