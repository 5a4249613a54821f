package ranges

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

const number subscriber.MSISDN = "+491701234567"

func rule() *fraud.RangeRule {
	return &fraud.RangeRule{Digits: 3, After: 3, During: 10 * time.Minute, First: time.Hour, Most: 6 * time.Hour, Decay: 24 * time.Hour}
}

// attack strikes until the range is blocked, and says until when.
func attack(t *testing.T, b *Blocks, at time.Time, r *fraud.RangeRule) time.Duration {
	t.Helper()
	for range r.After {
		b.Strike(at, "shop", number, r)
	}
	f := b.Find(at, "shop", number)
	if !f.Active {
		t.Fatal("not blocked")
	}
	return f.Left
}

func TestBlockAfterSoMany(t *testing.T) {
	b := New(0)
	for i := range 3 {
		if f := b.Find(start, "shop", number); f.Active {
			t.Errorf("blocked after %d", i)
		}
		if opened := b.Strike(start.Add(time.Duration(i)*time.Minute), "shop", number, rule()); opened != (i == 2) {
			t.Errorf("strike %d opened: %v", i, opened)
		}
	}
	at := start.Add(2 * time.Minute)
	if f := b.Find(at, "shop", "+491701234000"); !f.Active || f.Range != "+491701234" || f.Times != 1 || f.Left != time.Hour {
		t.Errorf("a neighbour: %+v", f)
	}
	for name, f := range map[string]fraud.RangeBlock{
		"another range": b.Find(at, "shop", "+491701235567"), "another tenant": b.Find(at, "acme", number),
		"afterwards": b.Find(at.Add(time.Hour), "shop", number),
	} {
		if f.Active {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if b.Count(at) != 1 || b.Count(at.Add(time.Hour)) != 0 {
		t.Error("Count")
	}
}

func TestSlowSendsBlockNothing(t *testing.T) {
	b := New(0)
	for i := range 20 {
		if b.Strike(start.Add(time.Duration(i)*6*time.Minute), "shop", number, rule()) {
			t.Fatal("blocked by two in ten minutes")
		}
	}
}

func TestRepetitionAndDecay(t *testing.T) {
	b, r, at := New(0), rule(), start
	for i, want := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
		if got := attack(t, b, at, r); got != want {
			t.Errorf("block %d lasts %v, want %v", i+1, got, want)
		}
		at = at.Add(want)
	}
	// five times, less two for two quiet days and a half
	at = at.Add(60 * time.Hour)
	if attack(t, b, at, r); b.Find(at, "shop", number).Times != 4 {
		t.Errorf("%+v", b.Find(at, "shop", number))
	}
	at = at.Add(10 * 24 * time.Hour)
	if got := attack(t, b, at, r); got != time.Hour {
		t.Errorf("after ten quiet days it lasts %v", got)
	}
}

func TestEveryoneAndNarrower(t *testing.T) {
	b, r := New(0), rule()
	r.Everyone, r.After, r.Digits = true, 1, 4
	b.Strike(start, "shop", number, r)
	if f := b.Find(start, "acme", number); !f.Active || f.Range != "+49170123" {
		t.Errorf("%+v", f)
	}
	own := rule()
	own.After, own.Digits = 1, 2
	b.Strike(start, "acme", number, own)
	if f := b.Find(start, "acme", number); f.Range != "+4917012345" {
		t.Errorf("%+v", f)
	}
}

func TestLiftAndForgive(t *testing.T) {
	b, r := New(0), rule()
	attack(t, b, start, r)
	if b.Lift(start, Key{"acme", "+491701234"}) || !b.Lift(start, Key{"shop", "+491701234"}) || b.Find(start, "shop", number).Active {
		t.Error("Lift")
	}
	attack(t, b, start, r)
	b.Forgive(start, "shop", number)
	if !b.Find(start, "shop", number).Active {
		t.Error("an appeal ended a block")
	}
	if left := attack(t, b, start.Add(time.Hour), r); left != time.Hour {
		t.Errorf("after a mistake the next lasts %v", left)
	}
}

func TestBounded(t *testing.T) {
	b, r := New(100), rule()
	r.After = 1
	for i := range 50 { // blocked: they stay
		b.Strike(start, "shop", subscriber.MSISDN(fmt.Sprintf("+4917%04d000", i)), r)
	}
	r.After = 9
	for i := range 10_000 {
		b.Strike(start, "shop", subscriber.MSISDN(fmt.Sprintf("+33%06d000", i)), r)
	}
	if len(b.all) != 100 || len(b.byKey) != 100 || b.Count(start) != 50 {
		t.Errorf("%d ranges, %d keys, %d blocked", len(b.all), len(b.byKey), b.Count(start))
	}
}

func TestSnapshot(t *testing.T) {
	b, r := New(0), rule()
	attack(t, b, start, r)
	b.Strike(start, "shop", "+33612345678", r) // one strike alone is forgotten
	for name, at := range map[string]time.Time{"blocked": start.Add(time.Minute), "over, and remembered": start.Add(2 * time.Hour)} {
		again := New(0)
		again.Restore(b.Snapshot(at))
		if len(again.all) != 1 || !reflect.DeepEqual(again.Find(at, "shop", number), b.Find(at, "shop", number)) {
			t.Errorf("%s: %+v", name, again.all)
		}
	}
	again := New(0)
	again.Restore(b.Snapshot(start.Add(2 * time.Hour)))
	if got := attack(t, again, start.Add(2*time.Hour), r); got != 2*time.Hour {
		t.Errorf("after a restart the second block lasts %v", got)
	}
	if s := b.Snapshot(start.Add(30 * 24 * time.Hour)); len(s) != 0 {
		t.Errorf("after a month %+v is kept", s)
	}
}

func BenchmarkFind(b *testing.B) {
	x, r := New(0), rule()
	r.After = 1
	for i := range 1000 {
		r.Everyone = i%2 == 0
		x.Strike(start, "shop", subscriber.MSISDN(fmt.Sprintf("+4917%05d000", i)), r)
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Find(start, "shop", "+491609999999")
	}
}
