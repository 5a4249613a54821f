package traffic

import (
	"math/big"
)

// simFarm is a rack of phones or modems with many cards.
type simFarm struct {
	op     *operator
	phones []*handset
	imsi   string // of the next card: bought by the box
	area   area
	homes  []address
}

// farm opens accounts on a farm's own cards and verifies most of them.
func (c *campaign) farm() {
	d := c.d
	op := c.targets(1)[0]
	f := &simFarm{op: op, imsi: d.imsi(op), area: d.area()}
	phones := 2 + int(d.about(6, 0.6))
	if c.tac.adaptive {
		phones *= 3
	}
	for range phones {
		f.phones = append(f.phones, d.handset(c.t, op.country))
	}
	for range 1 + d.IntN(3) {
		f.homes = append(f.homes, d.home(op.country))
	}
	c.sims = f
	c.ranges = c.newRanges([]*operator{op}, 40, 1+d.IntN(3))
	c.ranges.fresh = 0
	c.loop(c.card)
}

// card puts the next card into one of the phones and opens an account.
func (c *campaign) card() {
	d, f := c.d, c.sims
	op, number := c.ranges.number(d)
	l := c.bought(op, number)
	f.imsi = following(f.imsi)
	l.id.imsi, l.area = f.imsi, f.area
	d.settle(l, op)
	phone := pick(d, f.phones)
	l.id.imei = phone.imei
	if c.tac.adaptive || d.chance(0.05) { // the app is installed anew, or its id forged
		fresh := *phone
		d.install(&fresh, c.t, op.country)
		phone = &fresh
	}
	at := d.egress(op.data)
	if !c.tac.adaptive || d.chance(0.3) {
		at = pick(d, f.homes)
	}
	a := &actor{phone: phone, from: origin{ip: at.ip, asn: at.asn, device: phone.device, agent: phone.agent, ja4: phone.ja4}}
	c.ask(l, a)
}

// following is the number after this one, with its leading zeros.
func following(digits string) string {
	n, _ := new(big.Int).SetString("1"+digits, 10)
	return n.Add(n, big.NewInt(1)).String()[1:]
}

// throwaway opens accounts on VoIP numbers that a script rents, and on numbers
// that web sites show to anybody: these are asked for again and again.
func (c *campaign) throwaway() {
	d := c.d
	home := c.t.countries[d.weighted(c.t.weights)]
	var public []*line
	for range 3 + d.IntN(12) {
		l := c.w.voipLine(d, home)
		if d.chance(0.5) {
			l = c.w.lineOf(d, l.op, d.popular(l.op).number(d.IntN(blockSize)))
		}
		public = append(public, l)
	}
	again := d.between(0, 0.6)
	c.loop(func() {
		l := c.w.voipLine(d, home)
		if d.chance(again) {
			l = pick(d, public)
		}
		c.ask(l, c.actor(home))
	})
}
