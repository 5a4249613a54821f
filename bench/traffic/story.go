package traffic

// A story is what happens to a member: a change that the network shows, and the
// visits after it. It goes on for days or weeks, and for one person only one at
// a time.
type story func(w *world, d dice, p *person)

// stories begins a story of a member again and again, so often that about this
// many sends come of them; each makes some.
func (w *world) stories(d dice, sends, each float64, s story) {
	if sends <= 0 {
		return
	}
	gap := float64(w.end-w.start) / (sends / each)
	var next func()
	next = func() {
		if p := w.known(d); p != nil {
			p.busy = true
			s(w, d, p)
		}
		w.after(millis(d.wait(gap))+1, func() {
			if w.now < w.end {
				next()
			}
		})
	}
	w.after(millis(d.wait(gap)), next)
}

// known is a member that has been seen, nothing going on with them.
func (w *world) known(d dice) *person {
	for range 40 {
		t := w.tenants[d.weighted(w.volumes)]
		if len(t.members) == 0 {
			continue
		}
		p := pick(d, t.members)
		if p.line.told && !p.busy && !p.line.voip && p.group == "" && p.last != 0 {
			return p
		}
	}
	return nil
}

// follow plans the visits of a story, and the story's end after the last.
func (w *world) follow(d dice, p *person, delays []millis, purpose func() string) {
	w.followThen(d, p, delays, purpose, func() { p.busy, p.group = false, "" })
}

func (w *world) followThen(d dice, p *person, delays []millis, purpose func() string, then func()) {
	at := w.now
	for _, delay := range delays {
		at += delay
		w.at(at, func() { w.visit(d, visit{p: p, purpose: purpose()}) })
	}
	w.at(at+2*hour, then)
}

// errands are the purposes of a story's visits: mostly logins, and what else the
// tenant's people want.
func (d dice) errands(p *person, sensitive float64) func() string {
	return func() string {
		if d.chance(sensitive) {
			return p.t.wishes[d.weighted(p.t.wishOf)]
		}
		return "login"
	}
}

// delays are n waits: people come back after hours, days, and some much later.
func (d dice) delays(n int) []millis {
	var of []millis
	for range n {
		switch x := d.Float64(); {
		case x < 0.35:
			of = append(of, seconds(d.between(0.3, 12)*3600))
		case x < 0.8:
			of = append(of, seconds(d.between(0.5, 8)*86_400))
		default:
			of = append(of, seconds(d.between(8, 90)*86_400))
		}
	}
	return of
}

func startReplaced(w *world, d dice, sends float64) {
	w.stories(d, sends, 1.7, (*world).replaceSIM)
}

// replaceSIM is an honest replacement: the shop blocks the old card, and the
// new one works after minutes to hours.
func (w *world) replaceSIM(d dice, p *person) {
	p.group = "sim_replaced"
	wait := seconds(d.about(60, 1))
	if d.chance(0.5) {
		p.line.id.absent = true
		w.tell(p.line)
		wait = seconds(d.about(45*60, 1.3))
	}
	w.after(wait, func() {
		p.line.id.absent = false
		d.newSIM(p.line)
		lost := d.chance(0.3) // with the phone
		if lost || d.chance(0.12) {
			d.newPhone(p)
		}
		d.settle(p.line, p.line.op)
		w.tell(p.line)
		sensitive := 0.35
		if lost {
			sensitive = 0.6
		}
		w.follow(d, p, d.delays(1+d.IntN(3)), d.errands(p, sensitive))
	})
}

// newPhone gives the person another handset, with the app installed anew.
func (d dice) newPhone(p *person) {
	web := p.phone.web
	p.phone = d.handset(p.t, p.country)
	p.phone.web = web
	d.install(p.phone, p.t, p.country)
	p.line.id.imei = p.phone.imei
}

func startPorted(w *world, d dice, sends float64) {
	w.stories(d, sends, 1.3, func(w *world, d dice, p *person) {
		to := pick(d, p.country.operators)
		if to == p.line.op {
			p.busy = false
			return
		}
		p.group = "ported"
		w.port(d, p, to)
	})
}

