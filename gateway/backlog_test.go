package gateway

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// Whatever is added, taken out and set aside, the first is the least of what is left,
// and the oldest the one that has waited longest: against a plain list.
func TestBacklogAgainstList(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	now := time.Unix(1_800_000_000, 0)
	var b backlog
	list, aside := map[store.ID]waiting{}, map[store.ID]waiting{}
	for n := range 20_000 {
		now = now.Add(time.Duration(rnd.IntN(20)) * time.Millisecond)
		first, ok := b.first()
		switch dice := rnd.IntN(10); {
		case dice < 5:
			kind := store.Kind(1 + rnd.IntN(2))
			id := store.ID{byte(n >> 8), byte(n)}
			w := waiting{id, orderOf(kind, now.Add(time.Duration(rnd.IntN(1000))*time.Millisecond)), now.Unix()}
			if !b.add(w) {
				t.Fatalf("step %d: a new one is said to be there", n)
			}
			list[id] = w
		case dice == 5:
			for _, from := range []map[store.ID]waiting{list, aside} {
				for id, w := range from {
					w.since = now.Unix() - int64(rnd.IntN(100))
					if b.add(w) {
						t.Fatalf("step %d: one that waits is said to be new", n)
					}
					delete(from, id)
					list[id] = w
					break
				}
			}
		case dice < 7 && ok:
			b.remove(first)
			delete(list, first.id)
		case dice < 8 && ok:
			b.remove(first)
			b.setAside(first, now.Add(50*time.Millisecond))
			delete(list, first.id)
			aside[first.id] = first
		case dice < 9:
			for _, from := range []map[store.ID]waiting{list, aside} {
				for id, w := range from {
					w.since = 0 // nobody else knows it
					if !b.remove(w) || b.remove(w) {
						t.Fatalf("step %d: one that waits was not taken out once", n)
					}
					delete(from, id)
					break
				}
			}
		default:
			b.resume(now)
			for id, w := range aside {
				if _, still := b.aside[id]; !still {
					list[id] = w
					delete(aside, id)
				}
			}
		}
		checkBacklog(t, n, &b, list, aside)
	}
}

func checkBacklog(t *testing.T, step int, b *backlog, list, aside map[store.ID]waiting) {
	t.Helper()
	if b.len() != len(list)+len(aside) || len(b.aside) != len(aside) {
		t.Fatalf("step %d: %d wait, %d of them aside; want %d, %d", step, b.len(), len(b.aside), len(list)+len(aside), len(aside))
	}
	first, ok := b.first()
	if ok != (len(list) > 0) {
		t.Fatalf("step %d: a first one is there: %v, of %d", step, ok, len(list))
	}
	if step%50 != 0 || !ok {
		return
	}
	oldest := first.since
	for _, w := range list {
		if w.before(first) {
			t.Fatalf("step %d: %v is first, and %v goes before", step, first, w)
		}
		oldest = min(oldest, w.since)
	}
	if got := b.ages.oldest().Unix(); got != oldest {
		t.Fatalf("step %d: the oldest waits since %d, want %d", step, got, oldest)
	}
}

// Texts on disk wait behind codes in memory. Once these have expired, the texts are
// what the carrier's queue is as old as.
func TestPagedMessagesAge(t *testing.T) {
	r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 5}})
	for i := range 5 {
		r.accepted(fmt.Sprintf("+491513%07d", i), "login")
	}
	for i := range 20 {
		_, err := r.Send(t.Context(), r.tenant, &SendRequest{Kind: store.KindText, To: fmt.Sprintf("+491512%07d", i), Text: "news", TTL: 24 * time.Hour})
		must(t, err)
	}
	r.Dispatcher.lanes["sim"].queue.setAside(waiting{order: orderOf(store.KindText, r.now().Add(24*time.Hour))}, r.now().Add(24*time.Hour))
	r.pass(40 * time.Minute)
	l := r.Dispatcher.lanes["sim"]
	var since time.Time
	r.until("the codes are over", func() (over bool) {
		n, at := l.queue.stats()
		since = at
		return n == 21
	})
	if age := r.now().Sub(since); age < 40*time.Minute || age > 42*time.Minute {
		t.Errorf("the oldest waits for %v, want some 40 minutes", age)
	}
	r.until("the carrier gets no more", l.stalled.Load)
	r.refused("+4915112345617", "login", CodeOverloaded)
	r.up("sim")
	r.until("it moves again", func() bool { _, err := r.send("+4915112345617", "login"); return err == nil })
}

// Messages that are canceled on disk leave their room in the queue to others at once.
func TestCanceledOnDiskLeavesRoom(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprint("restart ", restart), func(t *testing.T) {
			r := newRig(t, rigOptions{policy: "observe", down: true, dispatch: DispatchConfig{Resident: 5, ReadAhead: 5, MaxMessages: 50}})
			var ids []store.ID
			for i := range 50 {
				ids = append(ids, r.accepted(fmt.Sprintf("+491513%07d", i), "login").ID)
			}
			r.refused("+4915129999999", "login", CodeOverloaded)
			if restart {
				r.stop()
				r.start()
				r.until("the list was read", func() bool { return !r.Dispatcher.recovery.listing.Load() })
			}
			for _, id := range ids[10:] {
				_, err := r.Cancel(t.Context(), r.tenant, id)
				must(t, err)
			}
			d := r.Dispatcher
			if n, size := d.waiting.Load(), d.lanes["sim"].queue.size.Load(); n != 10 || !restart && size != 10 {
				t.Errorf("%d messages count against the bound, %d against their carrier's; want the 10 that were not canceled", n, size)
			}
			for i := range 40 {
				r.accepted(fmt.Sprintf("+491514%07d", i), "login")
			}
			r.up("sim")
			r.until("all others have arrived", func() bool { return len(r.sims["sim"].Inbox()) == 50 })
			r.boundsAreFree()
		})
	}
}

// A message that two have left to the store takes one place, counts once, and is as old
// as the second one said.
func TestPagedTwiceCountsOnce(t *testing.T) {
	r := newRig(t, rigOptions{down: true})
	d, l := r.Dispatcher, r.Dispatcher.lanes["sim"]
	expires := r.now().Add(time.Minute)
	earlier := r.now().Add(-time.Hour)
	for _, since := range []time.Time{earlier, r.now()} {
		f := &flight{msg: &store.Message{ID: store.ID{1}, Kind: store.KindOTP, ExpiresAt: expires}, size: 100}
		must(t, d.Admit(f.size, f.msg.Kind))
		d.pageOut(f, l, since)
	}
	n, oldest := l.queue.stats()
	if n != 1 || l.queue.size.Load() != 1 || d.waiting.Load() != 1 || d.bytes.Load() != backlogBytes {
		t.Errorf("%d listed, size %d, %d waiting, %d octets; want one", n, l.queue.size.Load(), d.waiting.Load(), d.bytes.Load())
	}
	if !oldest.After(earlier.Add(time.Minute)) {
		t.Errorf("the oldest waits since %v", oldest)
	}
	r.until("it is read, and is not there", func() bool { return d.waiting.Load() == 0 && d.bytes.Load() == 0 && l.queue.size.Load() == 0 })
}
