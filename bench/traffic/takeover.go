package traffic

// victim is a member that has been seen, of a tenant where taking over pays.
func (c *campaign) victim() *person {
	for range 60 {
		t := c.t
		if !t.pays() && c.d.chance(0.5) {
			t = c.w.tenants[c.d.weighted(c.w.volumes)]
		}
		if len(t.members) == 0 {
			continue
		}
		p := pick(c.d, t.members)
		if p.busy || p.last == 0 || !p.line.told || p.line.voip || p.line.id.absent || p.group != "" {
			continue
		}
		c.t = t
		return p
	}
	return nil
}

// prey picks the tenant where there is most to gain.
func (c *campaign) prey() {
	for range 20 {
		if c.t.pays() {
			return
		}
		c.t = c.w.tenants[c.d.weighted(c.w.volumes)]
	}
}

// against takes a victim at a time, as long as there are sends left; each
// victim is good for so many.
func (c *campaign) against(each float64, attack func(p *person) bool) {
	c.prey()
	c.tac.pace /= each // steps are victims now
	c.loop(func() {
		if p := c.victim(); p != nil && attack(p) {
			c.left -= int(each + c.d.Float64())
		}
	})
}

// as is a send to the victim's number as if the victim made it.
func (c *campaign) as(p *person, purpose string, from origin) (sent, bool) {
	return c.w.send(c.d, request{p.t, p.line, purpose, p.account, from, c.label})
}

// typed is a code that the attackers have, typed in after a while.
func (c *campaign) typed(p *person, s sent, after millis, from origin) {
	c.w.at(s.at+after, func() { c.w.check(p.t, s, "approved", from) })
}

// guess asks for codes to a victim and tries some.
func (c *campaign) guess() {
	c.against(3, func(p *person) bool {
		c.guessAt(p, c.actor(p.country).from, 1+c.d.IntN(5))
		return true
	})
}

func (c *campaign) guessAt(p *person, from origin, rounds int) {
	d, w := c.d, c.w
	s, ok := c.as(p, pick(d, []string{"login", "login", "recovery"}), from)
	if !ok || rounds == 0 {
		return
	}
	tries, gap := 3+d.IntN(18), 1.5
	if c.tac.adaptive {
		tries, gap = 1+d.IntN(4), 60
	}
	at := w.now
	for range tries {
		at += seconds(d.about(gap, 0.5))
		var by origin
		if c.tac.adaptive || d.chance(0.4) { // another address and device for each guess
			by = c.actor(p.country).from
		} else {
			by = from
		}
		result := "wrong"
		if d.chance(1e-4) {
			result = "approved"
		}
		w.at(at, func() { w.check(p.t, s, result, by) })
	}
	again := at + seconds(d.about(30, 0.5))
	if c.tac.adaptive {
		again = at + seconds(d.about(1800, 0.8))
	}
	if rounds > 1 {
		w.at(again, func() { c.guessAt(p, c.actor(p.country).from, rounds-1) })
	}
}

// takeover logs in with a stolen password; the victim is called and asked for
// the code. With it come the number's change or a withdrawal.
func (c *campaign) takeover() {
	c.against(2.4, func(p *person) bool {
		c.talk(p, c.actor(p.country).from, 1+c.d.IntN(3))
		return true
	})
}

func (c *campaign) talk(p *person, from origin, tries int) {
	d := c.d
	s, ok := c.as(p, "login", from)
	if !ok {
		return
	}
	switch {
	case s.arrives != 0 && d.chance(0.3): // talked out of them, over the telephone
		talking := seconds(d.about(75, 0.6))
		c.typed(p, s, talking, from)
		c.w.after(talking+seconds(d.about(120, 0.8)), func() { c.plunder(p, from, "withdrawal", "number_change", "bind") })
	case tries > 1:
		c.w.after(seconds(d.about(120, 0.7)), func() { c.talk(p, from, tries-1) })
	}
}

// plunder is the sends after an account was entered.
func (c *campaign) plunder(p *person, from origin, purposes ...string) {
	d := c.d
	s, ok := c.as(p, pick(d, purposes), from)
	if ok && s.arrives != 0 && d.chance(0.7) {
		c.typed(p, s, s.arrives-s.at+seconds(d.about(25, 0.7)), from)
	}
	if d.chance(0.4) {
		c.w.after(seconds(d.about(400, 1)), func() {
			if s, ok := c.as(p, pick(d, purposes), from); ok && s.arrives != 0 {
				c.typed(p, s, s.arrives-s.at+seconds(d.about(25, 0.7)), from)
			}
		})
	}
}
