package traffic

// startFlash plans a few crowds: a launch, a spot, a game that everybody wants.
func startFlash(w *world, d dice, sends float64) {
	n := max(2, int(w.c.days()/4))
	for range n {
		t := w.tenants[d.weighted(w.volumes)]
		size := sends / float64(n) * d.between(0.6, 1.4) / sendsPerVisit
		c := t.countries[d.weighted(t.weights)]
		if d.chance(0.5) {
			c = pick(d, w.atlas.countries)
		}
		length := d.between(20, 240) * 60 // seconds until most have come
		w.at(w.evening(d, c), func() { w.crowd(d, t, c, int(size), length) })
	}
}

// evening is a time between ten and 22 o'clock in the country, on a day of the run.
func (w *world) evening(d dice, c *country) millis {
	at := w.start + millis(d.Float64()*float64(w.end-w.start-6*hour))
	midnight := (at+c.utc)/day*day - c.utc
	return min(max(midnight+seconds(d.between(10, 22)*3600), w.start), w.end-3*hour)
}

// crowd comes fast at first and trickles out. Nine of ten are new.
func (w *world) crowd(d dice, t *tenant, c *country, size int, length float64) {
	for range size {
		w.after(seconds(d.wait(length/3)+d.between(0, length/8)), func() {
			p := w.newPerson(d, t, c)
			p.group = "flash"
			purpose := "signup"
			if d.chance(0.1) {
				purpose = "login"
			}
			w.visit(d, visit{p: p, purpose: purpose, convert: t.convert * 0.95})
			p.busy = true
			w.after(day, func() { p.group, p.busy = "", false })
			t.join(d, p)
		})
	}
}

// startCGNAT plans days on which hundreds ask from one address: a festival, a
// campus, a train.
func startCGNAT(w *world, d dice, sends float64) {
	n := max(3, int(w.c.days()/2))
	for range n {
		t := w.tenants[d.weighted(w.volumes)]
		c := t.countries[d.weighted(t.weights)]
		op := d.operator(c)
		from := d.egress(op.data)
		size := int(sends / float64(n) * d.between(0.5, 1.5) / sendsPerVisit)
		length := d.between(1, 14) * 3600
		w.at(w.evening(d, c), func() {
			for range size {
				w.after(seconds(d.Float64()*length), func() { w.behind(d, t, op, from) })
			}
		})
	}
}

// behind is one visit from that address.
func (w *world) behind(d dice, t *tenant, op *operator, from address) {
	p := w.newPerson(d, t, op.country)
	if p.line.op != op && d.chance(0.8) { // it is this network's own cell
		p.line = w.newLine(d, op)
		p.line.id.imei = p.phone.imei
	}
	p.group, p.private = "cgnat", []*network{{asn: from.asn, prefixes: []string{from.prefix()}}}
	purpose := "login"
	if d.chance(t.newcomer) {
		purpose = "signup"
	}
	w.visit(d, visit{p: p, purpose: purpose})
}

// startCompany plans mornings on which a company enrols: numbers that it took in
// one lot, from its office.
func startCompany(w *world, d dice, sends float64) {
	for left := sends / sendsPerVisit; left > 0; {
		size := min(left, d.about(45, 0.7))
		left -= size
		if size < 5 {
			return
		}
		t := w.tenants[d.weighted(w.volumes)]
		c := t.countries[d.weighted(t.weights)]
		begin := w.start + millis(d.Float64()*float64(w.end-w.start-day))
		begin = (begin+c.utc)/day*day - c.utc + seconds(d.between(8, 10)*3600)
		w.at(begin, func() { w.enrol(d, t, d.operator(c), int(size)) })
	}
}

func (w *world) enrol(d dice, t *tenant, op *operator, size int) {
	office := d.home(op.country)
	b, first := d.popular(op), d.IntN(blockSize-size)
	model := d.model(op.country)
	for i := range size {
		if d.chance(0.12) { // on leave, or has no phone of the company
			continue
		}
		delay := seconds(d.about(5400, 0.6))
		if d.chance(0.5) { // somebody goes through the list
			delay = seconds(float64(i)*d.between(60, 100) + 30)
		}
		p := w.newPerson(d, t, op.country)
		p.line = w.lineOf(d, op, b.number(first+i))
		if d.chance(0.7) { // one purchase order
			p.phone.model, p.phone.imei = model, d.imei(model.tacs[0])
			d.install(p.phone, t, op.country)
		}
		p.line.id.imei = p.phone.imei
		p.house, p.moves, p.group = office, w.end, "company"
		w.after(delay, func() { w.visit(d, visit{p: p, purpose: "signup", convert: 0.95}) })
	}
}

// startShared plans households: accounts that share a device and an address.
func startShared(w *world, d dice, sends float64) {
	w.visits(d, sends/4, func(t *tenant, c *country) {
		first := w.newPerson(d, t, c)
		delay := millis(0)
		for range 2 + d.IntN(4) {
			p := w.newPerson(d, t, c)
			imei := p.phone.imei
			if d.chance(0.75) {
				p.phone = first.phone
			}
			p.line.id.imei = imei // each has a phone for the card
			p.house, p.moves, p.group = first.house, first.moves, "shared"
			purpose := "signup"
			if !d.chance(max(t.newcomer, 0.3)) {
				purpose = "login"
			}
			w.after(delay, func() { w.visit(d, visit{p: p, purpose: purpose}) })
			delay += seconds(d.about(1500, 1.8))
		}
	})
}
