package gateway

import (
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/gateway/store"
)

func testFlight(kind store.Kind, deadline time.Duration) *flight {
	return &flight{msg: &store.Message{Kind: kind, ExpiresAt: time.Unix(1_800_000_000, 0).Add(deadline)}}
}

func TestQueueOrder(t *testing.T) {
	q := newQueue()
	now := time.Unix(1_800_000_000, 0)
	bulk := testFlight(store.KindText, time.Second)
	late := testFlight(store.KindOTP, 2*time.Minute)
	soon := testFlight(store.KindOTP, time.Minute)
	for i, f := range []*flight{bulk, late, soon} {
		q.push(f, now.Add(time.Duration(i)*time.Second))
	}
	if depth, oldest := q.stats(); depth != 3 || !oldest.Equal(now) {
		t.Errorf("stats = %d, %v; want 3 since %v", depth, oldest, now)
	}
	for i, want := range []*flight{soon, late, bulk} {
		if q.peek() != want {
			t.Errorf("head %d is wrong before it is taken", i)
		}
		if e := q.pop(); e.f != want {
			t.Errorf("place %d holds another message", i)
		}
	}
	if q.pop() != nil || q.peek() != nil {
		t.Error("an empty queue has a head")
	}
}

func TestQueueRemove(t *testing.T) {
	q := newQueue()
	rnd := rand.New(rand.NewPCG(3, 4))
	var entries []*entry
	for i := range 200 {
		entries = append(entries, q.push(testFlight(store.KindOTP, time.Duration(rnd.IntN(1000))*time.Second), time.Unix(int64(i), 0)))
	}
	gone := map[*entry]bool{}
	for _, i := range rnd.Perm(200)[:120] {
		if !q.remove(entries[i]) {
			t.Fatalf("entry %d was not found", i)
		}
		if q.remove(entries[i]) {
			t.Fatalf("entry %d was removed twice", i)
		}
		gone[entries[i]] = true
	}
	for i, e := range entries {
		if !gone[e] {
			if _, oldest := q.stats(); !oldest.Equal(time.Unix(int64(i), 0)) {
				t.Errorf("the oldest waits since %v, want %d", oldest.Unix(), i)
			}
			break
		}
	}
	last := time.Time{}
	for n := range 80 {
		e := q.pop()
		if e == nil || gone[e] || e.f.msg.ExpiresAt.Before(last) {
			t.Fatalf("pop %d is out of order or was removed", n)
		}
		last = e.f.msg.ExpiresAt
	}
	if depth, oldest := q.stats(); depth != 0 || !oldest.IsZero() || len(q.fifo) != 0 {
		t.Errorf("an empty queue counts %d, oldest %v, keeps %d", depth, oldest, len(q.fifo))
	}
}

func TestLimiter(t *testing.T) {
	l := newLimiter()
	tenant := &Tenant{ID: "a", PerNumber: Limit{Count: 2, Window: time.Minute}}
	now := time.Unix(1_800_000_000, 0)
	for i, test := range []struct {
		after time.Duration
		want  time.Duration // of Retry-After, 0: allowed
	}{{0, 0}, {10 * time.Second, 0}, {20 * time.Second, 40 * time.Second}, {61 * time.Second, 0}, {62 * time.Second, 8 * time.Second}} {
		err := l.allow(tenant, "+4915112345678", now.Add(test.after))
		got := time.Duration(0)
		if err != nil {
			got = err.(*Refusal).RetryAfter
		}
		if got != test.want {
			t.Errorf("send %d: retry after %v, want %v", i, got, test.want)
		}
	}
	if err := l.allow(tenant, "+4915112345679", now); err != nil {
		t.Errorf("another number is limited too: %v", err)
	}
	rated := &Tenant{ID: "b", PerSecond: 2}
	refused := 0
	for range 5 {
		if l.allow(rated, "+4915112345678", now) != nil {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("%d of 5 at once were refused, want 3", refused)
	}
}

// Whatever is pushed and removed, the least comes out first: against a plain sort.
func TestQueueAgainstSort(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	q := newQueue()
	waiting := map[*entry]bool{}
	for n := range 20_000 {
		switch {
		case rnd.IntN(5) < 3:
			kind := store.KindOTP
			if rnd.IntN(3) == 0 {
				kind = store.KindText
			}
			waiting[q.push(testFlight(kind, time.Duration(rnd.IntN(300))*time.Second), time.Unix(int64(n), 0))] = true
		case rnd.IntN(2) == 0:
			for e := range waiting {
				if !q.remove(e) {
					t.Fatalf("step %d: an entry was not found", n)
				}
				delete(waiting, e)
				break
			}
		default:
			e := q.pop()
			if e == nil && len(waiting) == 0 {
				continue
			}
			for other := range waiting {
				if orderOfFlight(other.f) < orderOfFlight(e.f) {
					t.Fatalf("step %d: %v, %v came before %v, %v", n, e.f.msg.Kind, e.f.msg.ExpiresAt, other.f.msg.Kind, other.f.msg.ExpiresAt)
				}
			}
			delete(waiting, e)
		}
	}
}

func orderOfFlight(f *flight) uint64 { return orderOf(f.msg.Kind, f.msg.ExpiresAt) }
