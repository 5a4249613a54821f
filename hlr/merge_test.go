package hlr

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/hlr/subscriber"
)

func says(name string, fields Field, s Subscriber, err error) *fake {
	return &fake{name: name, fields: fields, answer: func(context.Context, int64) (Subscriber, error) { return s, err }}
}

func TestFirstProviderWinsPerFact(t *testing.T) {
	both := Subscriber{Identity: subscriber.Identity{IMSI: "1", ICCID: "8949020000012345678", VLR: "a"}}
	other := Subscriber{Identity: subscriber.Identity{IMSI: "2", ICCID: "894902000001234567", PLMN: "26201"}, LineType: "mobile"}
	boom := errors.New("boom")
	tests := []struct {
		name        string
		a, b        *fake
		imsi        string
		absent      bool
		asked       Field
		known       Field
		bConflict   Field
		wantSources int
	}{
		{"order decides", says("a", FieldAll, both, nil), says("b", FieldAll, other, nil), "1", false, FieldAll,
			FieldIMSI | FieldICCID | FieldVLR | FieldNetwork | FieldLineType, FieldIMSI, 2},
		{"a failure leaves it to the next", says("a", FieldIdentity, both, boom), says("b", FieldIMSI, other, nil), "2", false,
			FieldIdentity | FieldIMSI | FieldNetwork | FieldLineType | FieldICCID, FieldIMSI | FieldICCID | FieldNetwork | FieldLineType, 0, 2},
		{"absent is an answer", says("a", FieldIdentity, Subscriber{}, ErrAbsent), says("b", FieldLineType, Subscriber{LineType: "mobile"}, nil), "", true,
			FieldIdentity | FieldLineType, FieldIMSI | FieldLineType, 0, 2},
		{"absent first, an IMSI after it", says("a", FieldIdentity, Subscriber{}, ErrAbsent), says("b", FieldIdentity, both, nil), "", true,
			FieldIdentity | FieldVLR, FieldIMSI | FieldVLR, FieldIMSI, 2},
		{"absent says nothing where no identity is known", says("a", FieldLineType, Subscriber{}, ErrAbsent), says("b", FieldPorted, Subscriber{}, boom), "", false,
			FieldLineType | FieldPorted, 0, 0, 2},
		{"not covered is not asked", says("a", FieldIdentity|FieldRoaming, Subscriber{}, ErrNotCovered), says("b", FieldIMSI, sim("2"), nil), "2", false,
			FieldIMSI, FieldIMSI, 0, 1},
		{"nobody covers it", says("a", FieldAll, Subscriber{}, ErrNotCovered), says("b", FieldAll, Subscriber{}, ErrNotCovered), "", false, 0, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := gatherer(Config{Budget: 10 * time.Second}, tt.a, tt.b).Gather(t.Context(), number, Need{})
			if got.IMSI != tt.imsi || got.Absent != tt.absent {
				t.Errorf("IMSI %q, absent %v; want %q, %v", got.IMSI, got.Absent, tt.imsi, tt.absent)
			}
			if got.Asked != tt.asked || got.Known != tt.known {
				t.Errorf("asked %v, known %v; want %v, %v", got.Asked, got.Known, tt.asked, tt.known)
			}
			if len(got.Sources) != tt.wantSources {
				t.Fatalf("%d sources, want %d", len(got.Sources), tt.wantSources)
			}
			if tt.wantSources == 2 && got.Sources[1].Conflict != tt.bConflict {
				t.Errorf("conflict %v, want %v", got.Sources[1].Conflict, tt.bConflict)
			}
		})
	}
}

func TestFieldsOfAProviderCanBeRestricted(t *testing.T) {
	p := says("p", FieldAll, Subscriber{Identity: subscriber.Identity{IMSI: "1"}, LineType: "mobile"}, nil)
	g := gatherer(Config{Budget: 10 * time.Second, Providers: []ProviderConfig{{Provider: p, Fields: FieldLineType}}})
	if a := g.Gather(t.Context(), number, Need{}); a.Known != FieldLineType || a.IMSI != "" || a.Asked != FieldLineType {
		t.Errorf("known %v, asked %v; want the line type alone", a.Known, a.Asked)
	}
}

