package window_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/window"
	"tollgate/hlr/subscriber"
)

// sender plays sends against the default policy with nothing but velocity.
type sender struct {
	v    *window.Velocity
	p    *fraud.Policy
	at   time.Time
	n    uint64
	open []window.Send
}

func newSender(t *testing.T) *sender {
	t.Helper()
	text, err := configs.FS.ReadFile("policies/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := fraud.LoadPolicy("default", text)
	if err != nil {
		t.Fatal(err)
	}
	return &sender{
		v: window.New(window.Config{Numbers: 1 << 14, Ranges: 1 << 12, IPs: 1 << 12, Devices: 1 << 12, Flows: 1 << 15, Waiting: 1 << 12}),
		p: p, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func (s *sender) send(n int, ip string, after time.Duration) fraud.Decision {
	s.at = s.at.Add(after)
	to := subscriber.MSISDN(fmt.Sprintf("+49170%07d", n))
	k := window.Send{At: s.at, To: to}
	k.IP, _ = netip.ParseAddr(ip)
	s.n++
	k.ID, k.Tenant, k.Region = s.n, "shop", "DE"
	var v fraud.Velocity
	s.v.Send(&k, &v)
	d := s.p.Decide(&fraud.Facts{
		At: s.at, Purpose: "signup", Velocity: v,
		Number: fraud.Number{Region: "DE", LineType: fraud.LineMobile, Range: to.Range(3), RegionAllowed: true, CarrierAllowed: true},
	})
	if d.Kind == fraud.Allow {
		s.v.Await(&k, d.Score)
		s.open = append(s.open, k)
	}
	return d
}

// typeIn has the people behind the numbers type their codes in, half a minute
// after they asked, one in ten of them never.
func (s *sender) typeIn() {
	kept := s.open[:0]
	for _, k := range s.open {
		pace := time.Duration(15+k.ID*7%30) * time.Second
		switch {
		case s.at.Sub(k.At) < pace:
			kept = append(kept, k)
		case k.ID%10 != 0:
			s.v.Check(&window.Check{ID: k.ID, At: k.At.Add(pace), Result: window.Approved, IP: k.IP})
		}
	}
	s.open = kept
}

// A burst of sixty numbers of one range from one address within a minute is
// refused after its first messages and then blocked to its end.
func TestPumpingBurstIsStopped(t *testing.T) {
	for name, next := range map[string]func(i int) int{
		"sequential": func(i int) int { return 4000 + i },
		"descending": func(i int) int { return 4900 - i },
		"random":     func(i int) int { return 4000 + rand.New(rand.NewPCG(9, uint64(i))).IntN(1000) },
	} {
		s := newSender(t)
		allowed, blockedFrom := 0, 0
		for i := range 60 {
			d := s.send(next(i), "203.0.113.9", time.Second)
			if d.Kind == fraud.Allow {
				allowed++
			}
			if d.Kind != fraud.Block {
				blockedFrom = i + 2
			}
		}
		t.Logf("%s: %d of 60 allowed, blocked from number %d on", name, allowed, blockedFrom)
		if allowed > 7 || blockedFrom > 35 {
			t.Errorf("%s: %d of 60 allowed, blocked from number %d on; want at most 7 and 35", name, allowed, blockedFrom)
		}
	}
}

// Without any context only the range tells: it is stopped at its pace.
func TestPumpingBurstWithoutContext(t *testing.T) {
	s := newSender(t)
	allowed := 0
	for i := range 200 {
		if s.send(4000+i, "", 200*time.Millisecond).Kind == fraud.Allow {
			allowed++
		}
	}
	if allowed > 25 {
		t.Errorf("%d of 200 allowed, want at most 25", allowed)
	}
}

// Ordinary people are left alone.
func TestOrdinaryTraffic(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for name, play := range map[string]func(s *sender, i int) fraud.Decision{
		"a flash crowd over a whole network": func(s *sender, _ int) fraud.Decision {
			return s.send(rng.IntN(1e7), fmt.Sprintf("198.51.%d.%d", rng.IntN(256), rng.IntN(256)), 10*time.Millisecond)
		},
		"many people behind one address": func(s *sender, _ int) fraud.Decision {
			return s.send(rng.IntN(1e7), "198.51.100.1", 500*time.Millisecond)
		},
		"one person who tries again": func(s *sender, i int) fraud.Decision {
			return s.send(4711, "198.51.100.2", 2*time.Minute+time.Duration(i/5)*30*time.Minute)
		},
		"two neighbours": func(s *sender, i int) fraud.Decision {
			return s.send(4711+i%2, "198.51.100.3", 20*time.Minute)
		},
		"twenty of one company in a quarter of an hour, no address told": func(s *sender, i int) fraud.Decision {
			if i >= 20 {
				return s.send(rng.IntN(1e7), "", time.Minute)
			}
			return s.send(4700+i, "", 45*time.Second)
		},
	} {
		s := newSender(t)
		for i := range 100 {
			d := play(s, i)
			s.typeIn()
			if d.Kind != fraud.Allow {
				t.Errorf("%s: send %d: %+v", name, i+1, d)
				break
			}
		}
	}
}

// settled lets a tenant have newcomers of all over the country for a while, who
// type their codes in.
func (s *sender) settled(n int) *sender {
	rng := rand.New(rand.NewPCG(7, 7))
	for range n {
		s.send(rng.IntN(1e7), fmt.Sprintf("198.51.%d.%d", rng.IntN(256), rng.IntN(256)), 3*time.Minute)
		s.typeIn()
	}
	s.at = s.at.Add(10 * time.Minute)
	s.typeIn()
	return s
}

// typeInAll is typeIn by people none of whom gives up, after 5 to 40 seconds.
func (s *sender) typeInAll() {
	kept := s.open[:0]
	for _, k := range s.open {
		pace := time.Duration(5*math.Exp(float64(k.ID*7%11)/11*math.Log(8))) * time.Second
		if s.at.Sub(k.At) < pace {
			kept = append(kept, k)
			continue
		}
		s.v.Check(&window.Check{ID: k.ID, At: k.At.Add(pace), Result: window.Approved, IP: k.IP})
	}
	s.open = kept
}

// Twenty neighbouring numbers within minutes are a tester's, or a company's, as
// long as each code is typed in at once; while codes stay open they are an
// attack's. The tenant is known for long.
func TestNeighboursWhoTypeTheirCodesIn(t *testing.T) {
	for _, ip := range []string{"", "203.0.113.9"} {
		for _, every := range []time.Duration{15 * time.Second, 20 * time.Second, 45 * time.Second} {
			for _, answered := range []bool{true, false} {
				s, refused := newSender(t).settled(200), 0
				for i := range 20 {
					d := s.send(4700+i, ip, every)
					if answered {
						s.typeInAll()
					}
					if d.Kind != fraud.Allow {
						refused++
					}
				}
				if answered && refused > 0 || !answered && refused < 8 {
					t.Errorf("every %v from %q, codes typed in: %v; %d of 20 refused", every, ip, answered, refused)
				}
			}
		}
	}
}
