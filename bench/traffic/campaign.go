package traffic

import (
	"math"
	"strconv"
)

// campaign is one attack from its first send to its last: KIND:INSTANCE.
type campaign struct {
	w     *world
	d     dice
	kind  *attack
	label string
	t     *tenant
	tac   tactics
	size  int
	left  int

	actors  []*actor
	ips     []address
	hosts   []*network
	script  string // JA4 and agent of its software
	agent   string
	ranges  *ranges
	account string
	sims    *simFarm
	later   bool // drift: the second half's tactics are in force
}

// startAttacks plans all campaigns: kinds in turn, sizes log-normal and scaled
// so that their sum is the share of attacks.
func (w *world) startAttacks() {
	sends := w.c.attackSends()
	if sends <= 0 {
		return
	}
	d := newDice(w.c.Seed, "attacks")
	sizes := make([]float64, w.c.Campaigns)
	kinds := make([]*attack, len(sizes))
	order := d.Perm(len(attacks))
	for i := range sizes {
		kinds[i] = &attacks[order[i%len(attacks)]]
		sizes[i] = d.about(w.c.Median, w.c.Spread) * kinds[i].scale
	}
	scale := sends / sum(sizes)
	numbers := map[string]int{}
	for i, size := range sizes {
		kind := kinds[i].name
		numbers[kind]++
		c := &campaign{w: w, kind: kinds[i], d: newDice(w.c.Seed, kind+strconv.Itoa(numbers[kind]))}
		c.label = kind + ":" + kind[:2] + strconv.Itoa(numbers[kind])
		c.size = int(min(max(size*scale, 30), sends/4+30))
		c.plan()
	}
}

// plan draws the campaign's tactics and when it begins.
func (c *campaign) plan() {
	d, w, kind := c.d, c.w, c.kind
	span := float64(w.end - w.start)
	earliest := 0.02
	if kind.members { // its victims must have been there
		earliest = 0.15
	}
	begin := d.between(earliest, 0.9)
	c.tac = d.tactics(w.c.Kind, begin >= 0.5)
	if kind.adjust != nil {
		kind.adjust(c)
	}
	lasts := float64(c.size) / c.tac.pace * float64(minute) * c.slowness()
	if room := span * (0.97 - earliest); lasts > room { // in a short run it hurries
		c.tac.pace *= lasts / room
		lasts = room
	}
	begin = min(begin, 0.98-lasts/span)
	c.left = c.size
	w.at(w.start+millis(max(begin, 0.01)*span), func() {
		c.equip()
		kind.run(c)
	})
}

// slowness is how much longer it takes than at its pace all the time: it sleeps
// and pauses.
func (c *campaign) slowness() float64 {
	slow := 1.0
	if c.tac.human {
		slow *= 1.4
	}
	if c.tac.burst {
		slow *= 1.8
	}
	return slow
}

// equip gives the campaign its target and its tools, when it begins.
func (c *campaign) equip() {
	d := c.d
	c.t = c.w.tenants[d.weighted(c.w.volumes)]
	if d.chance(0.5) { // small ones are watched less
		c.t = pick(d, c.w.tenants)
	}
	c.hosts = nil
	for range 1 + d.IntN(3) {
		c.hosts = append(c.hosts, pick(d, c.w.atlas.hosts))
	}
	c.script, c.agent = pick(d, ja4Scripts), d.handset(c.t, c.t.countries[0]).agent
	if d.chance(0.3) {
		c.agent, _ = d.desktop()
	}
}

// loop takes steps until the campaign is through. A step makes about one send.
func (c *campaign) loop(step func()) {
	if c.left <= 0 || c.w.now >= c.w.end {
		return
	}
	if c.w.c.Kind == Drift && !c.later && c.w.now >= c.w.half() {
		c.learn()
	}
	if !c.tac.human || c.d.chance(min(1, 0.15+busyness(c.w.now, c.t.countries[0], false)/1.6)) {
		step()
	}
	c.w.after(c.gap(), func() { c.loop(step) })
}

// learn changes a campaign's tactics and its ranges half-way through a drifting world.
func (c *campaign) learn() {
	c.later = true
	pace := c.tac.pace
	c.tac = c.d.tactics(Drift, true)
	if c.kind.adjust != nil {
		c.kind.adjust(c)
	}
	c.tac.pace = max(pace, c.tac.pace) // or it would not be through in time
	c.actors, c.ips = nil, nil
	if r := c.ranges; r != nil && c.sims == nil {
		*r = *c.newRanges(c.targets(len(r.ops)), r.order, r.spread)
	}
}

// gap is the time to the next step.
func (c *campaign) gap() millis {
	d, mean := c.d, 60/c.tac.pace
	if c.tac.burst && d.chance(1/40.0) { // a bout has some forty sends
		return seconds(d.about(mean*25, 0.6))
	}
	if c.tac.human {
		const sigma = 0.9
		return seconds(mean * math.Exp(-sigma*sigma/2) * d.about(1, sigma))
	}
	return seconds(mean * d.between(0.6, 1.4))
}

// send is one send of the campaign.
func (c *campaign) send(l *line, purpose, account string, from origin) (sent, bool) {
	s, ok := c.w.send(c.d, request{c.t, l, purpose, account, from, c.label})
	if ok {
		c.left--
	}
	return s, ok
}
