package traffic

// visit is one wish of an honest person: a code, and what it is for.
type visit struct {
	p       *person
	purpose string
	group   string // of the label, unless the person has one
	convert float64
	from    origin
	tries   int
	then    func() // once it was approved
}

// visit begins a visit now.
func (w *world) visit(d dice, v visit) {
	if w.now >= w.end {
		return
	}
	p := v.p
	if !p.line.told {
		w.tell(p.line)
	} else if d.chance(0.3) { // people move between their cells
		w.wander(d, p)
	}
	if v.convert == 0 {
		v.convert = p.t.convert
	}
	v.from = w.where(d, p)
	p.last = w.now // the flight must not begin in between
	w.after(seconds(d.about(4, 0.8)), func() { w.ask(d, &v) })
}

// wander puts the person at another of their cells, sometimes in another city.
func (w *world) wander(d dice, p *person) {
	if p.abroad != nil || p.line.id.absent || p.line.voip {
		return
	}
	if d.chance(0.03) && w.now-p.last > 3*hour {
		p.line.area = d.area()
	}
	d.settle(p.line, p.line.op)
	w.tell(p.line)
}

// ask sends, and decides what the person does with the code, or without one.
func (w *world) ask(d dice, v *visit) {
	p := v.p
	group := v.group
	switch {
	case p.group != "":
		group = p.group
	case w.outageOf(p.line.op) != nil:
		group = "outage"
	}
	s, ok := w.send(d, request{p.t, p.line, v.purpose, p.account, v.from, legit + ":" + group})
	if !ok {
		return
	}
	v.tries++
	p.last = w.now
	if d.chance(0.008) { // the button twice, or a client that repeats what timed out
		again := *v
		again.tries, again.convert, again.then = 4, 0, nil
		w.after(seconds(d.about(1.5, 0.8)), func() { w.ask(d, &again) })
	}
	patience := seconds(d.about(50, 0.6))
	if s.arrives != 0 && s.arrives < w.now+patience {
		if d.chance(v.convert) {
			w.read(d, v, s)
		}
		return
	}
	w.impatient(d, v, s, patience)
}

// read types the code in, rightly at once or after a mistake.
func (w *world) read(d dice, v *visit, s sent) {
	typed := s.arrives + d.typing()
	from := w.moved(d, v)
	if d.chance(0.035) { // a digit wrong, or the code of an earlier message
		w.at(typed, func() { w.check(v.p.t, s, "wrong", from) })
		typed += 60*second + d.typing() // the cool-down after a wrong one
		if d.chance(0.25) {
			return
		}
	}
	w.at(typed, func() {
		w.check(v.p.t, s, "approved", from)
		if v.then != nil {
			v.then()
		}
	})
}

// typing is how long people take from the message's arrival to the last digit:
// some phones fill it in by themselves.
func (d dice) typing() millis {
	if d.chance(0.35) {
		return seconds(1.5 + d.about(3, 0.5))
	}
	return seconds(4 + d.about(11, 0.75))
}

// moved is where the code is typed in: mostly where it was asked for, sometimes
// over another network, or on another device (asked on the computer, typed on
// the phone).
func (w *world) moved(d dice, v *visit) origin {
	from := v.from
	if d.chance(0.06) {
		a := w.network(d, v.p)
		from.ip, from.asn = a.ip, a.asn
	}
	if v.p.phone.web && d.chance(0.03) {
		other := *v.p.phone
		d.install(&other, v.p.t, v.p.country)
		from.device, from.agent, from.ja4 = other.device, other.agent, other.ja4
	}
	return from
}

// impatient asks again when nothing came, or gives up. What comes late may
// still be typed in.
func (w *world) impatient(d dice, v *visit, s sent, patience millis) {
	again := d.chance(0.65) && v.tries < 4
	if again {
		w.after(patience, func() { w.ask(d, v) })
	}
	if s.arrives != 0 && !again && d.chance(v.convert*0.6) {
		w.read(d, v, s)
	}
}
