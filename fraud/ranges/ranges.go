// Package ranges blocks number ranges for a time: who pumps one number of a
// range pumps its neighbours next, and an attack that was stopped comes back.
//
// A policy's RangeRules say which sends count against a range and how long it
// is blocked; the caller counts what Decide tells it. A block lasts twice as
// long each time it comes again, and each quiet time of the rule's decay takes
// one repetition back. While a range is blocked nothing more is counted
// against it: what is refused then is known.
//
// Memory is bounded: one more range than fit takes the place of one that
// blocks nothing. The clock is an argument, and nothing here is random: a
// replay blocks what the gateway did.
package ranges

import (
	"strings"
	"sync"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// DefaultMax is how many ranges are remembered, at some 200 octets each.
const DefaultMax = 1 << 16

// Key names a range of one tenant, or of all where Tenant is "".
type Key struct {
	Tenant string `json:"tenant,omitempty"`
	Range  string `json:"range"` // as +491701234
}

// Block is what is known of one range.
type Block struct {
	Key
	Reason string        `json:"reason"`          // name of the rule that blocked it last
	Since  time.Time     `json:"since,omitzero"`  // of the latest block
	Until  time.Time     `json:"until,omitzero"`  // its end
	Times  int           `json:"times,omitempty"` // blocks of late, the latest included
	Decay  time.Duration `json:"decay,omitempty"` // of the rule that blocked it last
	Count  int           `json:"count,omitempty"` // sends counted against it
	From   time.Time     `json:"from,omitzero"`   // when that count began
}

// Active says that the range is blocked.
func (b *Block) Active(at time.Time) bool { return at.Before(b.Until) }

// Blocks are the ranges of one gateway. They are safe for concurrent use.
type Blocks struct {
	mu      sync.RWMutex
	max     int
	byKey   map[Key]int
	all     []Block
	hand    int     // where the next one to give way is looked for
	lengths [16]int // ranges remembered, by digits
	shared  int     // of them, those of all tenants
	changed int     // grows with every change, for whoever keeps them
}

// New holds at most most ranges; 0 means DefaultMax.
func New(most int) *Blocks {
	if most <= 0 {
		most = DefaultMax
	}
	return &Blocks{max: most, byKey: map[Key]int{}}
}

// Find tells the block that a number falls under: the tenant's own before
// everyone's, the narrower range before the wider.
func (b *Blocks) Find(at time.Time, tenant string, to subscriber.MSISDN) (f fraud.RangeBlock) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if len(b.all) == 0 {
		return f
	}
	for cut := 2; cut <= 5; cut++ {
		rng := to.Range(cut)
		if n := len(rng) - 1; n < 1 || n >= len(b.lengths) || b.lengths[n] == 0 {
			continue
		}
		for _, k := range [...]Key{{tenant, rng}, {"", rng}} {
			if i, ok := b.byKey[k]; ok && b.all[i].Active(at) {
				x := &b.all[i]
				return fraud.RangeBlock{Active: true, Range: rng, Times: x.Times, Age: max(0, at.Sub(x.Since)), Left: x.Until.Sub(at), Reason: x.Reason}
			}
			if b.shared == 0 {
				break
			}
		}
	}
	return f
}

// Strike counts one send that matched r against its number's range, and says
// whether that has blocked it.
func (b *Blocks) Strike(at time.Time, tenant string, to subscriber.MSISDN, r *fraud.RangeRule) (opened bool) {
	if r.Everyone {
		tenant = ""
	}
	block := to.Range(r.Digits)
	if block == "" {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	x := b.take(at, Key{tenant, strings.Clone(block)})
	if x == nil || x.Active(at) {
		return false
	}
	b.changed++
	if at.Sub(x.From) >= r.During {
		x.Count, x.From = 0, at
	}
	if x.Count++; x.Count < r.After {
		return false
	}
	x.Times = x.left(at)
	x.Since, x.Until = at, at.Add(lasts(r, x.Times))
	x.Times++
	x.Reason, x.Decay, x.Count, x.From = r.Name(), r.Decay, 0, time.Time{}
	return true
}

// left is how many repetitions count still, after the quiet since the last.
// Decided counts what a decision says against the number's range, and hands the
// rules by which a block began to opened. A policy that only observes counts for
// its own tenant alone.
func (b *Blocks) Decided(at time.Time, tenant string, to subscriber.MSISDN, p *fraud.Policy, d *fraud.Decision, opened func(*fraud.RangeRule)) {
	if d.Ranges == 0 {
		return
	}
	for i, r := range p.RangeRules() {
		if d.Ranges&(1<<i) == 0 {
			continue
		}
		r.Everyone = r.Everyone && !p.Observes()
		if b.Strike(at, tenant, to, &r) && opened != nil {
			opened(&r)
		}
	}
}

func (x *Block) left(at time.Time) int {
	if x.Times == 0 || x.Decay <= 0 {
		return x.Times
	}
	return max(0, x.Times-int(at.Sub(x.Until)/x.Decay))
}

func lasts(r *fraud.RangeRule, times int) time.Duration {
	d := r.First
	for ; times > 0 && d < r.Most; times-- {
		d *= 2
	}
	return min(d, r.Most)
}

// take finds a range or makes room for it: nil when all that is remembered is
// blocked.
func (b *Blocks) take(at time.Time, k Key) *Block {
	if i, ok := b.byKey[k]; ok {
		return &b.all[i]
	}
	if len(b.all) < b.max {
		b.all = append(b.all, Block{Key: k})
		b.add(len(b.all) - 1)
		return &b.all[len(b.all)-1]
	}
	for range 64 { // of those looked at, the first that blocks nothing
		x := &b.all[b.hand]
		at0 := b.hand
		b.hand = (b.hand + 1) % len(b.all)
		if x.Active(at) {
			continue
		}
		b.drop(x.Key)
		*x = Block{Key: k}
		b.add(at0)
		return x
	}
	return nil
}

func (b *Blocks) add(i int) {
	k := b.all[i].Key
	b.byKey[k] = i
	b.lengths[min(len(k.Range)-1, 15)]++
	if k.Tenant == "" {
		b.shared++
	}
}

func (b *Blocks) drop(k Key) {
	delete(b.byKey, k)
	b.lengths[min(len(k.Range)-1, 15)]--
	if k.Tenant == "" {
		b.shared--
	}
}

// Forgive takes back one repetition, and one count, of the ranges that a number is
// in: a person said that a send to it was honest. A block that runs goes on, or
// whoever may appeal could end it: lifting it is the operator's.
func (b *Blocks) Forgive(at time.Time, tenant string, to subscriber.MSISDN) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for cut := 2; cut <= 5; cut++ {
		for _, t := range [...]string{tenant, ""} {
			i, ok := b.byKey[Key{t, to.Range(cut)}]
			if !ok {
				continue
			}
			x := &b.all[i]
			b.changed++
			x.Count, x.Times = max(0, x.Count-1), max(0, x.Times-1)
		}
	}
}

// Lift ends a block and forgets its repetitions; false when there is none.
func (b *Blocks) Lift(at time.Time, k Key) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, ok := b.byKey[k]
	if !ok || !b.all[i].Active(at) {
		return false
	}
	b.changed++
	b.all[i] = Block{Key: k}
	return true
}
