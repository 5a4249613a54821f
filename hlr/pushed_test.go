package hlr

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/hlr/subscriber"
)

// dater tells when the SIM changed.
func dater(at time.Time, err error) *fake {
	return &fake{name: "net", fields: FieldSIMChange, answer: func(context.Context, int64) (Subscriber, error) {
		time.Sleep(50 * time.Millisecond)
		return Subscriber{SIMChange: ChangedAt(at)}, err
	}}
}

func TestPushedChangeIsHeeded(t *testing.T) {
	old := time.Now().Add(-1000 * time.Hour)
	for name, c := range map[string]struct {
		told  time.Time
		err   error
		known bool
		// what is told of a push an hour old
		notAfter time.Duration // before now
		from     time.Duration
	}{
		"behind its events":  {old, nil, true, time.Hour, time.Hour},
		"the same":           {time.Time{}, nil, true, time.Hour, time.Hour},
		"a later one":        {time.Now().Add(-time.Minute), nil, true, time.Minute, time.Minute},
		"down":               {old, errors.New("down"), false, 0, time.Hour},
		"answers for nobody": {old, ErrNotCovered, false, 0, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			drift := time.Since(old) - 1000*time.Hour // the bubble has a clock of its own
			told := c.told.Add(drift)
			at := time.Now().Add(-time.Hour)
			if c.told.IsZero() {
				told = at
			}
			g := gatherer(Config{}, dater(told, c.err))
			g.SIMChanged(number, at)
			a := g.Gather(t.Context(), number, Need{})
			now := time.Now()
			if (a.Known&FieldSIMChange != 0) != c.known {
				t.Errorf("%s: known %v; a push is no answer", name, a.Known)
			}
			if got := now.Sub(a.SIMChange.NotBefore) - c.from; got.Abs() > time.Second {
				t.Errorf("%s: not before %v ago", name, now.Sub(a.SIMChange.NotBefore))
			}
			if got := now.Sub(a.SIMChange.NotAfter) - c.notAfter; got.Abs() > time.Second {
				t.Errorf("%s: not after %v ago", name, now.Sub(a.SIMChange.NotAfter))
			}
			if !a.Pushed.At.Equal(at) {
				t.Errorf("%s: pushed %v", name, a.Pushed)
			}
			if b := g.Gather(t.Context(), "+491701234568", Need{}); !b.Pushed.At.IsZero() {
				t.Errorf("%s: another number has it too", name)
			}
		})
	}
}

// A push that comes while a lookup is on its way is in the answer of the call
// that waits for it, and that lookup's answer is not kept.
func TestPushBesideALookup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := dater(time.Now().Add(-1000*time.Hour), nil)
		g := gatherer(Config{}, p)
		at := time.Now()
		time.AfterFunc(10*time.Millisecond, func() { g.SIMChanged(number, at) })
		if a := g.Gather(t.Context(), number, identityAged(time.Minute)); !a.SIMChange.NotBefore.Equal(at) {
			t.Errorf("the change of the call under way: %v", a.SIMChange)
		}
		g.Gather(t.Context(), number, identityAged(time.Minute))
		if n := p.calls.Load(); n != 2 {
			t.Errorf("%d lookups; the one from before the push was kept", n)
		}
		a := g.Gather(t.Context(), number, Need{Fields: FieldIdentity, IdentityMaxAge: time.Minute, CacheOnly: true})
		if !a.SIMChange.NotBefore.Equal(at) {
			t.Errorf("from the cache: %v", a.SIMChange)
		}
	})
}

// An interval that may hold the push begins at it.
func TestPushWithinAnInterval(t *testing.T) {
	now := time.Now()
	a := &Answer{Known: FieldSIMChange}
	a.SIMChange = LastChange{NotBefore: now.Add(-24 * time.Hour), NotAfter: now}
	a.heed(Push{At: now.Add(-time.Hour), Heard: now}, now)
	if c := a.SIMChange; !c.NotBefore.Equal(now.Add(-time.Hour)) || !c.NotAfter.Equal(now) {
		t.Errorf("%v", c)
	}
}

// What was told and judged long ago does not stand for an answer that is
// missing now: the SIM may have changed again.
func TestPushIsNoAnswer(t *testing.T) {
	now := time.Now()
	saw := SIM{Change: ChangedAt(now.Add(-time.Hour)), SeenAt: now.Add(-time.Minute)}
	a := &Answer{Asked: FieldSIMChange}
	a.heed(Push{At: now.Add(-time.Hour), Heard: now.Add(-time.Hour)}, now)
	if same, known := SameSIM(saw, a, nil); same || known {
		t.Errorf("same %v, known %v", same, known)
	}
}

func TestPushesAreBounded(t *testing.T) {
	var p pushes
	now := time.Now()
	for i := range pushMax + 10 {
		p.put(subscriber.MSISDN(fmt.Sprint("+49", i)), now, now)
	}
	if p.old.Len() != pushMax || len(p.of) != pushMax || !p.get("+490", now).At.IsZero() || p.get("+49100", now).At.IsZero() {
		t.Errorf("%d kept", p.old.Len())
	}
	p.put("+49", now, now.Add(2*pushKept))
	if p.old.Len() != 1 {
		t.Errorf("%d kept beyond their time", p.old.Len())
	}
	p.put("+49", now.Add(-time.Hour), now)
	if !p.get("+49", now).At.Equal(now) {
		t.Error("an older event took the place of a newer one")
	}
	if !p.get("+49", now.Add(4*pushKept)).At.IsZero() {
		t.Error("heeded beyond its time")
	}
	p.forget("+49")
	if !p.get("+49", now).At.IsZero() || p.old.Len() != 0 {
		t.Error("not forgotten")
	}
}

func TestRecordKeepsPushes(t *testing.T) {
	base := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r, news := Record(nil).SIMChanged("camara", base)
	if _, again := r.SIMChanged("camara", base); !news || again {
		t.Errorf("news %v, again %v", news, again)
	}
	if _, older := r.SIMChanged("camara", base.Add(-time.Hour)); older {
		t.Error("an older event is news")
	}
	for i := range 20 {
		r, _ = r.SIMChanged("camara", base.Add(time.Duration(i+1)*time.Hour))
	}
	now := base.Add(21 * time.Hour)
	if n := len(r.of("camara").Changes); n != maxPushes {
		t.Errorf("%d kept", n)
	}
	if lo, hi, ok := r.Change(FieldSIMChange, now, base); !ok || lo != time.Hour || hi != time.Hour {
		t.Errorf("%v to %v ago, %v", lo, hi, ok)
	}
	if _, _, ok := r.Change(FieldSIMChange, now, now.Add(-time.Hour)); ok {
		t.Error("judged, and still there")
	}
	if r.Known() || r.Vanished() {
		t.Error("a push names no SIM")
	}
}
