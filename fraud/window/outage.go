package window

import "math"

// parts is over how many parts of a country's ranges its failures are told apart.
const parts = 8

// tally is how messages, or codes, of one key fared of late: newcomers' by the
// part of the ranges that they went to, other people's apart, and what is usual
// over days. A campaign to numbers that do not exist fails in the few ranges
// that it draws from, and never for people who are known; an outage, over all.
type tally struct {
	good, bad           [parts]float32
	knownGood, knownBad float32
	allBad              float32 // of both
	usualGood, usualBad float32
	began               uint32 // the first second
	route               uint64 // the carrier that receipts name most
	votes               int32  // for it, more than for others
}

func (t *tally) age(was, now uint32) {
	if was == 0 || now <= was {
		return
	}
	recent := float32(math.Exp(-float64(now-was) / recentLife))
	usual := float32(math.Exp(-float64(now-was) / rateLife))
	for i := range t.good {
		t.good[i], t.bad[i] = t.good[i]*recent, t.bad[i]*recent
	}
	t.knownGood, t.knownBad, t.allBad = t.knownGood*recent, t.knownBad*recent, t.allBad*recent
	t.usualGood, t.usualBad = t.usualGood*usual, t.usualBad*usual
}

// count adds one that went well, or did not, of somebody who is known or else is
// told apart by the range.
func (t *tally) count(p *pending, known, failed bool) {
	good, bad := &t.knownGood, &t.knownBad
	if !known {
		part := mix(p.tenant^p.digits/1e5) % parts
		good, bad = &t.good[part], &t.bad[part]
	}
	if failed {
		*bad++
		t.allBad++
	} else {
		*good++
	}
}

// learn adds one to what is usual.
func (t *tally) learn(failed bool) {
	if failed {
		t.usualBad++
	} else {
		t.usualGood++
	}
}

// usual is the part that fails usually, with so many of before behind it.
func (t *tally) usual(before float64) float64 {
	const extra = 30
	return (float64(t.usualBad) + extra*before) / (float64(t.usualBad+t.usualGood) + extra)
}

// rest is what newcomers' messages came to, without the parts that failed most:
// a campaign's ranges lie in a few.
func (t *tally) rest() (good, bad float32) {
	const worst = 3
	var out [parts]bool
	for range worst {
		at, most := 0, float32(-1)
		for i, b := range t.bad {
			if !out[i] && b > most {
				at, most = i, b
			}
		}
		out[at] = true
	}
	for i := range t.bad {
		if !out[i] {
			good, bad = good+t.good[i], bad+t.bad[i]
		}
	}
	return good, bad
}

// few is how many failures are too few to be at large.
const few = 3

// failing says that messages fail at large: those of people who are known do,
// or newcomers' over many ranges.
func (t *tally) failing() bool {
	const share = 0.3
	if t.allBad <= few {
		return false
	}
	if t.knownBad > few && t.knownBad > share*(t.knownBad+t.knownGood) {
		return true
	}
	good, bad := t.rest()
	return bad > few && bad > share*(bad+good)
}

// missing is the part of the approvals expected that do not come at large, 0 to
// 1, of people who are known. Where there are too few of them it is newcomers' over
// many ranges, as long as no more come than usual: a crowd that does not answer,
// over however many ranges, may be an attack.
func (t *tally) missing(now uint32) float64 {
	const enough, extra = 8, 3
	if t.allBad <= few {
		return 0
	}
	good, bad := t.knownGood, t.knownBad
	if good+bad < enough && !t.crowded(now) {
		good, bad = t.rest()
	}
	if good+bad < enough {
		return 0
	}
	due := float64(good+bad) * (1 - t.usual(1-priorRate))
	return round(min(1, max(0, 1-(float64(good)+extra)/(due+extra))))
}

// crowded says that many more newcomers came of late than usual.
func (t *tally) crowded(now uint32) bool {
	came := float32(0)
	for i := range t.good {
		came += t.good[i] + t.bad[i]
	}
	lived := rateLife * (1 - math.Exp(-float64(now-min(now, t.began))/rateLife))
	usual := float64(t.usualGood+t.usualBad) * recentLife / max(recentLife, lived)
	return float64(came) > surging*usual+few
}

