package traffic

// attack is one kind of campaign.
type attack struct {
	name    string
	scale   float64 // of its campaigns' sizes, to the others'
	members bool    // it is against people who are members
	about   string
	adjust  func(c *campaign)
	run     func(c *campaign)
}

// attacks are all kinds.
var attacks = []attack{
	{"pump_sequential", 1.2, false, "pumping: numbers of a range one after the other, or nearly", nil, (*campaign).sequential},
	{"pump_random", 1.2, false, "pumping: numbers at random in a few ranges", nil, (*campaign).random},
	{"pump_slow", 1, false, "pumping: many ranges, addresses and devices, over days", slowly, (*campaign).slow},
	{"pump_multi", 1.2, false, "pumping: ranges in many countries at once", nil, (*campaign).multi},
	{"pump_converted", 1, false, "pumping with 20 to 100 % of the codes typed in, from the same or another address, at steady or human times", converting, (*campaign).random},
	{"irsf", 0.8, false, "satellite, premium, unallocated and dear island ranges", nil, (*campaign).dear},
	{"bot_datacentre", 1, false, "bots in hosting networks or VPN exits that ask for codes to numbers all over a country", hosted, (*campaign).scattered},
	{"device_farm", 0.8, false, "racks of phones and SIM cards: accounts by the hundred, most of them verified", farmed, (*campaign).farm},
	{"voip_signup", 0.7, false, "accounts on VoIP and public throw-away numbers, verified by bots", farmed, (*campaign).throwaway},
	{"brute_force", 0.6, true, "codes guessed on members' numbers, from addresses that rotate", nil, (*campaign).guess},
	{"takeover", 0.6, true, "stolen passwords: codes to members' own phones, talked out of some of them", nil, (*campaign).takeover},
	{"sim_swap", 0.35, true, "members' numbers moved to the attackers' SIM cards; recoveries and withdrawals within hours", nil, (*campaign).simSwap},
	{"port_out", 0.3, true, "members' numbers ported away by the attackers", nil, (*campaign).portOut},
	{"recycled", 0.3, true, "accounts taken over by the number's new holder", nil, (*campaign).recycled},
}

func slowly(c *campaign) {
	c.tac.pace = float64(c.size) / c.d.between(2, 6) / 1440 // over days
	c.tac.human = true
	c.tac.burst = false
	if !c.tac.adaptive {
		c.tac.ips, c.tac.devices = c.tac.ips*6, c.tac.devices*8
	}
}

func converting(c *campaign) {
	c.tac.fake = c.d.faking(c.d.between(0.2, 1))
	c.tac.fate = fateUsual
}

func hosted(c *campaign) {
	c.tac.nets = netHosting
	if c.tac.adaptive || c.d.chance(0.2) {
		c.tac.nets = netExits
	}
}

func farmed(c *campaign) {
	c.tac.fake = c.d.faking(c.d.between(0.6, 0.97))
	c.tac.fake.elsewhere = false
	c.tac.fate = fateUsual
	c.tac.pace /= 3 // a card at a time
	if !c.tac.adaptive {
		c.tac.told = c.d.between(0.3, 0.9)
	}
}

func (c *campaign) sequential() {
	c.ranges = c.newRanges(c.targets(1+c.d.IntN(2)), 1+c.d.IntN(3), 1)
	c.loop(c.pump)
}

func (c *campaign) random() {
	c.ranges = c.newRanges(c.targets(1+c.d.IntN(2)), 0, 1+c.d.IntN(4))
	c.loop(c.pump)
}

func (c *campaign) slow() {
	c.ranges = c.newRanges(c.targets(2+c.d.IntN(3)), 0, 4+c.d.IntN(10))
	c.loop(c.pump)
}

func (c *campaign) multi() {
	c.ranges = c.newRanges(c.targets(6+c.d.IntN(10)), c.d.IntN(2), 5+c.d.IntN(12))
	c.loop(c.pump)
}

// scattered takes numbers wherever a country's subscribers have them.
func (c *campaign) scattered() {
	c.ranges = c.newRanges(c.targets(1)[0].country.operators, 0, 30)
	c.ranges.fresh, c.ranges.width, c.ranges.perRange = 0, blockSize, 4
	c.loop(c.pump)
}

// pump makes one send to the next number, as somebody who signs up or logs in.
func (c *campaign) pump() {
	op, number := c.ranges.number(c.d)
	c.ask(c.bought(op, number), c.actor(op.country))
}

// bought is the line of a pumped number, as far as a lookup knows it.
func (c *campaign) bought(op *operator, number string) *line {
	l := c.w.lineOf(c.d, op, number)
	l.silent, l.fate = !c.d.chance(c.tac.told), c.tac.fate
	l.id.absent = c.tac.fate == fateNowhere && c.d.chance(0.6)
	l.id.imei = c.d.imei(pick(c.d, c.d.model(op.country).tacs))
	return l
}

// ask makes the send of an actor, and the check that pretends it was read.
func (c *campaign) ask(l *line, a *actor) {
	d := c.d
	c.w.tell(l)
	purpose, account := "signup", d.account(c.t)
	if d.chance(0.25) {
		purpose = "login"
	}
	if c.account != "" && d.chance(0.5) && !c.tac.adaptive {
		account = c.account
	}
	c.account = account
	if c.sims != nil {
		a.from.claim = a.holds(l)
	}
	from := a.from
	s, ok := c.send(l, purpose, account, from)
	if !ok {
		return
	}
	a.uses++
	if d.chance(0.12) && !l.id.absent { // nothing came, or the script asks twice
		c.w.after(seconds(d.about(50, 0.6)), func() { c.send(l, purpose, account, from) })
	}
	if d.chance(c.tac.fake.rate) {
		c.pretend(s, l, from)
	}
}

// holds is what the tenant's app tells when the line's card is in the actor's phone.
func (a *actor) holds(l *line) *identity {
	if !a.phone.reads() {
		return nil
	}
	id := l.id
	return &id
}

// pretend plans the check of a code that the campaign was told by who has the number.
func (c *campaign) pretend(s sent, l *line, from origin) {
	d, f := c.d, c.tac.fake
	if s.arrives == 0 {
		return
	}
	at := s.arrives + d.typing()
	if f.steady > 0 {
		at = s.arrives + seconds(f.steady*d.between(0.92, 1.08))
	}
	if f.elsewhere {
		from = c.newActor(l.op.country).from
	}
	c.w.at(at, func() { c.w.check(c.t, s, "approved", from) })
}
