package traffic

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
		w.outages = append(w.outages, o)
		// people of the country whose sessions end because of the same trouble, and who log in again
		for range int(sends / w.c.days() / 2) {
			w.at(o.from+millis(d.Float64()*float64(o.to-o.from)), func() { w.comeBack(d, w.member(d, t, c)) })
		}
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

// test makes the team's share of sends, in bursts of a few minutes apart.
func (w *world) test(d dice, team []*person, sends float64) {
	for left := sends; left > 0; {
		p := pick(d, team)
		begin := w.start + millis(d.Float64()*float64(w.end-w.start))
		c := p.country
		local := begin + c.utc
		if weekday := int(local/day+3) % 7; weekday > 4 && w.c.days() > 3 {
			continue
		}
		at := local/day*day - c.utc + seconds(d.between(9, 18)*3600)
		for range 1 + d.IntN(9) {
			left--
			w.at(at, func() {
				w.visit(d, visit{p: p, purpose: pick(d, []string{"signup", "login", "login", "recovery"}), convert: 0.7, tries: 4})
			})
			at += seconds(d.about(150, 0.9))
		}
	}
}
