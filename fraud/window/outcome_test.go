package window

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// stream plays sends of one tenant and what becomes of them.
type stream struct {
	v   *Velocity
	at  time.Time
	n   uint64
	out fraud.Velocity
}

func newStream() *stream { return &stream{v: New(small), at: start} }

// settle lets the tenants' codes be typed in for a while: without, neither
// where newcomers come from nor their silence is evidence.
func (s *stream) settle(tenants ...string) *stream {
	rng := rand.New(rand.NewPCG(8, 8))
	for i := range 100 * len(tenants) {
		id := s.send(msisdn(5_000_000+rng.IntN(5e6)), 20*time.Second, func(k *Send) { k.Tenant = tenants[i%len(tenants)] })
		if i%5 != 0 {
			s.check(id, time.Duration(5+i%31)*time.Second, Approved)
		}
	}
	s.at = s.at.Add(time.Hour)
	return s
}

// send counts a send and awaits its outcome; code says after how long the code
// is typed in, 0 never.
func (s *stream) send(to subscriber.MSISDN, after time.Duration, edit func(*Send)) uint64 {
	s.at = s.at.Add(after)
	s.n++
	k := Send{ID: s.n * 0x9e3779b97f4a7c15, At: s.at, Tenant: "t", To: to, Region: "DE"}
	if edit != nil {
		edit(&k)
	}
	s.v.Send(&k, &s.out)
	s.v.Await(&k, 0)
	return k.ID
}

func (s *stream) check(id uint64, after time.Duration, r Result) {
	s.v.Check(&Check{ID: id, At: s.at.Add(after), Result: r})
}

// read counts one more send, without awaiting anything of it.
func (s *stream) read(to subscriber.MSISDN, after time.Duration) fraud.Velocity {
	s.at = s.at.Add(after)
	return count(s.v, Send{At: s.at, Tenant: "t", To: to, Region: "DE"})
}

func TestSilenceIsEvidence(t *testing.T) {
	never := newStream()
	for i := range 40 { // a tenant that checks its codes by itself
		never.send(msisdn(4711000+i), time.Minute, nil)
	}
	if got := never.read(msisdn(4711500), time.Hour).Outcomes; got != (fraud.Outcomes{}) {
		t.Errorf("nothing is known of what is typed in: %+v", got)
	}
	s := newStream().settle("t", "u")
	for i := range 10 {
		s.send(msisdn(4711000+i), 2*time.Second, nil)
	}
	if got := s.read(msisdn(4711500), time.Second).Outcomes.Range; got > 3 {
		t.Errorf("after seconds: %g nats", got)
	}
	late := s.read(msisdn(4711501), 2*time.Minute)
	last := s.read(msisdn(4711502), 20*time.Minute)
	if !(late.Outcomes.Range > 5 && last.Outcomes.Range > late.Outcomes.Range) {
		t.Errorf("after 2 min %g nats, after 20 min %g; want more than 5, and rising", late.Outcomes.Range, last.Outcomes.Range)
	}
	if other := s.read(msisdn(9000000), 0); other.Outcomes.Range != 0 {
		t.Errorf("another range: %g nats", other.Outcomes.Range)
	}
	if other := count(s.v, Send{At: s.at, Tenant: "u", To: msisdn(4711503), Region: "DE"}); other.Outcomes.Range != 0 || other.Outcomes.RangeAll < 5 {
		t.Errorf("another tenant: %+v; want nothing of its own and the evidence of all", other.Outcomes)
	}
}

// The average run length of a range whose codes are typed in as usual: over
// 400 of them no test reaches the evidence at which a policy would act.
func TestTypedInCodesAreNoEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	worst := 0.0
	s := newStream().settle("t")
	type open struct {
		id uint64
		at time.Time
	}
	var waiting []open
	for i := range 400 * 40 {
		id := s.send(msisdn(i%400*20_000+rng.IntN(10_000)), 3*time.Second, nil)
		worst = max(worst, s.out.Outcomes.Range)
		if rng.Float64() < 0.8 {
			waiting = append(waiting, open{id, s.at.Add(time.Duration(math.Exp(rng.NormFloat64()*0.8+3)) * time.Second)})
		}
		kept := waiting[:0]
		for _, w := range waiting {
			if w.at.After(s.at) {
				kept = append(kept, w)
				continue
			}
			s.v.Check(&Check{ID: w.id, At: w.at, Result: Approved})
		}
		waiting = kept
	}
	if worst > 12 {
		t.Errorf("%g nats against a range whose codes are typed in", worst)
	}
}

