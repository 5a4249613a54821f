package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/gateway/store"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

var (
	t0      = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	later   = t0.Add(time.Hour)
	oldIMSI = subscriber.Hash{Key: 1, Sum: [16]byte{1}}
	newIMSI = subscriber.Hash{Key: 1, Sum: [16]byte{2}}
	third   = subscriber.Hash{Key: 1, Sum: [16]byte{3}}
	swapped = fraud.Decision{Kind: fraud.Review, Score: 812.5, Freeze: true, Policy: "strict@1",
		Reasons: []fraud.Reason{{Code: "IMSI_CHANGED", Points: 400, Evidence: "2 h ago"}}}
)

func review(kind store.ReviewKind) *store.Review {
	return OpenReview(Opening{
		ID: store.ID{1, byte(len(kind))}, Kind: kind, Tenant: "shop", To: "+491701234567",
		Purpose: "withdrawal", Decision: swapped, At: t0,
	})
}

func change(f hlr.Field, from, to subscriber.Hash, at time.Time) hlr.Change {
	return hlr.Change{Field: f, Old: from, New: to, OldLast: at.Add(-time.Hour), NewFirst: at}
}

func identity(imsi subscriber.Hash, changes ...hlr.Change) *store.Identity {
	return &store.Identity{Source: "network", To: "+491701234567", Record: hlr.Record{
		{Source: "hlr", History: hlr.History{IMSI: imsi, Changes: changes}},
		{Source: "quiet", History: hlr.History{IMSI: imsi}},
	}}
}

// held is the state that a review of the kind left behind.
func held(r *store.Review) *store.NumberState {
	ns := &store.NumberState{Tenant: r.Tenant, To: r.To, Wrong: []time.Time{t0, t0}}
	switch r.Kind {
	case store.ReviewFreeze:
		Freeze(ns, r)
	case store.ReviewLock:
		Lock(ns, r)
		ns.Cooldown = map[string]time.Time{"login": later.Add(time.Minute)}
	}
	return ns
}

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		kind         store.ReviewKind
		as           string
		held         bool
		wrong        int
		acknowledged bool
	}{
		{store.ReviewFreeze, ConfirmNewSIM, false, 2, true},
		{store.ReviewFreeze, FalseAlarm, false, 2, true},
		{store.ReviewFreeze, Fraud, true, 2, false},
		{store.ReviewLock, ConfirmNewSIM, false, 0, true},
		{store.ReviewLock, FalseAlarm, false, 0, false},
		{store.ReviewLock, Fraud, true, 2, false},
		{store.ReviewDecision, ConfirmNewSIM, false, 2, true},
		{store.ReviewDecision, FalseAlarm, false, 2, true},
		{store.ReviewDecision, Fraud, true, 2, false},
	} {
		name := string(c.kind) + " as " + c.as
		r := review(c.kind)
		ns := held(r)
		id := identity(newIMSI, change(hlr.FieldIMSI, oldIMSI, newIMSI, t0.Add(time.Second)))
		if err := Resolve(r, ns, nil, id, Resolution{As: c.as, Note: "called them", By: "tenant", At: later}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Open() || r.Resolution != c.as || r.Note != "called them" || r.By != "tenant" || !r.ResolvedAt.Equal(later) {
			t.Errorf("%s: review is %+v", name, r)
		}
		if got := ns.Freeze != nil || ns.Lock != nil; got != c.held || len(ns.Wrong) != c.wrong {
			t.Errorf("%s: held %v, %d wrong codes; want %v, %d", name, got, len(ns.Wrong), c.held, c.wrong)
		}
		if got := ns.AcknowledgedAt.Equal(later); got != c.acknowledged {
			t.Errorf("%s: acknowledged until %v; want %v", name, ns.AcknowledgedAt, c.acknowledged)
		}
		if got := ns.JudgedAt.Equal(r.OpenedAt); got != c.acknowledged {
			t.Errorf("%s: dated changes are judged until %v; want %v", name, ns.JudgedAt, c.acknowledged)
		}
		if !c.held && ns.Cooldown != nil {
			t.Errorf("%s: a cool-down outlived the lock", name)
		}
	}
}

