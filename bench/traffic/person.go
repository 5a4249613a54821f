package traffic

import "strconv"

// person is an honest user of one tenant.
type person struct {
	t       *tenant
	account string
	line    *line
	phone   *handset
	country *country // of residence
	house   address
	moves   millis // when the house's address changes
	group   string // the label's, while something particular goes on; "" otherwise
	private []*network
	abroad  *country
	second  *identity // the other card of the phone, where the app reads that one
	busy    bool      // a story is being told of them
	last    millis    // send
}

// newLine is a subscription with a number of its own.
func (w *world) newLine(d dice, o *operator) *line { return w.lineOf(d, o, w.subscriber(d, o)) }

// lineOf is a subscription with this number, not yet told to anybody.
func (w *world) lineOf(d dice, o *operator, number string) *line {
	l := &line{number: number, op: o, area: d.area(), silent: d.chance(0.2)}
	d.newSIM(l)
	d.settle(l, o)
	if d.chance(0.7) {
		l.id.lineType = "mobile"
	}
	l.id.forwarded = d.chance(0.004)
	l.id.unreachable = d.chance(0.01)
	switch x := d.Float64(); { // most ports are years old
	case x < 0.10:
		l.id.ported = w.now - millis(d.between(60, 2500)*float64(day))
	case x < 0.112:
		l.id.ported = w.now - millis(d.between(1, 60)*float64(day))
	case x < 0.125: // numbers that had another owner years ago
		l.id.recycled = w.now - millis(d.between(200, 1500)*float64(day))
	}
	return l
}

// newPerson is somebody who uses the tenant, from one of its countries.
func (w *world) newPerson(d dice, t *tenant, c *country) *person {
	l := w.newLine(d, d.operator(c))
	p := &person{t: t, line: l, country: c, phone: d.handset(t, c), account: d.account(t), house: d.home(c)}
	l.id.imei = p.phone.imei
	if d.chance(0.07) {
		p.second = &w.lineOf(d, d.operator(c), "").id
	}
	p.moves = w.now + seconds(d.wait(10*86_400))
	switch {
	case d.chance(0.02):
		p.private, p.group = w.atlas.vpns, "vpn"
		if p.phone.model.apple {
			p.private = w.atlas.relays
		}
	case d.chance(0.012): // each has one that they always use
		p.private, p.group = []*network{pick(d, w.atlas.gates)}, "vpn"
	}
	if d.chance(0.012) { // a virus scanner in between, an old tablet, a client of their own making
		p.phone.ja4 = d.oddTLS()
	}
	return p
}

func (d dice) account(t *tenant) string {
	switch t.style {
	case hex16:
		return strconv.Itoa(100_000 + d.IntN(90_000_000))
	case hex32:
		return "u_" + d.deviceID(hex16)[:10]
	}
	return d.deviceID(uuid)
}

// where is the origin of what the person does now.
func (w *world) where(d dice, p *person) origin {
	a := w.network(d, p)
	o := origin{ip: a.ip, asn: a.asn, device: p.phone.device, agent: p.phone.agent, ja4: p.phone.ja4}
	o.claim = p.claim()
	return o
}

// claim is what an app on the phone can read of the card in it: Apple's cannot,
// and of two cards it may be the other.
func (p *person) claim() *identity {
	if !p.phone.reads() || p.line.voip {
		return nil
	}
	id := p.line.id // a copy: what the app read then
	id.imei = p.phone.imei
	if p.second != nil {
		id.imsi, id.iccid, id.lac = p.second.imsi, p.second.iccid, p.second.lac
	}
	return &id
}

func (w *world) network(d dice, p *person) address {
	mobile := 0.3
	if p.country.median > 4 { // more people have nothing but their phone
		mobile = 0.7
	}
	switch {
	case p.private != nil && d.chance(0.9):
		return d.address(pick(d, p.private))
	case p.abroad != nil && d.chance(0.55): // a hotel's wireless network
		return d.home(p.abroad)
	case p.abroad != nil: // roaming: data goes home first
		return d.egress(p.line.op.data)
	case d.chance(mobile):
		return d.egress(p.line.op.data)
	case d.chance(0.08): // somebody else's wireless network
		return d.home(p.country)
	}
	if w.now >= p.moves {
		p.house = d.home(p.country)
		p.moves = w.now + seconds(d.wait(10*86_400))
	}
	return p.house
}