// named votes for the carrier that a receipt names (Boyer and Moore 1981): the
// usual route of a country.
func (t *tally) named(carrier uint64) {
	switch {
	case t.votes == 0:
		t.route, t.votes = carrier, 1
	case t.route == carrier:
		t.votes = min(t.votes+1, 20)
	default:
		t.votes--
	}
}

type tallies struct{ *table[tally] }

func (t tallies) use(hash uint64, now uint32, f func(*tally)) {
	c, sh := t.at(hash, now)
	c.age(sh.was, now)
	f(c)
	sh.mu.Unlock()
}

// troubled reads a key's tally, as it is now, into is where there may be something
// wrong: counts only decay, so that one with few failures is told without that.
// It returns the usual route.
func (t tallies) troubled(hash uint64, now uint32, is *tally) (route uint64) {
	t.peek(hash, now, func(c *tally, was uint32) {
		route = c.route
		if c.allBad > few {
			*is = *c
			is.age(was, now)
		}
	})
	return route
}

// routeDown is the part of a route's approvals that is missing at large from
// which it is the route that fails, not the ranges.
const routeDown = 0.5

// failing says whether messages to a country, its network, or over a carrier
// fail at large just now, or arrive and are not answered by anybody. route 0
// stands for the country's usual one. missing is the part of the route's
// approvals that is missing at large.
func (v *Velocity) failing(now uint32, s *keyed, route uint64) (large bool, missing float64) {
	var t tally
	if usual := v.receipts.troubled(v.hash(kindCountry, 0, s.country), now, &t); route == 0 {
		route = usual
	}
	large = t.failing()
	for _, k := range [...]struct{ kind, value uint64 }{{kindNetwork, s.network}, {kindRoute, route}} {
		if k.value == 0 || large {
			continue
		}
		t = tally{}
		v.receipts.troubled(v.hash(k.kind, k.value, s.country), now, &t)
		large = t.failing()
	}
	t = tally{}
	v.answers.troubled(v.hash(kindRoute, route, s.country), now, &t)
	missing = t.missing(now)
	return large || missing > routeDown, missing
}

// answered counts at a send's route that its code was typed in, or was not
// although it should be.
func (v *Velocity) answered(p *pending, missed bool, now uint32) {
	if p.usual == 0 || p.first != 0 {
		return
	}
	v.answers.use(v.hash(kindRoute, p.route, p.country), now, func(t *tally) {
		if t.began == 0 {
			t.began = now
		}
		t.count(p, p.known, missed)
		if p.trusted && t.missing(now) < routeDown {
			t.learn(missed)
		}
	})
}

// Receipt takes a delivery receipt into account. A message that failed where
// everybody's do says nothing about the number's range.
func (v *Velocity) Receipt(r *Receipt) {
	now := v.second(r.At)
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.waiting.find(r.ID)
	if p != nil {
		v.seekReceipt(&p.keyed, &v.near)
		v.near.fetchHeads()
	}
	v.advance(now)
	if p == nil || p.received {
		return
	}
	v.near.fetchCells(now)
	p.received = true
	failed := r.Result != ReceiptDelivered
	if r.Carrier != "" {
		p.route = word(r.Carrier)
	}
	usual := v.arrived(p, failed, r.Carrier != "", now)
	large, _ := v.failing(now, &p.keyed, p.route)
	switch {
	case !large:
		v.undelivered(p, failed, usual, now)
	case failed:
		p.lost = true
		if p.state == awaited {
			v.withdraw(p, now)
		}
	}
}

// arrived counts a receipt at the send's country, network and carrier, and
// returns what part of the network's messages fails usually.
func (v *Velocity) arrived(p *pending, failed, named bool, now uint32) (usual float64) {
	const anywhere = 0.04 // where nothing is known
	usual = anywhere
	for _, k := range [...]struct{ kind, value, country uint64 }{
		{kindCountry, 0, p.country}, {kindRoute, p.route, p.country}, {kindNetwork, p.network, p.country},
	} {
		if k.value == 0 && k.kind != kindCountry {
			continue
		}
		v.receipts.use(v.hash(k.kind, k.value, k.country), now, func(t *tally) {
			t.count(p, !p.newcomer, failed)
			usual = t.usual(usual)
			if p.trusted && !t.failing() {
				t.learn(failed)
			}
			if named && k.kind == kindCountry {
				t.named(p.route)
			}
		})
	}
	return usual
}
