package hlr

import (
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

// answerOf is an answer as Gather makes it of what sources tell, in order.
func answerOf(at time.Time, sources ...result) *Answer {
	g := gatherer(Config{})
	g.ttl = g.cfg.TTL.byField()
	a := &Answer{}
	names := []string{"first", "second", "third"}
	for i := range sources {
		r := newResult(newSource(ProviderConfig{Provider: &fake{name: names[i], fields: FieldAll}}, 0), sources[i].sub, sources[i].err)
		r.at, r.took = at, time.Millisecond
		p := part{src: newSource(ProviderConfig{Provider: &fake{name: names[i], fields: FieldAll}}, 0), want: FieldAll, res: r, err: r.err}
		g.merge(a, &p, &call{now: at}, at)
	}
	return a
}

func TestSourcesAreNeverComparedWithEachOther(t *testing.T) {
	start := time.Now()
	one := func(imsi string) result {
		return result{sub: Subscriber{Identity: subscriber.Identity{IMSI: imsi, VLR: "491710000000"}}}
	}
	down := result{err: ErrOpen}
	var rec Record
	for i, c := range []struct {
		name    string
		sources []result
		changed bool
		by      string
	}{
		{"both tell their own", []result{one("262010000000001"), one("310150000000001")}, false, "first"},
		{"the first is down", []result{down, one("310150000000001")}, false, "second"},
		{"and back", []result{one("262010000000001"), down}, false, "first"},
		{"the second sees a swap", []result{down, one("310150000000002")}, true, "second"},
	} {
		at := start.Add(time.Duration(i) * time.Hour)
		a := answerOf(at, c.sources...)
		rec, _ = rec.Observe(a, at, Observer{Hasher: keyring{1}})
		if _, _, changed := rec.Change(FieldIMSI, at, time.Time{}); changed != c.changed || a.IdentityBy != c.by {
			t.Errorf("%s: changed %v, told by %q", c.name, changed, a.IdentityBy)
		}
	}
	if len(rec) != 2 || !rec.Known() || rec.Vanished() {
		t.Errorf("the record is %+v", rec)
	}
}

// A source that has never told of the number cannot say that it vanished.
func TestOnlyTheSourceThatKnewSeesItVanish(t *testing.T) {
	at := time.Now()
	var rec Record
	rec, _ = rec.Observe(answerOf(at, result{sub: sim("1")}), at, Observer{Hasher: keyring{1}})
	rec, _ = rec.Observe(answerOf(at, result{sub: sim("1")}, result{err: ErrAbsent}), at, Observer{Hasher: keyring{1}})
	if rec.Vanished() {
		t.Error("vanished by the word of a source that never knew it")
	}
	rec, _ = rec.Observe(answerOf(at, result{err: ErrAbsent}), at, Observer{Hasher: keyring{1}})
	if !rec.Vanished() {
		t.Error("the source that knew it says no such subscriber")
	}
}

func TestDisputed(t *testing.T) {
	at := time.Now()
	a := answerOf(at, result{sub: sim("1")}, result{sub: sim("2")})
	if a.Disputed() != FieldIMSI {
		t.Errorf("disputed: %v", a.Disputed())
	}
	if a := answerOf(at, result{sub: sim("1")}, result{sub: sim("1")}); a.Disputed() != 0 {
		t.Errorf("disputed although the same: %v", a.Disputed())
	}
}

// Sources that are configured no more leave a record first.
func TestRecordIsBounded(t *testing.T) {
	var rec Record
	for i := range 2 * maxSources {
		rec = rec.with(string(rune('a'+i)), History{})
		rec = rec.with("kept", History{})
	}
	if len(rec) != maxSources || rec.Knew("kept") || rec[maxSources-1].Source != "kept" {
		t.Errorf("%d sources: %+v", len(rec), rec)
	}
}

// A history of the time when sources were not kept apart goes to the first
// that tells, so that an update of the software hides no swap.
func TestFormerHistoryIsAdopted(t *testing.T) {
	at := time.Now()
	var rec Record
	former := rec.Former()
	*former, _ = Observe(History{}, told(at, sim("1")), at, Observer{Hasher: keyring{1}})
	rec, _ = rec.Observe(answerOf(at, result{sub: sim("2")}), at, Observer{Hasher: keyring{1}})
	if _, _, changed := rec.Change(FieldIMSI, at, time.Time{}); !changed || len(rec) != 1 || rec[0].Source != "first" {
		t.Errorf("changed %v, %+v", changed, rec)
	}
}
