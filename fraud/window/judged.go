package window

import (
	"time"

	"tollgate/hlr/subscriber"
)

// Judgement is what a person found of a send, or its tenant says of it.
type Judgement struct {
	ID     uint64 // of the send, 0 where it is not known
	At     time.Time
	Tenant string
	To     subscriber.MSISDN
	Honest bool
}

const (
	// judgedWorth is what a confirmed fraud is worth against the number's
	// smallest range and its source, in nats: as much as two codes that
	// nobody types in. The next wider range gets half, and so on.
	judgedWorth = 4
	// judgedMost bounds what judgements alone can bring.
	judgedMost = 12
)

// Judge lets a confirmed fraud accuse the tenant's ranges that the number is in
// and, where the send is still known, what it was asked for from; a false alarm
// clears them. Each known send is judged once. Other tenants' counters are
// theirs.
func (v *Velocity) Judge(j *Judgement) {
	now := v.second(j.At)
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.waiting.find(j.ID)
	if j.ID == 0 || p != nil && p.tenant != word(j.Tenant) {
		p = nil
	}
	if p != nil {
		if p.judged {
			return
		}
		p.judged = true
	}
	tenant, digits := word(j.Tenant), value(j.To)
	worth := float32(judgedWorth)
	for i := range judgedLevels {
		v.judge(v.rangeKey(tenant, digits, i), now, j.Honest, worth)
		worth /= 2
	}
	if p == nil {
		return
	}
	keys := v.outcomeKeys(&p.keyed)
	v.judge(keys[outIP], now, j.Honest, judgedWorth)
	v.judge(keys[outDevice], now, j.Honest, judgedWorth)
	if p.newcomer && !j.Honest {
		v.suspect(&p.keyed, now)
	}
}

// judgedLevels is how many of a number's ranges a judgement concerns.
const judgedLevels = 3

func (v *Velocity) judge(key uint64, now uint32, honest bool, worth float32) {
	if key == 0 {
		return
	}
	v.flows.use(key, now, func(f *flow) {
		if honest {
			keep := 1 - worth/judgedWorth // all of the smallest range, half of the next
			f.cusum, f.staged, f.undelivered, f.complete = f.cusum*keep, f.staged*keep, f.undelivered*keep, f.complete*keep
			f.open *= keep
			return
		}
		f.cusum = max(f.cusum, min(judgedMost, f.cusum+worth))
	})
}
