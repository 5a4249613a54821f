package ranges

import (
	"cmp"
	"slices"
	"time"
)

// Active lists the ranges that are blocked, the newest block first.
func (b *Blocks) Active(at time.Time) []Block {
	return b.list(func(x *Block) bool { return x.Active(at) })
}

// Count is how many ranges are blocked.
func (b *Blocks) Count(at time.Time) (n int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for i := range b.all {
		if b.all[i].Active(at) {
			n++
		}
	}
	return n
}

func (b *Blocks) list(want func(*Block) bool) (out []Block) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for i := range b.all {
		if want(&b.all[i]) {
			out = append(out, b.all[i])
		}
	}
	slices.SortFunc(out, func(x, y Block) int {
		return cmp.Or(y.Since.Compare(x.Since), cmp.Compare(x.Range, y.Range), cmp.Compare(x.Tenant, y.Tenant))
	})
	return out
}

// Changed is a number that differs once anything has changed.
func (b *Blocks) Changed() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.changed
}

// Snapshot is what is worth keeping over a restart: ranges that are blocked,
// or whose repetitions count still.
func (b *Blocks) Snapshot(at time.Time) []Block {
	return b.list(func(x *Block) bool { return x.Active(at) || x.left(at) > 0 })
}

// Restore takes what Snapshot gave, into Blocks that hold nothing yet.
func (b *Blocks) Restore(list []Block) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range list {
		if _, twice := b.byKey[list[i].Key]; twice || len(b.all) == b.max || list[i].Range == "" {
			continue
		}
		b.all = append(b.all, list[i])
		b.add(len(b.all) - 1)
	}
}