func TestEachFactLivesForItsOwnTime(t *testing.T) {
	ported, day := true, 24*time.Hour
	full := Subscriber{
		Identity: subscriber.Identity{IMSI: "1", VLR: "v"}, LineType: "mobile", Ported: &ported,
	}
	tests := []struct {
		name   string
		fields Field
		need   Field
		recent bool
		answer error
		fresh  time.Duration // still from the cache
		stale  time.Duration // looked up again
	}{
		{"line type", FieldAll, FieldLineType, false, nil, 29 * day, 30 * day},
		{"portability", FieldAll, FieldPorted, false, nil, 23 * time.Hour, 24 * time.Hour},
		{"recently ported", FieldAll, FieldPorted, true, nil, 59 * time.Minute, time.Hour},
		{"place", FieldAll, FieldVLR, false, nil, 14 * time.Minute, 15 * time.Minute},
		{"identity", FieldAll, FieldIMSI, false, nil, 4 * time.Minute, 5 * time.Minute},
		{"left out", FieldAll, FieldRoaming, false, nil, 4 * time.Minute, 5 * time.Minute},
		{"absent", FieldIMSI, FieldIMSI, false, ErrAbsent, 29 * time.Second, 30 * time.Second},
		{"not covered", FieldAll, FieldLineType, false, ErrNotCovered, 4 * time.Minute, 5 * time.Minute},
		{"failed", FieldAll, FieldLineType, false, errors.New("down"), 29 * time.Second, 30 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := full
				if tt.recent {
					s.PortedAt = time.Now().Add(-day)
				}
				p := says("p", tt.fields, s, tt.answer)
				g := gatherer(Config{}, p)
				need := Need{Fields: tt.need, IdentityMaxAge: time.Hour}
				first := g.Gather(t.Context(), number, need)
				time.Sleep(tt.fresh)
				again := g.Gather(t.Context(), number, need)
				if n := p.calls.Load(); n != 1 {
					t.Errorf("%d lookups after %v, want the cached answer", n, tt.fresh)
				}
				if again.Known&tt.need != first.Known&tt.need || again.Asked&tt.need != first.Asked&tt.need {
					t.Errorf("from the cache: asked %v, known %v; at first %v, %v", again.Asked, again.Known, first.Asked, first.Known)
				}
				time.Sleep(tt.stale - tt.fresh)
				g.Gather(t.Context(), number, need)
				if n := p.calls.Load(); n != 2 {
					t.Errorf("%d lookups after %v, want a second one", n, tt.stale)
				}
			})
		})
	}
}

func TestIdentityIsNoOlderThanNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := says("p", FieldIMSI, sim("1"), nil)
		g := gatherer(Config{}, p)
		for _, step := range []struct {
			wait  time.Duration
			calls int64
		}{{0, 1}, {4 * time.Second, 1}, {time.Second, 2}} {
			time.Sleep(step.wait)
			g.Gather(t.Context(), number, identityAged(5*time.Second))
			if n := p.calls.Load(); n != step.calls {
				t.Errorf("after %v more: %d lookups, want %d", step.wait, n, step.calls)
			}
		}
	})
}

func TestAFailureLeavesWhatWasKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &fake{name: "p", fields: FieldIMSI | FieldLineType, answer: func(_ context.Context, call int64) (Subscriber, error) {
			if call == 1 {
				return Subscriber{Identity: subscriber.Identity{IMSI: "1"}, LineType: "mobile"}, nil
			}
			return Subscriber{}, errors.New("down")
		}}
		g := gatherer(Config{}, p)
		g.Gather(t.Context(), number, Need{})
		time.Sleep(time.Minute)
		a := g.Gather(t.Context(), number, Need{})
		if a.Known != FieldLineType || a.IMSI != "" {
			t.Errorf("known %v; want the line type of a minute ago and no identity", a.Known)
		}
		if s := a.Sources[0]; s.Err == nil || !s.Cached || s.Age != time.Minute {
			t.Errorf("source: err %v, cached %v, age %v", s.Err, s.Cached, s.Age)
		}
	})
}
