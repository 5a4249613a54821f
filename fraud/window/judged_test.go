package window

import (
	"testing"
	"time"
)

// What a person found is evidence: for the tenant's own range and the send's
// address, not beyond.
func TestJudgedSends(t *testing.T) {
	s := newStream().settle("t", "u")
	ask := func(k *Send) { k.IP, k.Device = home, 9 }
	id := s.send(msisdn(4_711_000), time.Minute, ask)
	s.check(id, 9*time.Second, Approved)
	j := Judgement{ID: id, At: s.at, Tenant: "t", To: msisdn(4_711_000)}
	for range 5 { // told again and again counts once
		s.v.Judge(&j)
	}
	read := func(tenant string, to int) (rang, source float64) {
		o := count(s.v, Send{At: s.at, Tenant: tenant, To: msisdn(to), Region: "DE", IP: home, Device: 9}).Outcomes
		return o.Range, max(o.Address, o.Device)
	}
	if rang, source := read("t", 4_711_500); rang != judgedWorth || source != judgedWorth {
		t.Errorf("a confirmed fraud gives its range %g nats and its source %g, want %d", rang, source, judgedWorth)
	}
	if wider, _ := read("t", 4_719_000); wider != judgedWorth/2 {
		t.Errorf("the next wider range gets %g nats", wider)
	}
	if rang, _ := read("u", 4_711_501); rang != 0 {
		t.Errorf("another tenant's range gets %g nats", rang)
	}
	s.v.Judge(&Judgement{At: s.at, Tenant: "t", To: msisdn(4_711_000), Honest: true})
	if rang, _ := read("t", 4_711_502); rang > judgedWorth/2 {
		t.Errorf("a false alarm leaves %g nats", rang)
	}
	for range 100 {
		s.v.Judge(&Judgement{At: s.at, Tenant: "t", To: msisdn(4_711_000)})
	}
	if rang, _ := read("t", 4_711_503); rang > judgedMost {
		t.Errorf("judgements alone give %g nats", rang)
	}
}

// The id of another tenant's send concerns nobody.
func TestJudgedByAStranger(t *testing.T) {
	s := newStream().settle("t")
	id := s.send(msisdn(4_711_000), time.Minute, func(k *Send) { k.IP = home })
	s.v.Judge(&Judgement{ID: id, At: s.at, Tenant: "u", To: msisdn(1)})
	if o := count(s.v, Send{At: s.at, Tenant: "t", To: msisdn(4_711_001), Region: "DE", IP: home}).Outcomes; o.Range != 0 || o.Address != 0 {
		t.Errorf("%+v", o)
	}
}
