package pebblestore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

func randomKey(r *rand.Rand) key {
	var sum [16]byte
	for i := range sum {
		sum[i] = byte(r.Uint32())
	}
	return indexKey(classNumber, sum)
}

// TestFilter grows a filter through several layers: it knows every key that was
// put, and takes few others for one.
func TestFilter(t *testing.T) {
	f := newFilter()
	r := rand.New(rand.NewPCG(1, 2))
	early := randomKey(r)
	if !f.may(&early) {
		t.Error("before all on disk was read, nothing is certain")
	}
	f.ready.Store(true)
	if f.may(&early) {
		t.Error("an empty filter has a key")
	}
	const n = 5 * firstLayer
	for range n {
		k := randomKey(r)
		f.put(&k)
		if !f.may(&k) {
			t.Fatal("a key that was put is not there")
		}
	}
	if layers := len(*f.layers.Load()); layers != 3 {
		t.Errorf("%d layers for %d keys, want 3", layers, n)
	}
	wrong := 0
	for range 100_000 {
		if k := randomKey(r); f.may(&k) {
			wrong++
		}
	}
	if wrong > 3000 {
		t.Errorf("%d of 100000 absent keys are taken for present, want at most 3 %%", wrong)
	}
	again := newFilter()
	for range 2 * firstLayer {
		again.put(&early)
	}
	if layers := len(*again.layers.Load()); layers != 1 {
		t.Errorf("one key put again and again takes %d layers", layers)
	}
	other := early
	other.b[0] = classAccount
	if again.ready.Store(true); again.may(&other) {
		t.Error("the same index in another class is taken for the same key")
	}
	message := idKey(classMessage, store.ID{1})
	if !again.may(&message) {
		t.Error("a class that is not filtered must be read")
	}
}

// TestFilterAfterRestart finds what was written before by way of the filter that the
// next start fills.
func TestFilterAfterRestart(t *testing.T) {
	cfg := config(t)
	s := mustOpen(t, cfg)
	number := func(i int) subscriber.MSISDN { return subscriber.MSISDN(fmt.Sprintf("+49171%07d", i)) }
	for i := range 3 * filterStep {
		tx := &store.Tx{Numbers: []*store.NumberState{{Tenant: "acme", To: number(i), Rev: 1}}}
		if err := s.Write(tx); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, cfg)
	for end := time.Now().Add(5 * time.Second); !s.filter.ready.Load(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the filter is not filled")
		}
	}
	for i := range 3 * filterStep {
		if _, err := s.NumberState(t.Context(), "acme", number(i)); err != nil {
			t.Fatalf("number %d: %v", i, err)
		}
	}
	if _, err := s.NumberState(t.Context(), "acme", number(1e6)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a number never seen: %v", err)
	}
}

func BenchmarkFilter(b *testing.B) {
	f := newFilter()
	r := rand.New(rand.NewPCG(1, 2))
	for range 1 << 20 {
		k := randomKey(r)
		f.put(&k)
	}
	f.ready.Store(true)
	k := randomKey(r)
	for b.Loop() {
		k.b[k.n-1]++
		k.b[k.n-2] += k.b[k.n-1]
		f.may(&k)
	}
}