// port moves the line to another network, with a short gap for some.
func (w *world) port(d dice, p *person, to *operator) {
	wait := seconds(d.about(120, 1))
	if d.chance(0.3) {
		p.line.id.absent = true
		w.tell(p.line)
		wait = seconds(d.about(20*60, 1))
	}
	w.after(wait, func() {
		p.line.op, p.line.id.absent, p.line.id.ported = to, false, w.now
		d.newSIM(p.line)
		if d.chance(0.3) { // many change for the sake of a new phone
			d.newPhone(p)
		}
		d.settle(p.line, to)
		w.tell(p.line)
		w.follow(d, p, d.delays(1+d.IntN(3)), d.errands(p, 0.25))
	})
}

func startNewPhones(w *world, d dice, sends float64) {
	w.stories(d, sends, 1.7, func(w *world, d dice, p *person) {
		p.group = "new_phone"
		d.newPhone(p)
		w.tell(p.line)
		delays := d.delays(1 + d.IntN(2)) // the first login is that of the new app
		delays[0] = seconds(d.about(1800, 1.5))
		w.follow(d, p, delays, d.errands(p, 0.2))
	})
}

func startTravellers(w *world, d dice, sends float64) { w.stories(d, sends, 2.6, (*world).travel) }

// travel takes the person abroad by plane, for days, and home again.
func (w *world) travel(d dice, p *person) {
	to := pick(d, w.atlas.countries)
	if to == p.country {
		p.busy = false
		return
	}
	w.after(seconds(d.about(3600, 0.7)), func() {
		w.fly(p, flight(p.country, to), func() { w.stay(d, p, to) })
	})
}

// fly puts the person at the other end once nobody saw them here for as long as
// the flight takes.
func (w *world) fly(p *person, away millis, land func()) {
	if landing := p.last + away; landing > w.now {
		w.at(landing, func() { w.fly(p, away, land) })
		return
	}
	land()
}

// stay is the days abroad.
func (w *world) stay(d dice, p *person, in *country) {
	p.group, p.abroad = "traveller", in
	home := p.line.area
	p.line.area, p.line.id.roaming = d.area(), true
	d.settle(p.line, d.operator(in))
	w.tell(p.line)
	var delays []millis
	for range 1 + d.IntN(4) {
		delays = append(delays, seconds(d.about(20*3600, 1)))
	}
	w.followThen(d, p, delays, d.errands(p, 0.3), func() {
		w.fly(p, flight(p.country, in), func() { w.returnHome(d, p, home) })
	})
}

func (w *world) returnHome(d dice, p *person, home area) {
	p.busy, p.group, p.abroad = false, "", nil
	p.line.area, p.line.id.roaming = home, false
	d.settle(p.line, p.line.op)
	w.tell(p.line)
}

func startRecycled(w *world, d dice, sends float64) {
	w.stories(d, sends, 1.4, func(w *world, d dice, p *person) {
		w.recycle(d, p.line)
		p.last = 0 // the former owner does not come back
		heir := w.newPerson(d, w.tenants[d.weighted(w.volumes)], p.country)
		heir.line, heir.group = p.line, "recycled"
		heir.phone.imei, heir.line.id.imei = p.line.id.imei, p.line.id.imei
		if d.chance(0.35) { // some find the former owner's service
			heir.t = p.t
			d.install(heir.phone, heir.t, heir.country)
		}
		w.after(seconds(d.about(40*3600, 1)), func() {
			w.visit(d, visit{p: heir, purpose: "signup"})
		})
		if d.chance(0.4) {
			w.after(seconds(d.about(5*86_400, 0.6)), func() { w.visit(d, visit{p: heir, purpose: "login"}) })
		}
	})
}

// recycle gives the number to another subscriber, who has had it for a few days.
func (w *world) recycle(d dice, l *line) {
	l.id.recycled = w.now - millis(d.between(0.5, 20)*float64(day))
	d.newSIM(l)
	l.area = d.area()
	l.id.imei = d.imei(pick(d, d.model(l.op.country).tacs))
	d.settle(l, l.op)
	w.tell(l)
}
