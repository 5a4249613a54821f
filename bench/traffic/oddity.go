package traffic

import "slices"

// startOutages plans times in which messages are stuck, in busy hours, of a
// country's route or of one network. Who sends then is whoever does anyway.
func startOutages(w *world, d dice, sends float64) {
	for range max(2, int(w.c.days()*0.7)) {
		t := w.tenants[d.weighted(w.volumes)]
		c := t.countries[d.weighted(t.weights)]
		o := outage{from: w.evening(d, c), country: c, lost: d.between(0.35, 0.9)}
		if d.chance(0.4) {
			o.op = d.operator(c)
		}
		o.to = o.from + seconds(d.between(35, 110)*60)
		w.at(o.from, func() { w.fail(d, o, t, int(sends/w.c.days()/2)) })
	}
}

// fail begins an outage. Some of the tenant's people there were logged out by
// the same trouble, and log in again.
func (w *world) fail(d dice, o outage, t *tenant, again int) {
	w.outages = slices.DeleteFunc(w.outages, func(x outage) bool { return x.to < w.now })
	w.outages = append(w.outages, o)
	for range again {
		w.after(millis(d.Float64()*float64(o.to-o.from)), func() { w.comeBack(d, w.member(d, t, o.country)) })
	}
}

// startVoIP plans visits of people whose only number is a VoIP one.
func startVoIP(w *world, d dice, sends float64) {
	w.visits(d, sends, func(t *tenant, c *country) {
		p := w.newPerson(d, t, c)
		p.line, p.group = w.voipLine(d, c), "voip"
		purpose := "signup"
		if d.chance(0.4) {
			purpose = "login"
		}
		w.visit(d, visit{p: p, purpose: purpose})
	})
}

// startTypo plans visits that begin with somebody else's number, or nobody's.
func startTypo(w *world, d dice, sends float64) {
	w.visits(d, sends/1.9, func(t *tenant, c *country) {
		p := w.newPerson(d, t, c)
		p.group = "typo"
		wrong := w.lineOf(d, p.line.op, d.misread(p.line.number))
		if d.chance(0.5) {
			wrong.id.absent, wrong.fate = true, fateNowhere
		}
		w.tell(wrong)
		from := w.where(d, p)
		w.after(seconds(d.about(3, 0.7)), func() {
			w.send(d, request{t, wrong, "signup", p.account, from, legit + ":typo"})
		})
		w.after(seconds(d.about(70, 0.6)), func() { w.visit(d, visit{p: p, purpose: "signup"}) })
	})
}

// misread is the number with one of its last digits changed, or two swapped.
func (d dice) misread(number string) string {
	for {
		b := []byte(number)
		i := len(b) - 1 - d.IntN(6)
		if d.chance(0.5) {
			b[i] = '0' + byte(d.IntN(10))
		} else {
			b[i], b[i-1] = b[i-1], b[i]
		}
		if string(b) != number && mobile(string(b)) {
			return string(b)
		}
	}
}

// startQA plans testers of some tenants: a handful of numbers, on workdays,
// many codes, some mistyped on purpose, some never used.
func startQA(w *world, d dice, sends float64) {
	n := max(2, len(w.tenants)/2)
	for i := range n {
		t := w.tenants[(i*2+1)%len(w.tenants)]
		c := t.countries[0]
		office := d.home(c)
		var team []*person
		for range 2 + d.IntN(4) {
			p := w.newPerson(d, t, c)
			p.house, p.moves, p.group = office, w.end, "qa"
			if d.chance(0.3) { // a test suite on a build machine
				p.phone.ja4, p.private = pick(d, ja4Scripts), w.atlas.gates[3:5]
			}
			team = append(team, p)
		}
		w.test(d, team, sends/float64(n))
	}
}

// test makes the team's share of sends, in bursts, in office hours.
func (w *world) test(d dice, team []*person, sends float64) {
	const codes = 5              // of a burst, on average
	const office = 45.0 / 24 / 7 // hours of a week
	gap := float64(w.end-w.start) / (sends / codes) * office
	var next func()
	next = func() {
		p := pick(d, team)
		local := w.now + p.country.utc
		weekday, hourOfDay := int(local/day+3)%7, int(local%day/hour)
		if (weekday < 5 || w.c.days() < 3) && hourOfDay >= 9 && hourOfDay < 18 {
			w.testRun(d, p, 1+d.IntN(2*codes-1))
		}
		if w.now < w.end {
			w.after(millis(d.wait(gap))+1, next)
		}
	}
	w.after(millis(d.wait(gap)), next)
}

// testRun is a few codes in a row.
func (w *world) testRun(d dice, p *person, codes int) {
	purpose := pick(d, []string{"signup", "login", "login", "recovery"})
	w.visit(d, visit{p: p, purpose: purpose, convert: 0.7, tries: 4})
	if codes > 1 {
		w.after(seconds(d.about(150, 0.9)), func() { w.testRun(d, p, codes-1) })
	}
}
