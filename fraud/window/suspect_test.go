package window

import (
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/fraud"
)

// What was refused as suspect is remembered for the country and for what the
// sends look like, and fades; what was refused for another reason is not.
func TestRefusedNewcomersAreRemembered(t *testing.T) {
	for _, c := range []struct {
		name      string
		suspect   float64
		low, high float64
	}{{"suspect", suspectFrom, 0.3, 1}, {"by rule", suspectFrom - 1, 0, 0}} {
		s := newStream().settle("t")
		rng := rand.New(rand.NewPCG(3, 3))
		for range 60 {
			s.at = s.at.Add(20 * time.Second)
			k := Send{ID: rng.Uint64(), At: s.at, Tenant: "t", To: msisdn(2_000_000 + rng.IntN(1000)), Region: "DE"}
			s.v.Send(&k, &s.out)
			s.v.Refuse(&k, c.suspect)
		}
		other := msisdn(7_654_321) // another range
		got := s.read(other, time.Minute).Suspects
		for what, share := range map[string]float64{"country": got.Country, "class": got.Class} {
			if share < c.low || share > c.high {
				t.Errorf("%s: %s %g, want %g to %g", c.name, what, share, c.low, c.high)
			}
		}
		if later := s.read(other, 24*time.Hour).Suspects; later.Country > 0.5 {
			t.Errorf("%s: a day later %g", c.name, later.Country)
		}
	}
}

// A number's second send on a day is no other newcomer.
func TestARepeatIsNotSuspectedTwice(t *testing.T) {
	s := newStream().settle("t")
	for range 50 {
		s.at = s.at.Add(time.Second)
		k := Send{ID: 1, At: s.at, Tenant: "t", To: msisdn(2_000_000), Region: "DE"}
		s.v.Send(&k, &s.out)
		s.v.Refuse(&k, 900)
	}
	if got := s.read(msisdn(7_654_321), time.Second).Suspects.Country; got > 0.1 {
		t.Errorf("one number makes %g of the country suspect", got)
	}
}

// Codes that are still on their way are not open: a crowd that types its codes
// in, all at once, shows nothing.
func TestCodesAreOpenByTheirAge(t *testing.T) {
	s := newStream().settle("t")
	var last fraud.Velocity
	ids := make([]uint64, 0, 40)
	for i := range 40 {
		ids = append(ids, s.send(msisdn(3_000_000+i*7), 200*time.Millisecond, nil))
		last = s.out
	}
	if last.CrowdOpen != 0 {
		t.Errorf("%g nats open within eight seconds", last.CrowdOpen)
	}
	for _, id := range ids[:2] {
		s.check(id, 10*time.Second, Approved)
	}
	if got := s.read(msisdn(3_000_900), 10*time.Minute).CrowdOpen; got < 5 {
		t.Errorf("%g nats open after ten minutes of silence", got)
	}
}

// Behind one address many people mistype, once in a while even all; a bot
// mistypes more than so many people would, whether it asks once or again.
func TestWrongCodesOfAnAddressCountBeyondItsPeoples(t *testing.T) {
	for _, c := range []struct {
		name           string
		numbers, sends int
		every, each    int // of every so many sends, so many wrong codes
		least, most    float64
	}{
		{"a mobile network's address", 900, 1000, 4, 1, 0, 0},
		{"an office in which all mistype", 30, 30, 1, 1, 0, 0},
		{"a bot that guesses many numbers' codes", 30, 30, 1, 4, 80, 120},
		{"a bot that asks for one number's again and again", 1, 30, 1, 1, 25, 30},
	} {
		s := newStream()
		for i := range c.sends {
			id := s.send(msisdn(i%c.numbers*1000), time.Second, func(k *Send) { k.IP = home })
			for range c.each {
				if i%c.every == 0 {
					s.v.Check(&Check{ID: id, At: s.at, Result: Wrong, IP: home})
				}
			}
		}
		s.send(msisdn(99), time.Second, func(k *Send) { k.IP = home })
		if got := s.out.Wrong; got < c.least || got > c.most {
			t.Errorf("%s: %g wrong codes count, want %g to %g", c.name, got, c.least, c.most)
		}
	}
}

// A number that many devices ask for shows, and is forgotten after its day.
func TestDevicesOfANumber(t *testing.T) {
	s := newStream()
	for i := range 6 {
		s.send(msisdn(1), time.Hour, func(k *Send) { k.Device = uint64(i + 1) })
	}
	if n := s.out.NumberDevices; n < 4 || n > 6 {
		t.Errorf("%g devices, want about 6", n)
	}
	s.send(msisdn(1), 25*time.Hour, func(k *Send) { k.Device = 77 })
	if n := s.out.NumberDevices; n != 1 {
		t.Errorf("%g devices a day later", n)
	}
}

// While a country's messages fail at large its missing approvals are told apart.
func TestAnOutageIsTold(t *testing.T) {
	s := newStream().settle("t")
	if s.out.Outcomes.Outage {
		t.Error("an outage while all is well")
	}
	for i := range 30 {
		id := s.send(msisdn(i*330_977), 2*time.Second, nil)
		s.v.Receipt(&Receipt{ID: id, At: s.at, Result: ReceiptUndelivered})
	}
	if !s.read(msisdn(9), time.Second).Outcomes.Outage {
		t.Error("thirty failures tell no outage")
	}
	if s.read(msisdn(9), 6*time.Hour).Outcomes.Outage {
		t.Error("it lasts for ever")
	}
}
