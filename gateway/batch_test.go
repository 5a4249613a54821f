package gateway

import (
	"errors"
	"fmt"
	"testing"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// batchNumber is the i-th of distinct numbers.
func batchNumber(i int) string { return fmt.Sprintf("+49151123450%02d", i) }

// TestSendMany mixes what is accepted with what is refused: each answer is that of
// the request sent alone, in its place.
func TestSendMany(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe"})
	r.tenant.Senders = []string{"Shop"}
	var list []*SendRequest
	for i := range 90 {
		list = append(list, &SendRequest{Kind: store.KindOTP, To: batchNumber(i)})
	}
	list[3].To = "+49"
	list[7].Sender = "Nobody"
	list[80].To = list[79].To
	sent := r.SendMany(t.Context(), r.tenant, list)
	if len(sent) != len(list) {
		t.Fatalf("%d answers to %d requests", len(sent), len(list))
	}
	for i, got := range sent {
		switch {
		case i == 3 && !isRefusal(got.Err, CodeInvalidNumber), i == 7 && !isRefusal(got.Err, CodeInvalidRequest):
			t.Errorf("request %d: %v", i, got.Err)
		case i == 3 || i == 7:
		case got.Err != nil:
			t.Errorf("request %d: %v", i, got.Err)
		case string(got.Accepted.To) != list[i].To:
			t.Errorf("request %d to %s is answered for %s", i, list[i].To, got.Accepted.To)
		default:
			r.await(got.Accepted.ID, store.Delivered)
		}
	}
	if n, b := r.Dispatcher.waiting.Load(), r.Dispatcher.bytes.Load(); n != 0 || b != 0 {
		t.Errorf("the queue counts %d messages, %d octets when it is empty", n, b)
	}
}

// TestSendManyConflicts has sends of one batch, and of batches side by side, change the
// records of the same numbers.
func TestSendManyConflicts(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe"})
	r.tenant.Sender = "4915199999999" // can be answered, so that it is kept with each number
	done := make(chan []Sent)
	for range 4 {
		go func() {
			var list []*SendRequest
			for i := range 60 {
				list = append(list, &SendRequest{Kind: store.KindOTP, To: batchNumber(i % 20)})
			}
			done <- r.SendMany(t.Context(), r.tenant, list)
		}()
	}
	for range 4 {
		for i, got := range <-done {
			if got.Err != nil {
				t.Errorf("request %d: %v", i, got.Err)
				continue
			}
			r.await(got.Accepted.ID, store.Delivered)
		}
	}
	for i := range 20 {
		ns, err := r.numberState(t.Context(), r.tenant, subscriber.MSISDN(batchNumber(i)))
		if err != nil || len(ns.Senders) != 1 {
			t.Errorf("number %d: %+v, %v", i, ns, err)
		}
	}
}

// TestSendManyRepeats sends a batch twice under the same idempotency keys.
func TestSendManyRepeats(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe"})
	batch := func() (list []*SendRequest) {
		for i := range 10 {
			list = append(list, &SendRequest{
				Kind: store.KindOTP, To: batchNumber(i), Idempotency: &store.Answer{Key: fmt.Sprint("key#", i), Body: [32]byte{byte(i)}},
				Render: func(a *Accepted, err error) (int, []byte) {
					if err != nil {
						return 422, []byte(err.Error())
					}
					return 202, []byte(a.ID.String())
				},
			})
		}
		list[4].To = "+49"
		return list
	}
	first := r.SendMany(t.Context(), r.tenant, batch())
	for i, got := range r.SendMany(t.Context(), r.tenant, batch()) {
		var again *Replay
		if !errors.As(got.Err, &again) {
			t.Errorf("request %d again: %+v", i, got)
		} else if i == 4 && again.Status != 422 || i != 4 && string(again.Body) != first[i].Accepted.ID.String() {
			t.Errorf("request %d again: %d %s, first %+v", i, again.Status, again.Body, first[i])
		}
	}
	r.until("all have arrived", func() bool { return r.sims["sim"].Stats().Messages == 9 })
}

// TestSendManyWithLookups asks the network for each send.
func TestSendManyWithLookups(t *testing.T) {
	var pairs []string
	for i := range 50 {
		pairs = append(pairs, batchNumber(i), fmt.Sprintf("26201%010d", i))
	}
	r := newRig(t, rigOptions{network: subscribers(pairs...), policy: "observe"})
	var list []*SendRequest
	for i := range 50 {
		list = append(list, &SendRequest{Kind: store.KindOTP, To: batchNumber(i), Purpose: "withdrawal"})
	}
	for i, got := range r.SendMany(t.Context(), r.tenant, list) {
		if got.Err != nil {
			t.Errorf("request %d: %v", i, got.Err)
			continue
		}
		if v := r.await(got.Accepted.ID, store.Delivered); !v.Message.Fence.Asked {
			t.Errorf("request %d was not looked up", i)
		}
	}
}
