package traffic

// simSwap has members' numbers moved to the attackers' cards.
func (c *campaign) simSwap() {
	c.against(2.35, func(p *person) bool {
		p.busy = true
		if c.d.chance(0.35) { // first they see whether the password is right
			c.as(p, "login", c.actor(p.country).from)
		}
		c.w.after(seconds(c.d.about(3*3600, 1)), func() { c.swap(p, p.line.op) })
		return true
	})
}

// portOut has the number moved to another network.
func (c *campaign) portOut() {
	c.against(2, func(p *person) bool {
		to := pick(c.d, p.country.operators)
		if to == p.line.op {
			return false
		}
		p.busy = true
		p.line.id.ported = c.w.now
		c.swap(p, to)
		return true
	})
}

// swap is the change as the network shows it: for some a gap without any
// subscriber, then another card, mostly in another phone at another place.
func (c *campaign) swap(p *person, to *operator) {
	d, w := c.d, c.w
	wait := seconds(d.about(90, 1))
	if d.chance(0.45) {
		p.line.id.absent = true
		w.tell(p.line)
		wait = seconds(d.about(12*60, 1.1))
	}
	w.after(wait, func() {
		l := p.line
		if l.id.ported != 0 && to != l.op {
			l.id.ported = w.now
		}
		mine := l.area
		l.op, l.id.absent = to, false
		d.newSIM(l)
		a := c.actor(p.country)
		if d.chance(0.85) {
			l.id.imei = d.imei(pick(d, d.model(p.country).tacs))
			if d.chance(0.5) { // in the phone that the requests come from
				l.id.imei = a.phone.imei
			}
		}
		if d.chance(0.8) {
			l.area = d.area()
		}
		d.settle(l, to)
		w.tell(l)
		if l.id.imei == a.phone.imei {
			a.from.claim = a.holds(l)
		}
		from := a.from
		w.after(c.haste(), func() { c.cashIn(p, from, 1+d.IntN(3)) })
		w.after(seconds(d.between(1, 6)*86_400), func() { c.restore(p, mine) })
	})
}

// haste is how long attackers wait: they must be through before the victim
// reaches the operator's help line.
func (c *campaign) haste() millis {
	if c.tac.adaptive {
		return seconds(c.d.about(2*3600, 1.1))
	}
	return seconds(c.d.about(15*60, 1))
}

// cashIn asks for codes to the number that is theirs now, and types them in.
func (c *campaign) cashIn(p *person, from origin, left int) {
	d := c.d
	purpose := pick(d, []string{"recovery", "recovery", "withdrawal", "withdrawal", "number_change", "bind", "login", "login"})
	s, ok := c.as(p, purpose, from)
	if !ok {
		return
	}
	if s.arrives != 0 && d.chance(0.85) {
		c.w.at(s.arrives+d.typing(), func() { c.w.check(p.t, s, "approved", from) })
	}
	if left > 1 {
		c.w.after(seconds(d.about(300, 1)), func() { c.cashIn(p, from, left-1) })
	}
}

// restore is the victim with a new card of their own, a few days later.
func (c *campaign) restore(p *person, home area) {
	d, w := c.d, c.w
	d.newSIM(p.line)
	p.line.area, p.line.id.imei, p.group = home, p.phone.imei, "sim_replaced"
	d.settle(p.line, p.line.op)
	w.tell(p.line)
	w.follow(d, p, []millis{seconds(d.about(8*3600, 1))}, d.errands(p, 0.5))
}

// recycled finds accounts behind numbers that came with new cards.
func (c *campaign) recycled() {
	c.against(2, func(p *person) bool {
		p.busy, p.last = true, 0 // the former owner has given the number up
		c.w.recycle(c.d, p.line)
		from := c.actor(p.country).from
		c.w.after(seconds(c.d.about(20*3600, 1.2)), func() {
			s, ok := c.as(p, pick(c.d, []string{"login", "recovery", "recovery"}), from)
			if ok && s.arrives != 0 && c.d.chance(0.8) {
				c.w.at(s.arrives+c.d.typing(), func() { c.w.check(p.t, s, "approved", from) })
				c.w.after(seconds(c.d.about(600, 1)), func() { c.plunder(p, from, "withdrawal", "number_change", "login") })
			}
		})
		return true
	})
}
