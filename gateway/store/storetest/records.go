package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// readAll reads back, as a Tx, all records that tx names.
func readAll(t *testing.T, s store.Store, tx *store.Tx) *store.Tx {
	t.Helper()
	got := &store.Tx{}
	for _, v := range tx.Messages {
		r, err := s.Message(ctx(t), v.ID)
		got.Messages = append(got.Messages, must(t, r, err))
	}
	for _, v := range tx.Refused {
		r, err := s.Refused(ctx(t), v.ID)
		got.Refused = append(got.Refused, must(t, r, err))
	}
	for _, v := range tx.Contents {
		r, err := s.Content(ctx(t), v.ID)
		got.Contents = append(got.Contents, must(t, r, err))
	}
	for _, v := range tx.Deliveries {
		r, err := s.Delivery(ctx(t), v.ID)
		got.Deliveries = append(got.Deliveries, must(t, r, err))
	}
	for _, v := range tx.Challenges {
		r, err := s.Challenge(ctx(t), v.ID)
		got.Challenges = append(got.Challenges, must(t, r, err))
	}
	for _, v := range tx.Numbers {
		r, err := s.NumberState(ctx(t), v.Tenant, v.To)
		got.Numbers = append(got.Numbers, must(t, r, err))
	}
	for _, v := range tx.Accounts {
		r, err := s.AccountState(ctx(t), v.Tenant, v.AccountID)
		got.Accounts = append(got.Accounts, must(t, r, err))
	}
	for _, v := range tx.Identities {
		r, err := s.Identity(ctx(t), v.Source, v.To)
		got.Identities = append(got.Identities, must(t, r, err))
	}
	for _, v := range tx.Reviews {
		r, err := s.Review(ctx(t), v.ID)
		got.Reviews = append(got.Reviews, must(t, r, err))
	}
	for _, v := range tx.Answers {
		r, err := s.Claim(ctx(t), v.Tenant, v.Key, v.Body, v.At)
		got.Answers = append(got.Answers, must(t, r, err))
	}
	return got
}

// same compares field by field, so that a failure names the field.
func same(t *testing.T, when string, got, want *store.Tx) {
	t.Helper()
	g, w := reflect.ValueOf(got).Elem(), reflect.ValueOf(want).Elem()
	for i := range w.NumField() {
		name := w.Type().Field(i).Name
		for j := range w.Field(i).Len() {
			sameRecord(t, when+": "+name, g.Field(i).Index(j).Elem(), w.Field(i).Index(j).Elem())
		}
	}
}

func sameRecord(t *testing.T, what string, got, want reflect.Value) {
	t.Helper()
	for i := range want.NumField() {
		g, w := got.Field(i).Interface(), want.Field(i).Interface()
		if !reflect.DeepEqual(g, w) {
			t.Errorf("%s.%s\n got %+v\nwant %+v", what, want.Type().Field(i).Name, g, w)
		}
	}
}

func testRoundTrip(t *testing.T, open Opener) {
	s, reopen := open(t)
	tx := Records(1)
	commit(t, s, tx)
	same(t, "at once", readAll(t, s, tx), Records(1))
	s = reopen()
	same(t, "after a restart", readAll(t, s, tx), Records(1))
}

func testNotFound(t *testing.T, open Opener) {
	s, _ := open(t)
	id := NewID(base, 1)
	_, message := s.Message(ctx(t), id)
	_, refused := s.Refused(ctx(t), id)
	_, content := s.Content(ctx(t), id)
	_, delivery := s.Delivery(ctx(t), id)
	_, challenge := s.Challenge(ctx(t), id)
	_, number := s.NumberState(ctx(t), "acme", "+491701234567")
	_, held := s.AccountState(ctx(t), "acme", "user-1")
	_, identity := s.Identity(ctx(t), "network", "+491701234567")
	_, review := s.Review(ctx(t), id)
	for name, err := range map[string]error{
		"Message": message, "Refused": refused, "Content": content, "Delivery": delivery, "Challenge": challenge,
		"NumberState": number, "AccountState": held, "Identity": identity, "Review": review,
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of nothing = %v, want ErrNotFound", name, err)
		}
	}
}

// testLaterDelivery writes a delivery again and again, as the dispatcher does.
func testLaterDelivery(t *testing.T, open Opener) {
	s, reopen := open(t)
	tx := Send(base, 1, time.Minute)
	tx.Deliveries[0].Timeline = []store.Step{{Name: "accepted", At: base}, {Name: "routed", At: base, Carrier: "a", Detail: "why"}}
	commit(t, s, tx)
	d := *tx.Deliveries[0]
	d.First = 2
	for i := range 5 {
		d.Attempts, d.Sending = i+1, i%2 == 0
		d.Timeline = append(d.Timeline, store.Step{Name: []string{"attempt", "of another kind"}[i%2], At: base})
		write(t, s, &store.Tx{Deliveries: []*store.Delivery{&d}})
		got, err := s.Delivery(ctx(t), d.ID)
		if got = must(t, got, err); !reflect.DeepEqual(*got, d) {
			t.Errorf("after write %d: %+v, want %+v", i, *got, d)
		}
	}
	s = reopen()
	got, err := s.Delivery(ctx(t), d.ID)
	if got = must(t, got, err); !reflect.DeepEqual(*got, d) {
		t.Errorf("after a restart: %+v, want %+v", *got, d)
	}
	if u := unfinished(t, s); len(u) != 1 || u[0].Delivery.Attempts != 5 || !u[0].Delivery.Sending || len(u[0].Delivery.Timeline) != 7 {
		t.Errorf("open after a restart: %+v, want the fifth attempt without a result", u)
	}
}

func testLastPutCounts(t *testing.T, open Opener) {
	s, _ := open(t)
	tx := Send(base, 1, time.Minute)
	first := &store.NumberState{Tenant: "acme", To: "+491701234567", Rev: 1, Verified: 1}
	second := &store.NumberState{Tenant: "acme", To: "+491701234567", Rev: 1, Verified: 2}
	tx.Numbers = []*store.NumberState{first, second}
	late := *tx.Deliveries[0]
	late.Status = store.Queued
	tx.Deliveries = append(tx.Deliveries, &late)
	commit(t, s, tx)
	n, err := s.NumberState(ctx(t), "acme", "+491701234567")
	if n = must(t, n, err); n.Verified != 2 {
		t.Errorf("number state: verified %d, want that of the second", n.Verified)
	}
	d, err := s.Delivery(ctx(t), late.ID)
	if d = must(t, d, err); d.Status != store.Queued {
		t.Errorf("delivery: %v, want queued", d.Status)
	}
}