func TestApprovalTakesSilenceBack(t *testing.T) {
	s := newStream().settle("t")
	var ids []uint64
	for i := range 6 {
		ids = append(ids, s.send(msisdn(4711000+i), time.Second, nil))
	}
	before := s.read(msisdn(4711900), 5*time.Minute).Outcomes
	for i, id := range ids {
		s.check(id, time.Duration(i*i)*time.Minute, Approved)
		s.check(id, time.Duration(i*i)*time.Minute, Approved) // told twice counts once
	}
	after := s.read(msisdn(4711901), 26*time.Minute).Outcomes
	if !(before.Range > 3 && after.Range == 0 && after.RangeApproved > 5 && after.RangeApproved <= 6) {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestOutageBlamesNoRange(t *testing.T) {
	play := func(outage bool) float64 {
		s := newStream()
		rng := rand.New(rand.NewPCG(5, 5))
		for i := range 60 { // what is usual
			s.check(s.send(msisdn(rng.IntN(1e7)), 10*time.Second, nil), 8*time.Second, Approved)
			_ = i
		}
		for i := range 30 {
			if outage {
				id := s.send(msisdn(rng.IntN(1e7)), 5*time.Second, nil)
				s.v.Receipt(&Receipt{ID: id, At: s.at.Add(time.Second), Result: ReceiptUndelivered})
			}
			id := s.send(msisdn(4711000+7*i), 5*time.Second, nil)
			s.v.Receipt(&Receipt{ID: id, At: s.at.Add(time.Second), Result: map[bool]ReceiptResult{true: ReceiptUndelivered, false: ReceiptDelivered}[outage]})
		}
		return s.read(msisdn(4711999), 10*time.Minute).Outcomes.Range
	}
	if in, without := play(true), play(false); in > without/3 || without < 10 {
		t.Errorf("a range whose codes are not typed in gets %.1f nats in an outage of its country, %.1f without", in, without)
	}
}

func TestStagedApprovals(t *testing.T) {
	for _, c := range []struct {
		name   string
		check  func(i int, k *Check, rng *rand.Rand)
		staged bool
	}{
		{"a machine's pace", func(_ int, k *Check, _ *rand.Rand) { k.At = k.At.Add(7 * time.Second) }, true},
		{"from elsewhere", func(i int, k *Check, rng *rand.Rand) {
			k.At = k.At.Add(time.Duration(math.Exp(rng.NormFloat64()*0.8+3)) * time.Second)
			k.IP, k.Device = netip.MustParseAddr("203.0.113.7"), 99
		}, true},
		{"people", func(i int, k *Check, rng *rand.Rand) {
			k.At = k.At.Add(time.Duration(math.Exp(rng.NormFloat64()*0.8+3)) * time.Second)
			k.Device = uint64(i + 1)
			k.IP = netip.AddrFrom4([4]byte{198, 51, byte(i), 7})
			if i%6 == 0 {
				k.IP = netip.MustParseAddr("203.0.113.7")
			}
		}, false},
	} {
		s, rng := newStream(), rand.New(rand.NewPCG(9, 9))
		for i := range 20 {
			id := s.send(msisdn(4711000+i), 200*time.Second, func(k *Send) {
				k.Device, k.IP = uint64(i+1), netip.AddrFrom4([4]byte{198, 51, byte(i), 7})
			})
			k := Check{ID: id, At: s.at, Result: Approved}
			c.check(i, &k, rng)
			s.v.Check(&k)
		}
		if got := s.read(msisdn(4711999), 10*time.Minute).Outcomes.Staged; (got > 4) != c.staged {
			t.Errorf("%s: %g nats", c.name, got)
		}
	}
}

func TestCrowd(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	anywhere := func() subscriber.MSISDN { return msisdn(rng.IntN(1e7)) }
	s := newStream()
	worst := 0.0
	for range 3000 { // a flash crowd over the country
		s.send(anywhere(), 300*time.Millisecond, nil)
		worst = max(worst, s.out.Crowd)
	}
	crowd := s.read(anywhere(), 0).Crowd
	for i := range 30 { // and a campaign within it, from one range; where people live was not known before
		s.send(msisdn(4711000+i*13), 4*time.Second, nil)
		for range 4 {
			s.send(anywhere(), time.Second, nil)
		}
	}
	campaign := s.read(msisdn(4711777), 0)
	if worst > 8 || crowd > 4 || campaign.Crowd < 6 || campaign.CrowdDigits > 4 {
		t.Errorf("crowd: worst %g, now %g; campaign: %g nats at %d digits", worst, crowd, campaign.Crowd, campaign.CrowdDigits)
	}
	again := newStream()
	for range 50 { // one person who tries again is no crowd
		again.send(msisdn(4711000), time.Minute, nil)
	}
	if again.out.Crowd > 1 {
		t.Errorf("one number again and again: %g nats", again.out.Crowd)
	}
}

func TestWaitingForgetsTheOldest(t *testing.T) {
	w := newWaiting(64)
	for i := range uint64(1000) {
		w.add(&pending{id: i, at: uint32(i)})
		if got := w.find(i); got == nil || got.at != uint32(i) {
			t.Fatalf("send %d is not found", i)
		}
	}
	found := 0
	for i := range uint64(1000) {
		if p := w.find(i); p != nil {
			if p.id != i {
				t.Fatalf("send %d is found as %d", i, p.id)
			}
			found++
		}
	}
	if found < 60 || found > 64 || w.lost == 0 {
		t.Errorf("%d of the last 64 are found, %d lost", found, w.lost)
	}
}

func TestWrongCodes(t *testing.T) {
	s := newStream()
	id := s.send(msisdn(1), time.Second, func(k *Send) { k.Account = 7 })
	for range 4 {
		s.check(id, time.Second, Wrong)
	}
	if got := s.read(msisdn(1), time.Minute).Wrong; got != 4 {
		t.Errorf("the number has %g wrong codes, want 4", got)
	}
	if got := count(s.v, Send{At: s.at, Tenant: "t", To: msisdn(2), Account: 7}).Wrong; got != 4 {
		t.Errorf("the account has %g wrong codes, want 4", got)
	}
	if got := s.read(msisdn(1), 80*time.Minute).Wrong; got != 0 {
		t.Errorf("later %g", got)
	}
}

func TestAccountOfRecord(t *testing.T) {
	s := newStream()
	mine := func(k *Send) {
		k.Account, k.Device, k.ASN, k.IP = 5, 11, 3320, netip.MustParseAddr("198.51.100.1")
	}
	s.check(s.send(msisdn(1), time.Second, mine), 9*time.Second, Approved)
	s.send(msisdn(1), time.Hour, mine)
	if a := s.out.Account; a.Approved != 1 || !a.SameDevice || !a.SameNumber || a.OtherNet || a.OtherDevice {
		t.Errorf("the same again: %+v", a)
	}
	s.send(msisdn(2), time.Hour, func(k *Send) { mine(k); k.Device, k.ASN, k.IP = 12, 64500, netip.MustParseAddr("203.0.113.9") })
	if a := s.out.Account; !a.OtherDevice || !a.OtherNet || !a.OtherSystem || a.SameNumber || s.out.AccountNumbers != 2 {
		t.Errorf("from elsewhere: %+v, %g numbers", a, s.out.AccountNumbers)
	}
}

func ExampleVelocity() {
	v := New(Config{Numbers: 1024, Ranges: 1024, IPs: 1024, Devices: 1024, Flows: 4096, Waiting: 1024})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var out fraud.Velocity
	for i := range 50 { // people of all over the country, who type their codes in
		s := Send{ID: uint64(1000 + i), At: at.Add(time.Duration(i-100) * time.Minute), Tenant: "shop", To: msisdn(i * 199_999), Region: "DE"}
		v.Send(&s, &out)
		v.Await(&s, 0)
		v.Check(&Check{ID: s.ID, At: s.At.Add(time.Duration(9+i%17) * time.Second), Result: Approved})
	}
	for i := range 20 { // and some of one range, who do not
		s := Send{ID: uint64(i + 1), At: at.Add(time.Duration(i) * 10 * time.Second), Tenant: "shop", To: msisdn(4711000 + i), Region: "DE"}
		v.Send(&s, &out)
		v.Await(&s, 0)
	}
	s := Send{ID: 99, At: at.Add(10 * time.Minute), Tenant: "shop", To: msisdn(4711321), Region: "DE"}
	v.Send(&s, &out)
	fmt.Printf("sends to the range %.0f, codes not typed in: more than 10 nats: %v\n", out.RangeHour, out.Outcomes.Range > 10)
	// Output: sends to the range 21, codes not typed in: more than 10 nats: true
}

// A flood over the whole country that nobody answers, beside people who answer as
// ever, is an attack and no silence, however fast it comes.
func TestFloodIsNoSilence(t *testing.T) {
	for _, verified := range []bool{true, false} {
		s, rng := newStream().settle("t"), rand.New(rand.NewPCG(6, 7))
		for i := range 200 {
			people := s.send(msisdn(rng.IntN(1e7)), 2*time.Minute, func(k *Send) { k.Verified = verified })
			s.check(people, time.Duration(5+i%31)*time.Second, Approved)
		}
		for i := range 400 {
			s.send(msisdn(rng.IntN(1e7)), 5*time.Second, nil)
			if i%20 == 0 {
				people := s.send(msisdn(rng.IntN(1e7)), 0, func(k *Send) { k.Verified = verified })
				s.check(people, 10*time.Second, Approved)
			}
		}
		if got := s.read(msisdn(4711500), time.Minute).Outcomes; got.Country < 0.2 || got.Outage {
			t.Errorf("people verified before: %v; %+v", verified, got)
		}
	}
}

// A tenant that stops to report checks is not told from an attack by what is
// missing, so that nothing is missing then; once they come again, it is.
func TestSilentTenantIsNoEvidence(t *testing.T) {
	s := newStream().settle("t")
	rng := rand.New(rand.NewPCG(6, 6))
	for range 2000 { // eleven hours without a check
		s.send(msisdn(rng.IntN(1e7)), 20*time.Second, nil)
	}
	if s.out.Outcomes != (fraud.Outcomes{}) {
		t.Errorf("after hours of silence: %+v", s.out.Outcomes)
	}
	for i := range 400 {
		s.check(s.send(msisdn(rng.IntN(1e7)), 20*time.Second, nil), time.Duration(5+i%31)*time.Second, Approved)
	}
	for i := range 20 {
		s.send(msisdn(4711000+i), 2*time.Second, nil)
	}
	if got := s.read(msisdn(4711500), 5*time.Minute).Outcomes.Range; got < 3 {
		t.Errorf("checks are back: %g nats", got)
	}
}
