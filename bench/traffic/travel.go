package traffic

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