func TestFraudMarksTheHoldAndCanBeLifted(t *testing.T) {
	for _, kind := range []store.ReviewKind{store.ReviewFreeze, store.ReviewLock, store.ReviewDecision} {
		r := review(kind)
		ns := held(r)
		if err := Resolve(r, ns, nil, nil, Resolution{As: Fraud, At: later}); err != nil {
			t.Fatal(err)
		}
		h := ns.Freeze
		if kind == store.ReviewLock {
			h = ns.Lock
		}
		if h == nil || h.Review != r.ID || h.Decision.Reasons[0].Code != ReasonConfirmedFraud || h.Decision.Score != swapped.Score {
			t.Fatalf("%s: hold %+v", kind, h)
		}
		if len(r.Decision.Reasons) != 1 || len(swapped.Reasons) != 1 {
			t.Errorf("%s: the review's own decision was changed", kind)
		}
		if err := Resolve(r, ns, nil, nil, Resolution{As: Fraud, At: later}); !errors.Is(err, ErrResolved) {
			t.Errorf("%s: fraud twice = %v", kind, err)
		}
		if err := Resolve(r, ns, nil, nil, Resolution{As: FalseAlarm, At: later}); err != nil || ns.Freeze != nil || ns.Lock != nil {
			t.Errorf("%s: not lifted: %v, %+v", kind, err, ns)
		}
		if err := Resolve(r, ns, nil, nil, Resolution{As: FalseAlarm, At: later}); !errors.Is(err, ErrResolved) {
			t.Errorf("%s: resolved a third time: %v", kind, err)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	done := review(store.ReviewFreeze)
	done.ResolvedAt, done.Resolution = t0, ConfirmNewSIM
	for _, c := range []struct {
		r    *store.Review
		res  Resolution
		want string
	}{
		{review(store.ReviewFreeze), Resolution{As: "whatever"}, "confirm_new_sim, fraud, false_alarm"},
		{review(store.ReviewFreeze), Resolution{}, `""`},
		{review(store.ReviewFreeze), Resolution{As: Fraud, Note: strings.Repeat("x", maxNote+1)}, "note"},
		{done, Resolution{As: Fraud}, "resolved already"},
		{done, Resolution{As: FalseAlarm}, "resolved already"},
	} {
		ns, before := held(c.r), *c.r
		err := Resolve(c.r, ns, nil, nil, c.res)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Resolve(%+v) = %v; want %q in it", c.res, err, c.want)
		}
		if ns.Freeze == nil || c.r.Resolution != before.Resolution || c.r.ResolvedAt != before.ResolvedAt {
			t.Errorf("Resolve(%+v) failed and changed the records", c.res)
		}
	}
	var re *ResolutionError
	if err := Resolve(review(store.ReviewLock), &store.NumberState{}, nil, nil, Resolution{As: "x"}); !errors.As(err, &re) || re.Resolution != "x" {
		t.Errorf("unknown resolution = %v", err)
	}
}

// A second swap while the review was open was judged by nobody.
func TestLaterSwapIsNotAcknowledged(t *testing.T) {
	first := change(hlr.FieldIMSI, oldIMSI, newIMSI, t0)
	for _, c := range []struct {
		name string
		id   *store.Identity
		at   time.Time
	}{
		{"no identity of record", nil, later},
		{"only the one reviewed", identity(newIMSI, first), later},
		{"seen by the lookup that opened it", identity(newIMSI, change(hlr.FieldIMSI, oldIMSI, newIMSI, t0.Add(30*time.Second))), later},
		{"another SIM since", identity(third, first, change(hlr.FieldIMSI, newIMSI, third, t0.Add(20*time.Minute))), t0.Add(20*time.Minute - 1)},
		{"and back", identity(newIMSI, first, change(hlr.FieldIMSI, newIMSI, third, t0.Add(20*time.Minute)),
			change(hlr.FieldIMSI, third, newIMSI, t0.Add(30*time.Minute))), t0.Add(20*time.Minute - 1)},
		{"another card since", identity(newIMSI, first, change(hlr.FieldICCID, oldIMSI, third, t0.Add(20*time.Minute))), t0.Add(20*time.Minute - 1)},
		{"another cell since", identity(newIMSI, first, change(hlr.FieldLocation, oldIMSI, third, t0.Add(20*time.Minute))), later},
	} {
		r := review(store.ReviewFreeze)
		ns := held(r)
		if err := Resolve(r, ns, nil, c.id, Resolution{As: ConfirmNewSIM, At: later}); err != nil {
			t.Fatal(err)
		}
		if ns.Freeze != nil || !ns.AcknowledgedAt.Equal(c.at) {
			t.Errorf("%s: acknowledged until %v; want %v", c.name, ns.AcknowledgedAt, c.at)
		}
	}
}

// The account is held and let go with the number, by its review alone.
func TestAccountIsHeldWithTheNumber(t *testing.T) {
	for _, c := range []struct {
		kind store.ReviewKind
		as   string
		held bool
	}{
		{store.ReviewFreeze, ConfirmNewSIM, false}, {store.ReviewFreeze, FalseAlarm, false}, {store.ReviewFreeze, Fraud, true},
		{store.ReviewDecision, FalseAlarm, false}, {store.ReviewDecision, Fraud, true}, {store.ReviewLock, Fraud, false},
	} {
		r := review(c.kind)
		ns, as := held(r), &store.AccountState{}
		if c.kind == store.ReviewFreeze && !FreezeAccount(as, r) {
			t.Fatal("a free account cannot be frozen")
		}
		if err := Resolve(r, ns, as, nil, Resolution{As: c.as, At: later}); err != nil {
			t.Fatal(err)
		}
		if got := as.Freeze != nil; got != c.held || got && as.Freeze.Decision.Reasons[0].Code != ReasonConfirmedFraud {
			t.Errorf("%s as %s: the account is held: %+v", c.kind, c.as, as.Freeze)
		}
	}
	first, second := review(store.ReviewFreeze), review(store.ReviewFreeze)
	second.ID = store.ID{9}
	as := &store.AccountState{}
	if !FreezeAccount(as, first) || FreezeAccount(as, second) {
		t.Error("the first review stands")
	}
	if err := Resolve(second, held(second), as, nil, Resolution{As: FalseAlarm, At: later}); err != nil || as.Freeze == nil {
		t.Errorf("%v: another review's hold was lifted", err)
	}
}

func TestHoldsOfOtherReviewsStay(t *testing.T) {
	r, other := review(store.ReviewFreeze), review(store.ReviewLock)
	ns := held(r)
	Lock(ns, other)
	if err := Resolve(r, ns, nil, nil, Resolution{As: FalseAlarm, At: later}); err != nil || ns.Freeze != nil || ns.Lock == nil {
		t.Errorf("Resolve = %v, left %+v", err, ns)
	}
	if Lock(ns, r) || ns.Lock.Review != other.ID {
		t.Error("a second lock took the place of the first")
	}
	if !Freeze(ns, r) || Freeze(ns, other) || ns.Freeze.Review != r.ID {
		t.Error("a second freeze took the place of the first")
	}
}

func TestLockDecision(t *testing.T) {
	d := LockDecision(swapped, 6, time.Hour)
	if d.Kind != fraud.Review || d.Freeze || d.Score != swapped.Score || d.Reasons[0].Code != ReasonWrongCodes ||
		d.Reasons[0].Evidence != "6 wrong codes within an hour" || len(d.Reasons) != 2 || len(swapped.Reasons) != 1 {
		t.Errorf("LockDecision = %+v", d)
	}
	for window, want := range map[time.Duration]string{2 * time.Hour: "2 hours", 10 * time.Minute: "10 minutes", 90 * time.Second: "1m30s"} {
		if d := LockDecision(fraud.Decision{}, 6, window); !strings.HasSuffix(d.Reasons[0].Evidence, want) {
			t.Errorf("evidence %q; want %q at its end", d.Reasons[0].Evidence, want)
		}
	}
}
