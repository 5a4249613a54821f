package traffic

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
