package traffic

import (
	"io"
	"math"
	"time"
)

// world is the simulation: what is planned, who is there, and where it is written.
type world struct {
	c       Config
	atlas   *atlas
	now     millis
	start   millis
	end     millis
	queue   tasks
	planned uint64
	sends   int64
	out     *writer
	given   map[block]int // numbers handed out
	outages []outage
	tenants []*tenant
	volumes []float64
}

// epoch is when every file begins: a Monday.
var epoch = millis(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixMilli())

// Generate writes traffic and says what it wrote. The same configuration gives
// the same octets. Memory holds the tenants' members and what is under way, not
// what was written.
func Generate(c Config, to io.Writer) (*Stats, error) {
	stats := newStats()
	w := newWorld(c.withDefaults(), newWriter(to, stats))
	for _, p := range populations {
		if p.start == nil { // people of the other groups
			continue
		}
		p.start(w, newDice(w.c.Seed, p.group), w.c.Rate*w.c.days()*p.share)
	}
	w.startAttacks()
	err := w.run()
	return stats, err
}

func newWorld(c Config, out *writer) *world {
	w := &world{c: c, atlas: theAtlas(), now: epoch, start: epoch, out: out, given: map[block]int{}}
	w.end = epoch + millis(c.Duration.Milliseconds())
	d := newDice(c.Seed, "tenants")
	members := int(min(2*c.Rate+2000, 400_000)) // who come back: their number bounds the memory
	w.tenants = newTenants(c.Tenants, d, w.atlas, members)
	for _, t := range w.tenants {
		w.volumes = append(w.volumes, t.volume)
	}
	if c.Kind == Drift {
		w.at(w.half(), func() { w.driftTenants(d) })
	}
	return w
}

func (w *world) half() millis { return w.start + (w.end-w.start)/2 }

// driftTenants changes every tenant's countries, conversion and volume.
func (w *world) driftTenants(d dice) {
	for i, t := range w.tenants {
		for j := range t.weights {
			t.weights[j] *= d.about(1, 0.7)
		}
		entered := d.IntN(len(t.weights)) // a country that it opens in
		t.weights[entered] += 0.15 * sum(t.weights)
		t.convert = min(0.97, t.convert*d.between(0.82, 1.06))
		t.newcomer = min(0.95, t.newcomer*d.between(0.6, 1.8))
		w.volumes[i] *= d.about(1, 0.5)
	}
}

func sum(of []float64) (s float64) {
	for _, x := range of {
		s += x
	}
	return s
}

// busyness is how much goes on in a country at a time, 1 being the average day's
// mean: little before dawn, most in the evening; offices have their own hours.
func busyness(t millis, c *country, office bool) float64 {
	local := t + c.utc
	h := float64(local%day) / float64(hour)
	weekday := int(local/day+3) % 7 // 0 is Monday: the epoch of Unix was a Thursday
	if office {
		week := [7]float64{1.3, 1.3, 1.25, 1.2, 1.1, 0.45, 0.4}
		return week[weekday] * (0.16 + 2.55*math.Exp(-sq((h-10.5)/2.4)) + 2.0*math.Exp(-sq((h-15.5)/2.6)))
	}
	week := [7]float64{0.94, 0.92, 0.95, 0.98, 1.06, 1.12, 1.03}
	return week[weekday] * (0.29 + 1.18*math.Exp(-sq((h-12.5)/4)) + 1.77*math.Exp(-sq((h-20)/2.8)))
}

const busiest = 3.8 // more than busyness ever is

func sq(x float64) float64 { return x * x }
