package traffic

// tactics are how a campaign's bots behave. They are drawn anew for each
// campaign; in drift a campaign that lasts beyond the half draws them again.
type tactics struct {
	adaptive bool
	nets     netUse
	ips      int // in use at a time; 0: another for each send
	devices  int // in use at a time; 0: another for each send
	scripted bool
	human    bool    // log-normal gaps, and a day's rhythm
	pace     float64 // sends a minute while it is awake
	rotate   int     // numbers of a range before the next
	burst    bool    // works in bouts, with breaks
	fake     faking
	told     float64 // of its numbers that a lookup knows
	fate     fate
}

type netUse int

const (
	netHosting netUse = iota
	netExits          // VPN exits and privacy relays
	netHomes
	netMobile
)

// faking is how a campaign pretends that its codes were read.
type faking struct {
	rate      float64
	steady    float64 // seconds, with a little jitter; 0: log-normal as people take
	elsewhere bool    // checked from another address and device
}

func (d dice) tactics(kind Kind, secondHalf bool) tactics {
	adaptive := kind == Adaptive
	if kind == Drift { // most attackers learn
		adaptive = d.chance(0.3)
		if secondHalf {
			adaptive = d.chance(0.75)
		}
	}
	if adaptive {
		return d.adaptive()
	}
	return d.crude()
}

func (d dice) crude() tactics {
	t := tactics{
		nets: netHosting, ips: 1 + int(d.about(8, 1)), devices: 1 + int(d.about(5, 1)),
		scripted: d.chance(0.45), pace: d.about(14, 0.8), rotate: int(d.about(600, 0.8)),
		burst: d.chance(0.3), told: pick(d, []float64{0, 0.1, 0.4, 0.8}),
	}
	switch x := d.Float64(); {
	case x < 0.12:
		t.nets = netHomes
	case x < 0.22:
		t.nets = netExits
	}
	if d.chance(0.15) {
		t.devices = 0
	}
	t.fate = pick(d, []fate{fateUsual, fateUsual, fateQuiet, fateNowhere})
	return t
}

func (d dice) adaptive() tactics {
	t := tactics{
		adaptive: true, nets: netHomes, human: true, pace: d.about(14, 0.8) / 4,
		rotate: 6 + int(d.about(30, 0.7)), burst: d.chance(0.4),
		told: pick(d, []float64{0.3, 0.6, 0.8, 0.95}),
	}
	if d.chance(0.3) {
		t.nets = netMobile
	}
	if d.chance(0.5) {
		t.fake = d.faking(d.between(0.05, 0.5))
	}
	t.fate = pick(d, []fate{fateUsual, fateUsual, fateUsual, fateQuiet})
	return t
}

func (d dice) faking(rate float64) faking {
	f := faking{rate: rate, elsewhere: d.chance(0.4)}
	if d.chance(0.4) {
		f.steady = d.between(3, 45)
	}
	return f
}

// actor is one of a campaign's bots, or a person with a list.
type actor struct {
	from  origin
	phone *handset
	uses  int
}

// actor is who makes the next send: from the pool in use, or new.
func (c *campaign) actor(of *country) *actor {
	tac := &c.tac
	if tac.devices > 0 && len(c.actors) >= tac.devices {
		a := pick(c.d, c.actors)
		c.address(a, of)
		return a
	}
	a := c.newActor(of)
	if tac.devices > 0 {
		c.actors = append(c.actors, a)
	}
	return a
}

func (c *campaign) newActor(of *country) *actor {
	a := &actor{phone: c.d.handset(c.t, of)}
	a.from = origin{device: a.phone.device, agent: a.phone.agent, ja4: a.phone.ja4}
	if a.phone.reads() && c.d.chance(0.6) { // a card of its own, or an invented one; an emulator has none
		own := c.w.lineOf(c.d, c.d.operator(of), "").id
		own.imei = a.phone.imei
		a.from.claim = &own
	}
	if c.tac.scripted { // the agent of a browser or an app, the TLS of a library
		a.from.ja4 = c.script
		a.from.agent = c.agent
	}
	c.address(a, of)
	return a
}

// address puts the actor behind one of the campaign's addresses.
func (c *campaign) address(a *actor, of *country) {
	if c.tac.ips > 0 && len(c.ips) >= c.tac.ips {
		at := pick(c.d, c.ips)
		a.from.ip, a.from.asn = at.ip, at.asn
		return
	}
	at := c.newAddress(of)
	if c.tac.ips > 0 {
		c.ips = append(c.ips, at)
	}
	a.from.ip, a.from.asn = at.ip, at.asn
}

func (c *campaign) newAddress(of *country) address {
	switch c.tac.nets {
	case netHosting:
		return c.d.address(pick(c.d, c.hosts))
	case netExits:
		return c.d.address(pick(c.d, append(c.w.atlas.vpns, c.w.atlas.relays...)))
	case netMobile:
		return c.d.egress(c.d.operator(of).data)
	}
	return c.d.home(of)
}
