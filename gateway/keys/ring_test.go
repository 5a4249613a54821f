package keys

import (
	"bytes"
	"testing"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

var _ store.Sealer = (*Ring)(nil)

func newTestRing(t testing.TB) *Ring {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func rotate(t testing.TB, r *Ring) uint32 {
	t.Helper()
	id, err := r.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestHashSurvivesRotation(t *testing.T) {
	r := newTestRing(t)
	const imsi = "262011234567890"
	old := r.Hash("imsi", imsi)
	if id := rotate(t, r); id != 2 || r.Newest() != 2 {
		t.Errorf("rotated to key %d, newest %d, want 2", id, r.Newest())
	}
	now := r.Hash("imsi", imsi)
	if old.Key == now.Key || old.Sum == now.Sum {
		t.Errorf("a rotation did not change the hash: %v, %v", old, now)
	}
	for _, h := range []subscriber.Hash{old, now} {
		if !r.Matches(h, "imsi", imsi) {
			t.Errorf("%v no longer matches its own identifier: a rotation looks like a swap", h)
		}
		if r.Matches(h, "imsi", imsi+"1") || r.Matches(h, "iccid", imsi) || r.Matches(h, "imsi", "") {
			t.Errorf("%v matches another identifier", h)
		}
	}
	if r.Matches(subscriber.Hash{Key: 9, Sum: now.Sum}, "imsi", imsi) {
		t.Error("a hash under a key that is gone matches")
	}
	if h := r.Hash("imsi", ""); !h.IsZero() || !r.Matches(h, "imsi", "") {
		t.Errorf("nothing hashes to %v, want the zero hash", h)
	}
}

func TestIndex(t *testing.T) {
	r := newTestRing(t)
	first := r.Index("number", "acme", "+491701234567")
	if r.IndexFormer("number", "acme") != nil {
		t.Error("a ring that was never rotated has former keys")
	}
	for _, other := range [][16]byte{
		r.Index("number", "acm", "e+491701234567"), r.Index("identity", "acme", "+491701234567"),
		r.Index("number", "acme+491701234567"), r.Hash("number", "acme").Sum,
	} {
		if other == first {
			t.Error("two lookups have one index")
		}
	}
	rotate(t, r)
	second := r.Index("number", "acme", "+491701234567")
	rotate(t, r)
	former := r.IndexFormer("number", "acme", "+491701234567")
	if len(former) != 2 || former[0] != second || former[1] != first {
		t.Error("IndexFormer is not the former indexes, newest first")
	}
}

func TestCheckValue(t *testing.T) {
	r, other := newTestRing(t), newTestRing(t)
	v := r.CheckValue()
	if !r.HoldsCheck(v) || other.HoldsCheck(v) {
		t.Error("the check value does not tell two rings apart")
	}
	rotate(t, r)
	if r.CheckValue() == v || !r.HoldsCheck(v) {
		t.Error("after a rotation the former check value must still be held, and not be the newest")
	}
}

func TestSeal(t *testing.T) {
	r := newTestRing(t)
	plain, context := []byte("your code is 123456"), []byte("m1")
	dst := []byte("before")
	sealed := r.Seal(dst, plain, context)
	if !bytes.HasPrefix(sealed, dst) || len(sealed) != len(dst)+len(plain)+Overhead {
		t.Fatalf("Seal made %d octets of %d", len(sealed), len(plain))
	}
	sealed = sealed[len(dst):]
	if bytes.Contains(sealed, plain[:4]) {
		t.Error("the plain text shows")
	}
	again := r.Seal(nil, plain, context)
	if bytes.Equal(sealed, again) {
		t.Error("the same text seals to the same octets")
	}
	for range 3 { // before and after rotations
		for _, s := range [][]byte{sealed, again} {
			got, err := r.Open([]byte("x"), s, context)
			if err != nil || string(got) != "x"+string(plain) {
				t.Errorf("Open = %q, %v", got, err)
			}
		}
		rotate(t, r)
	}
}

func TestOpenRefuses(t *testing.T) {
	r := newTestRing(t)
	sealed := r.Seal(nil, []byte("text"), []byte("m1"))
	if _, err := r.Open(nil, sealed, []byte("m2")); err == nil {
		t.Error("a record opens in another place")
	}
	for n := range sealed {
		if _, err := r.Open(nil, sealed[:n], []byte("m1")); err == nil {
			t.Errorf("opened from its first %d octets", n)
		}
		changed := bytes.Clone(sealed)
		changed[n] ^= 1
		if _, err := r.Open(nil, changed, []byte("m1")); err == nil {
			t.Errorf("opened with octet %d changed", n)
		}
	}
	if _, err := newTestRing(t).Open(nil, sealed, []byte("m1")); err == nil {
		t.Error("another ring opens it")
	}
}

// TestEpochs checks that a used-up epoch is followed by another, and that the
// numbers in one never repeat.
func TestEpochs(t *testing.T) {
	r := newTestRing(t)
	last := r.epoch.Load()
	last.count.Store(1<<32 - 2)
	a, b := r.Seal(nil, []byte("a"), nil), r.Seal(nil, []byte("b"), nil)
	if r.epoch.Load() == last {
		t.Fatal("the epoch goes on after 2^32 records")
	}
	nonces := make(map[string]bool)
	for _, s := range [][]byte{a, b, r.Seal(nil, nil, nil), r.Seal(nil, nil, nil)} {
		nonces[string(s[nonceStart:headerSize])] = true
	}
	if len(nonces) != 4 {
		t.Errorf("%d nonces for 4 records", len(nonces))
	}
	for want, s := range map[string][]byte{"a": a, "b": b} {
		if got, err := r.Open(nil, s, nil); err != nil || string(got) != want {
			t.Errorf("Open over an epoch's end = %q, %v", got, err)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	r := newTestRing(b)
	plain, context, buf := make([]byte, 300), make([]byte, 17), make([]byte, 0, 1024)
	for b.Loop() {
		r.Seal(buf, plain, context)
	}
}

func BenchmarkIndex(b *testing.B) {
	r := newTestRing(b)
	for b.Loop() {
		r.Index("number", "acme", "+491701234567")
	}
}
