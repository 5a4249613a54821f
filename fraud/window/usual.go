package window

import "math"

const (
	// priorRate is how often codes are typed in where nothing is known, and
	// priorTrials how many sends it takes to be believed otherwise.
	priorRate   = 0.78
	priorTrials = 12
	// tenantTrials is how many of a country's sends weigh as much as what
	// the tenant is used to.
	tenantTrials = 40
	rateLife     = 4 * day
	recentLife   = 20 * minute
	// matured is how many codes of a tenant must have been typed in until
	// those that are not are evidence. A tenant that checks its codes by
	// itself never gets there.
	matured    = 10
	leastUsual = 0.05
	mostUsual  = 0.97
	// A tenant that is owed so many approvals and gets less than this part of
	// them has stopped to report checks: then nothing is evidence.
	heardLife  = 40 * minute
	owedLeast  = 5
	silentPart = 0.2
	// surging is how many times the usual number of codes is more than a busy
	// hour's.
	surging = 3
)

// rate is how often codes are typed in, and how often of late against that.
type rate struct {
	trials, approvals        float32
	recentDue, recentArrived float32
	all, known               heard   // of all sends, suspect ones too, and of people who are known
	base                     float32 // as owed of all, over rateLife
	began                    uint32  // the first second
}

// heard is how many approvals a tenant was owed of late, and how many came.
type heard struct{ owed, came float32 }

func (h *heard) age(keep float32) { h.owed, h.came = h.owed*keep, h.came*keep }

func (h *heard) silent() bool { return h.owed > owedLeast && h.came < silentPart*h.owed }

type rates struct{ *table[rate] }

func (r *rate) age(was, now uint32) {
	if was == 0 || now <= was {
		return
	}
	old := float32(math.Exp(-float64(now-was) / rateLife))
	recent := float32(math.Exp(-float64(now-was) / recentLife))
	r.trials, r.approvals = r.trials*old, r.approvals*old
	r.recentDue, r.recentArrived = r.recentDue*recent, r.recentArrived*recent
	keep := float32(math.Exp(-float64(now-was) / heardLife))
	r.all.age(keep)
	r.known.age(keep)
	r.base *= old
}

// silent says that no checks are reported any more: those of people who are
// known do not come or, where few of them ask, nobody's do while no more ask than
// usual. A flood that nobody answers is no silence.
func (r *rate) silent(now uint32) bool {
	if r.known.owed > owedLeast {
		return r.known.silent()
	}
	lived := rateLife * (1 - math.Exp(-float64(now-min(now, r.began))/rateLife))
	usual := float64(r.base) * heardLife / max(heardLife, lived)
	return r.all.silent() && float64(r.all.owed) <= surging*usual+owedLeast
}

func (t rates) use(hash uint64, now uint32, f func(*rate)) {
	c, sh := t.at(hash, now)
	c.age(sh.was, now)
	f(c)
	sh.mu.Unlock()
}

// trial counts the step part of a send whose code is typed in usually.
func (t rates) trial(hash uint64, now uint32, step float64, usual float32) {
	t.use(hash, now, func(r *rate) {
		r.trials += float32(step)
		r.recentDue += float32(step) * usual
	})
}

func (t rates) approved(hash uint64, now uint32) {
	t.use(hash, now, func(r *rate) { r.approvals++; r.recentArrived++ })
}

// heardOf counts what a tenant is owed of a send, and what came.
func (v *Velocity) heardOf(p *pending, now uint32, owed, came float32) {
	v.rates.use(v.hash(kindTenant, p.tenant, 0), now, func(r *rate) {
		if r.began == 0 {
			r.began = now
		}
		r.all.owed, r.all.came, r.base = r.all.owed+owed, r.all.came+came, r.base+owed
		if p.known {
			r.known.owed, r.known.came = r.known.owed+owed, r.known.came+came
		}
	})
}

// silent says that a tenant has stopped to report checks.
func (v *Velocity) silent(tenant uint64, now uint32) (is bool) {
	v.rates.use(v.hash(kindTenant, tenant, 0), now, func(r *rate) { is = r.silent(now) })
	return is
}

// usual is the chance that a code sent now is typed in, as the tenant's codes
// to that country are, whether or not they are just now: in an outage no
// range is to blame. What looked suspect has not counted. 0 is not known: the
// send's outcome will say nothing. due is the same for the tenant as a whole.
func (v *Velocity) usual(s *keyed, now uint32) (usual, due float32) {
	var tenant, country rate
	v.rates.use(v.hash(kindTenant, s.tenant, 0), now, func(r *rate) { tenant = *r })
	v.rates.use(v.hash(kindCountry, s.tenant, s.country), now, func(r *rate) { country = *r })
	if tenant.approvals < matured {
		return 0, 0
	}
	p := (tenant.approvals + priorTrials*priorRate) / (tenant.trials + priorTrials)
	due = p
	if tenant.silent(now) {
		return 0, due
	}
	p = (country.approvals + tenantTrials*p) / (country.trials + tenantTrials)
	const extra = 8
	now20 := min(1, (country.recentArrived+extra)/(country.recentDue+extra))
	return min(max(p*now20, leastUsual), mostUsual), due
}

// curve is what part of the codes that are typed in at all is by each
// checkpoint.
type curve struct {
	n  float64
	by [len(checkpoints)]float64
}

// newCurve starts with what is told of most services: half within 20 s.
func newCurve() curve {
	return curve{60, [len(checkpoints)]float64{60 * 0.45, 60 * 0.84, 60 * 0.96, 60 * 0.99, 60 * 0.997}}
}

func (c *curve) at(i int) float64 { return c.by[i] / c.n }

// add notes an approval after so many seconds. Late ones count to the last
// checkpoint too, or it would never be sure.
func (c *curve) add(seconds uint32) {
	if c.n > 20_000 {
		c.n /= 2
		for i := range c.by {
			c.by[i] /= 2
		}
	}
	c.n++
	for i, age := range checkpoints {
		if seconds <= age {
			c.by[i]++
		}
	}
}
