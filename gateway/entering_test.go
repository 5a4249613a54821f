package gateway

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/smpp/smsc"
)

// A message is canceled after its commit and before its sender knows of that, while
// others stand on disk: it is taken up once, ends as canceled, and no carrier sees it.
func TestCancelBeforeEnqueue(t *testing.T) {
	for _, batch := range []bool{false, true} {
		t.Run(fmt.Sprint("batch ", batch), func(t *testing.T) {
			var r *rig
			const early = "+4915129999999"
			canceled := make(chan error, 1)
			o := rigOptions{policy: "observe", dispatch: DispatchConfig{ResidentAwaiting: 5}, sims: map[string]*smsc.Profile{
				"sim": {ReceiptDelay: smsc.Distribution{Value: 2 * time.Second}},
			}}
			o.store = func(s store.Store) store.Store {
				return &hooked{Store: s, committed: func(m *store.Message) {
					if m.To != early {
						return
					}
					go func() {
						_, err := r.Cancel(context.Background(), r.tenant, m.ID)
						canceled <- err
					}()
					time.Sleep(50 * time.Millisecond)
				}}
			}
			r = newRig(t, o)
			for i := range 20 {
				r.accepted(fmt.Sprintf("+491512%07d", i), "login")
			}
			r.until("some are on disk alone", func() bool { return r.Dispatcher.pagedOut() > 5 })
			var id store.ID
			if req := (&SendRequest{Kind: store.KindOTP, To: early, Purpose: "login"}); batch {
				id = r.SendMany(t.Context(), r.tenant, []*SendRequest{req})[0].Accepted.ID
			} else {
				id = r.accepted(early, "login").ID
			}
			must(t, <-canceled)
			r.await(id, store.Canceled)
			r.boundsAreFree()
			for _, m := range r.sims["sim"].Inbox() {
				if m.To == early {
					t.Errorf("the carrier was given a canceled message")
				}
			}
			if v := r.view(id); v.Delivery.Status != store.Canceled {
				t.Errorf("it ended as %v: %s", v.Delivery.Status, stepNames(v))
			}
		})
	}
}

// A send whose commit fails leaves nothing behind that would be taken for a message.
func TestFailedCommitIsForgotten(t *testing.T) {
	o := rigOptions{policy: "observe", down: true}
	o.store = func(s store.Store) store.Store { return failing{s} }
	r := newRig(t, o)
	if _, err := r.send("+4915112345610", "login"); err == nil {
		t.Fatal("accepted without a commit")
	}
	if got := r.SendMany(t.Context(), r.tenant, []*SendRequest{{Kind: store.KindOTP, To: "+4915112345617", Purpose: "login"}}); got[0].Err == nil {
		t.Fatal("accepted without a commit")
	}
	if d := r.Dispatcher; d.flights.len() != 0 || d.waiting.Load() != 0 || d.bytes.Load() != 0 {
		t.Errorf("%d messages in memory, %d waiting, %d octets; want none", d.flights.len(), d.waiting.Load(), d.bytes.Load())
	}
}

// failing is a store that accepts nothing.
type failing struct{ store.Store }

func (failing) Commit(context.Context, ...*store.Tx) error { return store.ErrFailed }
