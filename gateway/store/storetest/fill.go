package storetest

import (
	"fmt"
	"reflect"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// Fill sets every field of what v points to, and of all that is inside it, to
// a value that is not zero and stands nowhere else, so that a field that an
// engine forgets is seen. seed parts two records of one kind.
func Fill(v any, seed int) {
	f := filler{n: seed * 1000}
	f.fill(reflect.ValueOf(v).Elem())
}

type filler struct{ n int }

var timeType = reflect.TypeFor[time.Time]()

func (f *filler) fill(v reflect.Value) {
	f.n++
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(base.Add(time.Duration(f.n) * time.Second)))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n%255 + 1))
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.1)
	case reflect.String:
		v.SetString(fmt.Sprintf("text-%d", f.n))
	default:
		f.fillInside(v)
	}
}

func (f *filler) fillInside(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 3 {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(k)
			f.fill(e)
			v.SetMapIndex(k, e)
		}
	default:
		panic("storetest: a record has a field of kind " + v.Kind().String() + ": teach Fill")
	}
}

// Records is one record of each kind, every field set, that make a valid Tx:
// an open message, a pending challenge, first revisions, a resolved review.
func Records(seed int) *store.Tx {
	tx := &store.Tx{
		Messages: []*store.Message{{}}, Refused: []*store.Message{{}}, Contents: []*store.Content{{}}, Deliveries: []*store.Delivery{{}},
		Challenges: []*store.Challenge{{}}, Numbers: []*store.NumberState{{}}, Accounts: []*store.AccountState{{}}, Identities: []*store.Identity{{}},
		Reviews: []*store.Review{{}}, Answers: []*store.Answer{{}},
	}
	m, d, c := tx.Messages[0], tx.Deliveries[0], tx.Challenges[0]
	for i, v := range []any{m, tx.Contents[0], d, c, tx.Numbers[0], tx.Identities[0], tx.Reviews[0], tx.Answers[0], tx.Accounts[0], tx.Refused[0]} {
		Fill(v, seed*10+i)
	}
	m.ID = NewID(base, seed)
	tx.Contents[0].ID, d.ID, c.ID = m.ID, m.ID, m.ID
	tx.Reviews[0].ID, tx.Refused[0].ID = NewID(base, seed), NewID(base, seed+refusedSeeds)
	m.ExpiresAt = base.Add(5 * time.Minute)
	d.ExpiresAt, d.Status, d.First = m.ExpiresAt, store.Submitted, 0 // nothing was accepted before
	c.Delivery = 0                                                   // filled by readers
	c.Rev, tx.Numbers[0].Rev, tx.Accounts[0].Rev, tx.Identities[0].Rev, tx.Reviews[0].Rev = 1, 1, 1, 1, 1
	tx.Answers[0].At = base
	return tx
}

// refusedSeeds keeps the IDs of refused sends apart from those of messages.
const refusedSeeds = 1 << 20

// NewID is the ID number n of a time.
func NewID(at time.Time, n int) store.ID {
	return store.NewID(at, "+491701234567", [9]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// Send is the Tx that accepts one message, with a deadline.
func Send(at time.Time, n int, ttl time.Duration) *store.Tx {
	id := NewID(at, n)
	const to = "+49170000000"
	m := &store.Message{ID: id, Kind: store.KindOTP, Tenant: "acme", To: to, CreatedAt: at, ExpiresAt: at.Add(ttl)}
	return &store.Tx{
		Messages:   []*store.Message{m},
		Contents:   []*store.Content{{ID: id, Text: fmt.Sprintf("your code is %06d", n)}},
		Deliveries: []*store.Delivery{{ID: id, Status: store.Accepted, ExpiresAt: m.ExpiresAt}},
		Challenges: []*store.Challenge{{ID: id, Rev: 1, Tenant: "acme", To: to, Status: store.ChallengePending, MAC: subscriber.Hash{Key: 1, Sum: [16]byte{byte(n)}}, ExpiresAt: m.ExpiresAt}},
	}
}

// done is the terminal delivery of what Send made.
func done(tx *store.Tx, status store.Status, at time.Time) *store.Tx {
	d := *tx.Deliveries[0]
	d.Status, d.DoneAt = status, at
	return &store.Tx{Deliveries: []*store.Delivery{&d}}
}
