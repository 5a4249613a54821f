package smsc

import (
	"math/rand/v2"
	"testing"
)

func TestTimelineGivesWhatIsDueInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tl := newTimeline()
	const n = 3000
	pushed, taken := 0, 0
	for now := int64(0); taken < n; now += 7 {
		for range rng.IntN(30) {
			if pushed < n {
				pushed++
				tl.push(event{at: now + rng.Int64N(500), seq: uint32(pushed)})
			}
		}
		due, next := tl.due(now, nil)
		for i, e := range due {
			if e.at > now || i > 0 && (due[i-1].at > e.at || due[i-1].at == e.at && due[i-1].seq > e.seq) {
				t.Fatalf("at %d: event %d of %d is out of order", now, i, len(due))
			}
		}
		if next != 0 && next <= now {
			t.Fatalf("at %d: the next is due at %d", now, next)
		}
		taken += len(due)
	}
	if due, next := tl.due(1<<60, nil); len(due) != 0 || next != 0 || pushed != n {
		t.Errorf("%d left, next %d, pushed %d", len(due), next, pushed)
	}
}

func TestFifo(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var q fifo
	var want []*delivery
	for range 20_000 {
		d := new(delivery)
		switch {
		case rng.IntN(2) == 0 && len(want) > 0:
			if got := q.pop(); got != want[0] {
				t.Fatal("the wrong one came")
			}
			want = want[1:]
		case rng.IntN(4) == 0:
			q.unshift(d)
			want = append([]*delivery{d}, want...)
		default:
			q.push(d)
			want = append(want, d)
		}
		if q.len() != len(want) {
			t.Fatalf("%d in the queue, want %d", q.len(), len(want))
		}
	}
}
