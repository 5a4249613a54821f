package gateway

import (
	"fmt"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// Carrier a refuses all that it is given, or has no bind, and b is slow: what goes over
// from a long queue is held on disk, b's queue comes back to its bound at once, and b gets
// each message once.
func TestFailoverIsBounded(t *testing.T) {
	for _, refuses := range []bool{true, false} {
		t.Run(fmt.Sprint("refuses ", refuses), func(t *testing.T) {
			const n, resident, window = 500, 20, 5
			r := newRig(t, rigOptions{
				policy: "observe", down: true, dispatch: DispatchConfig{Resident: resident, ResidentAwaiting: 10},
				sims: map[string]*smsc.Profile{
					"a": {Statuses: []smsc.StatusRate{{Status: smsc.Status(pdu.ESME_RSYSERR), Share: 1}}},
					"b": {ResponseDelay: smsc.Distribution{Value: 40 * time.Millisecond}},
				},
				carrier: func(string) carrier.Config { return carrier.Config{Window: window} },
			})
			var ids []store.ID
			for i := range n {
				a, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491512%07d", i), Text: "news"})
				must(t, err)
				ids = append(ids, a.ID)
			}
			d, b := r.Dispatcher, r.Dispatcher.lanes["b"].queue
			r.up("b")
			if refuses {
				r.up("a")
			}
			inBound, longest := time.Now(), time.Duration(0)
			r.until("all have arrived", func() bool {
				if !b.crowded(2*resident + 1) {
					inBound = time.Now()
				}
				longest = max(longest, time.Since(inBound))
				return len(r.sims["b"].Inbox()) >= n
			})
			if longest > time.Second { // the writer's batches take some 10 ms
				t.Errorf("b's queue had too many in memory for %v", longest)
			}
			for _, id := range ids {
				if v := r.endedAs(id, store.KindText); v.Delivery.Status != store.Delivered {
					t.Fatalf("%v: %s", v.Delivery.Status, stepNames(v))
				}
			}
			if got := len(r.sims["b"].Inbox()); got != n {
				t.Errorf("%d messages arrived, want each of %d once", got, n)
			}
			r.until("the bounds are free again", func() bool {
				return d.waiting.Load() == 0 && d.bytes.Load() == 0 && d.pagedOut() == 0 && d.flights.len() == 0
			})
		})
	}
}
