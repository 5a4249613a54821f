package replay

import (
	"math/rand/v2"
	"testing"
	"time"
)

// What is awaited is what a list of the latest sends says, however ids repeat
// and whatever time passes.
func TestAwaitingIsTheLatestSends(t *testing.T) {
	const size, week = 200, 7 * 24 * 3600
	rng := rand.New(rand.NewPCG(1, 2))
	a := newAwaiting(size, week*time.Second)
	var list []outcome
	now, forgotten := int64(0), int64(0)
	find := func(id uint64) *outcome {
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].id == id {
				return &list[i]
			}
		}
		return nil
	}
	for i := range 20_000 {
		switch rng.IntN(1000) {
		case 0:
			now += week + 1 // all are forgotten
		case 1:
			now += week / 2
		default:
			now += rng.Int64N(600)
		}
		for len(list) > 0 && list[0].at < now-week {
			list = list[1:]
		}
		if len(list) == size {
			list = list[1:]
			forgotten++
		}
		o := outcome{id: uint64(rng.IntN(1000)), seen: Seen{Past: uint64(i)}, at: now}
		if again := a.add(o); again != (find(o.id) != nil) {
			t.Fatalf("send %d: again %v", i, again)
		}
		list = append(list, o)
		for range 5 {
			id := uint64(rng.IntN(1000))
			want, got := find(id), a.find(id)
			if (want == nil) != (got == nil) || want != nil && *want != *got {
				t.Fatalf("send %d: %+v, want %+v", i, got, want)
			}
		}
	}
	if a.n != len(list) || len(a.at) > a.n || len(a.ring) > 2*size || a.forgotten != forgotten || forgotten == 0 {
		t.Errorf("%d kept of %d, %d ids, %d forgotten of %d", a.n, len(list), len(a.at), a.forgotten, forgotten)
	}
}
