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
