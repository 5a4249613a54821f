package window

import "math"

// The time constants of a flow's decaying counts, in seconds. Each is a whole
// multiple of the one before, so that one exponential serves all three.
const (
	baseLife = 7 * day           // what a key is used to
	slowLife = baseLife / 28     // 6 h: slow campaigns, and what outcomes say
	fastLife = slowLife / 12     // 30 min: bursts
	flowTTL  = 2 * int(baseLife) // a count of e^-2 of its weight says nothing any more
)

// flow is what is kept of one key under which sends and their outcomes come:
// a range, an address, a device, a country of a tenant. Counts decay; each is
// of newcomers, which are numbers not verified and not seen for a day: people
// who come again would hide an attack, and their retries would look like one.
type flow struct {
	fast, slow, base float32 // newcomers
	fastDone         float32 // newcomers that have typed their codes in, over fastLife
	slowDone         float32 // and over slowLife
	open             float32 // newcomers that were let go and whose codes should have been typed in by now, over slowLife
	expected         float32 // approvals that codes sent here should have brought by now
	variance         float32 // of how many they bring
	approved         float32 // approvals that they brought
	cusum            float32 // Page's CUSUM: that codes sent here are not typed in
	staged           float32 // CUSUM: that approvals here are staged
	undelivered      float32 // CUSUM: that numbers here do not exist
	complete         float32 // CUSUM: that codes here come back too completely
	suspected        float32 // newcomers that looked like an attack's, let go or not, over slowLife
	tempo            float32 // mean of ln(seconds) from send to approval, 0 before the first

	_ float32 // a flow fills one cache line
}

// age decays a flow from when it was last used to now.
func (f *flow) age(was, now uint32) {
	if now <= was || was == 0 {
		return
	}
	base := decayed(now - was)
	b2 := base * base
	b4 := b2 * b2
	b8 := b4 * b4
	slow := b8 * b8 * b8 * b4
	s2 := slow * slow
	s4 := s2 * s2
	fast := s4 * s4 * s4
	f.base *= base
	f.slow *= slow
	f.fast *= fast
	f.fastDone *= fast
	f.slowDone *= slow
	f.open *= slow
	f.suspected *= slow
	f.expected *= slow
	f.variance *= s2
	f.approved *= slow
	f.cusum *= base
	f.staged *= base
	f.undelivered *= base
	f.complete *= base
}

// decay is what is left of a count over baseLife after a number of seconds, by
// its lower ten bits and by the rest: the exponential is the larger part of
// what a look-up costs that finds its cell in the cache.
var decay = func() (d struct{ seconds, rest [1 << 10]float32 }) {
	for i := range d.seconds {
		d.seconds[i] = float32(math.Exp(-float64(i) / baseLife))
		d.rest[i] = float32(math.Exp(-float64(i<<10) / baseLife))
	}
	return d
}()

// decayed is math.Exp(-seconds/baseLife) within the precision of what it scales.
func decayed(seconds uint32) float32 {
	rest := seconds >> 10
	if rest >= uint32(len(decay.rest)) { // twelve days, of which e^-1.7 is left
		return float32(math.Exp(-float64(seconds) / baseLife))
	}
	return decay.rest[rest] * decay.seconds[seconds&(1<<10-1)]
}

// count adds a newcomer.
func (f *flow) count() {
	f.fast++
	f.slow++
	f.base++
}

// prove takes a newcomer of some seconds ago out of those that are open, as
// far as it had counted and its approval is worth something.
func (f *flow) prove(seconds uint32, counted float32) {
	f.open = max(0, f.open-counted*float32(math.Exp(-float64(seconds)/slowLife)))
}

// done notes that a newcomer of some seconds ago has typed the code in; worth is
// how much such an approval is believed.
func (f *flow) done(seconds uint32, worth float32) {
	f.fastDone += worth * float32(math.Exp(-float64(seconds)/fastLife))
	f.slowDone += worth * float32(math.Exp(-float64(seconds)/slowLife))
}

// doneWorth is what part of a newcomer who has typed the code in is left out of
// a crowd; of a range whose approvals look staged, none.
const doneWorth = 0.9

// undone is how many of a flow's latest newcomers make a crowd.
func (f *flow) undone() (fast, slow float64) {
	w := doneWorth * max(0, 1-f.staged/3)
	return float64(max(0, f.fast-w*f.fastDone)), float64(max(0, f.slow-w*f.slowDone))
}

// flows holds the flows of all kinds of keys.
type flows struct{ *table[flow] }

// use hands the key's flow, aged to now, to f.
func (t flows) use(hash uint64, now uint32, f func(*flow)) {
	c, sh := t.at(hash, now)
	c.age(sh.was, now)
	f(c)
	sh.mu.Unlock()
}
