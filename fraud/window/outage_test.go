package window

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// receive tells a receipt of a carrier.
func (s *stream) receive(id uint64, carrier string, r ReceiptResult) {
	s.v.Receipt(&Receipt{ID: id, At: s.at.Add(time.Second), Result: r, Carrier: carrier})
}

// deliverAll lets people's messages arrive, one in twenty-five excepted, and be answered.
func (s *stream) deliverAll(rng *rand.Rand, carrier string, n int) {
	for i := range n {
		id := s.send(msisdn(rng.IntN(1e7)), 20*time.Second, nil)
		if i%25 == 24 {
			s.receive(id, carrier, ReceiptUndelivered)
			continue
		}
		s.receive(id, carrier, ReceiptDelivered)
		if i%5 != 0 {
			s.check(id, time.Duration(5+i%14)*time.Second, Approved)
		}
	}
}

// Numbers that were made up show by their receipts at once, in the range that
// they were drawn from; the same failures over all ranges are an outage.
func TestUndeliveredNumbersOfARange(t *testing.T) {
	for _, c := range []struct {
		name   string
		to     func(rng *rand.Rand) int
		n      int
		outage bool
	}{
		{"one range", func(rng *rand.Rand) int { return 4_711_000 + rng.IntN(1000) }, 20, false},
		{"all ranges", func(rng *rand.Rand) int { return rng.IntN(1e7) }, 120, true},
	} {
		s, rng := newStream(), rand.New(rand.NewPCG(4, 4))
		s.deliverAll(rng, "north", 200)
		for i := range c.n {
			id := s.send(msisdn(c.to(rng)), 5*time.Second, nil)
			if i%3 != 0 {
				s.receive(id, "north", ReceiptUndelivered)
			}
		}
		got := s.read(msisdn(4_711_500), time.Second).Outcomes
		if got.Outage != c.outage || (got.Undelivered > 8) == c.outage {
			t.Errorf("%s: %g nats in ranges of %d digits less, outage %v", c.name, got.Undelivered, got.UndeliveredDigits, got.Outage)
		}
		if other := s.read(msisdn(8_000_000), time.Second).Outcomes.Undelivered; other > 4 {
			t.Errorf("%s: another range has %g nats", c.name, other)
		}
	}
}

// One in twenty-five fails anyhow: that is usual, and accuses no range.
func TestUsualFailuresAreNoEvidence(t *testing.T) {
	s, rng := newStream(), rand.New(rand.NewPCG(2, 2))
	worst := 0.0
	for range 3000 {
		id := s.send(msisdn(rng.IntN(100)*20_000+rng.IntN(10_000)), 3*time.Second, nil)
		worst = max(worst, s.out.Outcomes.Undelivered)
		s.receive(id, "north", map[bool]ReceiptResult{true: ReceiptUndelivered, false: ReceiptDelivered}[rng.IntN(25) == 0])
	}
	if worst > 9 {
		t.Errorf("%g nats", worst)
	}
}

// A receipt told twice is one.
func TestReceiptsCountOnce(t *testing.T) {
	s, rng := newStream(), rand.New(rand.NewPCG(2, 2))
	s.deliverAll(rng, "north", 100)
	id := s.send(msisdn(4_711_000), time.Second, nil)
	for range 20 {
		s.receive(id, "north", ReceiptRejected)
	}
	if got := s.read(msisdn(4_711_001), time.Second).Outcomes; got.Undelivered > 4 || got.Outage {
		t.Errorf("%+v", got)
	}
}

// A carrier that fails is told by its route alone, while another's messages to
// the country arrive; and one that keeps silent, by what nobody answers over it.
func TestACarrierFails(t *testing.T) {
	for _, told := range []bool{true, false} {
		s, rng := newStream().settle("t", "u"), rand.New(rand.NewPCG(7, 7))
		s.deliverAll(rng, "north", 200)
		worst := fraud.Outcomes{}
		for i := range 240 {
			id := s.send(msisdn(rng.IntN(50)*200_000+rng.IntN(1000)), 5*time.Second, func(k *Send) {
				k.Tenant, k.Verified = []string{"t", "u"}[i%2], i%3 == 0
			})
			o := &s.out.Outcomes
			worst.Range, worst.Undelivered = max(worst.Range, o.Range), max(worst.Undelivered, o.Undelivered)
			if told {
				s.receive(id, "north", ReceiptUndelivered)
				continue
			}
			abroad := s.send(subscriber.MSISDN(fmt.Sprintf("+3361234%04d", i)), 0, func(k *Send) { // or the tenant would be taken for silent
				k.Tenant, k.Region, k.Verified = []string{"t", "u"}[i%2], "FR", true
			})
			s.check(abroad, time.Second, Approved)
		}
		got := s.read(msisdn(9_999_999), time.Second).Outcomes
		if !got.Outage || !told && got.Route < 0.6 {
			t.Errorf("receipts %v: no outage is told: %+v", told, got)
		}
		if worst.Range > 9 || worst.Undelivered > 9 {
			t.Errorf("receipts %v: a range is blamed: %+v", told, worst)
		}
		elsewhere := count(s.v, Send{At: s.at, Tenant: "t", To: "+33612345678", Region: "FR"})
		if elsewhere.Outcomes.Outage || elsewhere.Outcomes.Route > 0 {
			t.Errorf("receipts %v: another country's route fails: %+v", told, elsewhere.Outcomes)
		}
	}
}

// Pumping in a few ranges whose codes nobody types in is no failing route.
func TestPumpingIsNoFailingRoute(t *testing.T) {
	s, rng := newStream().settle("t"), rand.New(rand.NewPCG(8, 8))
	s.deliverAll(rng, "north", 100)
	for i := range 120 {
		id := s.send(msisdn([]int{1_234_000, 4_711_000}[i%2]+rng.IntN(1000)), 2*time.Second, nil)
		s.receive(id, "north", ReceiptDelivered)
		if i%4 == 0 {
			s.deliverAll(rng, "north", 1)
		}
	}
	if got := s.read(msisdn(4_711_999), time.Minute).Outcomes; got.Outage || got.Route > 0.5 || got.Range < 9 {
		t.Errorf("%+v", got)
	}
}
