package window

import (
	"math/rand/v2"
	"testing"
	"time"
)

// An operator that brings two thirds of the newcomers as ever is not accused, in
// a crowd neither; a small one that brings suddenly half is.
func TestFanoutIsAgainstTheUsualShare(t *testing.T) {
	const large, little = 100, 200
	s, rng := newStream(), rand.New(rand.NewPCG(3, 3))
	from := func(asn uint32) func(*Send) {
		return func(k *Send) { k.ASN, k.JA4 = asn, uint64(asn) }
	}
	people := func(n int, every time.Duration) (worst float64) {
		for i := range n {
			asn := uint32(large)
			if i%3 == 0 {
				asn = little + uint32(i%17)
			}
			s.send(msisdn(rng.IntN(1e7)), every, from(asn))
			if asn == large {
				worst = max(worst, s.out.SystemExcess, s.out.ClientExcess)
			}
		}
		return worst
	}
	people(400, 10*time.Minute)
	if worst := people(600, 5*time.Second); worst > 0.3 {
		t.Errorf("a large operator in a crowd: %g", worst)
	}
	s.at = s.at.Add(24 * time.Hour)
	people(60, 5*time.Minute)
	for range 60 {
		s.send(msisdn(rng.IntN(1e7)), 20*time.Second, from(little+1))
	}
	if s.out.SystemExcess < 0.6 || s.out.ClientExcess < 0.6 {
		t.Errorf("a small one's campaign: %g, %g", s.out.SystemExcess, s.out.ClientExcess)
	}
	for range 60 {
		s.send(msisdn(1), time.Second, from(little+2)) // one person again and again
	}
	if s.out.SystemExcess > 0.1 {
		t.Errorf("one number: %g", s.out.SystemExcess)
	}
}
