package otp

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// testHasher makes HMACs under the key of that number, the shape of gateway/keys.
type testHasher uint8

func (k testHasher) Hash(kind, value string) (h subscriber.Hash) {
	m := hmac.New(sha256.New, []byte{byte(k)})
	m.Write([]byte(kind + "\x00" + value))
	copy(h.Sum[:], m.Sum(nil))
	h.Key = 1 + uint32(k)
	return h
}

func (testHasher) Matches(h subscriber.Hash, kind, value string) bool {
	return testHasher(h.Key-1).Hash(kind, value) == h
}

const hasher testHasher = 0

var (
	t0   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	imsi = subscriber.Hash{Key: 1, Sum: [16]byte{1}}
	dev  = subscriber.Hash{Key: 1, Sum: [16]byte{2}}
)

const right, wrong = "123456", "654321"

func challenge(id byte, purpose string, ttl time.Duration) *store.Challenge {
	return &store.Challenge{
		ID: store.ID{15: id}, Rev: 1, Tenant: "shop", To: "+491701234567", Purpose: purpose, Status: store.ChallengePending,
		MAC: MAC(hasher, store.ID{15: id}, right), CreatedAt: t0, ExpiresAt: t0.Add(ttl), IMSI: imsi, Device: dev,
	}
}

func number() *store.NumberState {
	return &store.NumberState{Tenant: "shop", To: "+491701234567"}
}

// step is one check, or (code "") a question whether a send is blocked.
type step struct {
	at      time.Duration
	ch      int // index of the challenge
	code    string
	send    string // purpose of a send instead of a check
	status  store.ChallengeStatus
	left    int
	refusal Refusal
	retry   time.Duration
	opens   bool
}

const (
	pending  = store.ChallengePending
	approved = store.ChallengeApproved
	expired  = store.ChallengeExpired
	canceled = store.ChallengeCanceled
)

func TestChallengeLife(t *testing.T) {
	m, s := time.Minute, time.Second
	for _, c := range []struct {
		name string
		cfg  Config
		// purposes and lives of the challenges, all of one number
		purposes []string
		ttl      time.Duration
		steps    []step
	}{
		{"right at once", Config{}, []string{"login"}, 5 * m, []step{
			{at: s, code: right, status: approved, left: 5},
			{at: 2 * s, code: right, refusal: AlreadyUsed, status: approved, left: 5},
			{at: 2 * s, code: wrong, refusal: AlreadyUsed, status: approved, left: 5},
		}},
		{"a wrong code stops checks and sends of its purpose for a minute", Config{}, []string{"login", "withdrawal"}, 5 * m, []step{
			{at: s, code: wrong, status: pending, left: 4},
			{at: 2 * s, code: right, refusal: Cooldown, retry: 59 * s, status: pending, left: 4},
			{at: 2*s + 1, send: "login", refusal: Cooldown, retry: 59 * s},
			{at: 2 * s, send: "withdrawal"},
			{at: 2 * s, ch: 1, code: right, status: approved, left: 4},
			{at: 61*s - 1, code: right, refusal: Cooldown, retry: s, status: pending, left: 4},
			{at: 61 * s, send: "login"},
			{at: 61 * s, code: right, status: approved, left: 4},
		}},
		{"a refused check is no attempt", Config{}, []string{"login"}, 9 * m, []step{
			{at: s, code: wrong, status: pending, left: 4},
			{at: 2 * s, code: wrong, refusal: Cooldown, retry: 59 * s, status: pending, left: 4},
			{at: 3 * s, code: wrong, refusal: Cooldown, retry: 58 * s, status: pending, left: 4},
			{at: 61 * s, code: wrong, status: pending, left: 3},
		}},
		{"an expired code stops checks, never a send", Config{}, []string{"login"}, 5 * m, []step{
			{at: 5 * m, code: right, status: expired, left: 5},
			{at: 5*m + s, code: right, refusal: Cooldown, retry: 59 * s, status: expired, left: 5},
			{at: 5*m + s, send: "login"},
			{at: 6 * m, code: wrong, status: expired, left: 5},
		}},
		{"an expiry after a wrong code does not stop sends by the old mark", Config{}, []string{"login"}, 5 * m, []step{
			{at: s, code: wrong, status: pending, left: 4},
			{at: 5 * m, code: wrong, status: expired, left: 4},
			{at: 5*m + s, send: "login"},
		}},
		{"the sixth wrong code in an hour locks, over all challenges", Config{}, []string{"login", "withdrawal"}, 30 * m, []step{
			{at: 1 * m, code: wrong, status: pending, left: 4},
			{at: 2 * m, code: wrong, status: pending, left: 3},
			{at: 3 * m, ch: 1, code: wrong, status: pending, left: 2},
			{at: 4 * m, ch: 1, code: wrong, status: pending, left: 1},
			{at: 5 * m, code: wrong, status: pending, left: 0},
			{at: 5 * m, ch: 1, code: wrong, refusal: Locked, opens: true, status: pending},
		}},
		{"five wrong codes still leave a right one", Config{Cooldown: -1}, []string{"login"}, 30 * m, []step{
			{code: wrong, status: pending, left: 4}, {code: wrong, status: pending, left: 3}, {code: wrong, status: pending, left: 2},
			{code: wrong, status: pending, left: 1}, {code: wrong, status: pending, left: 0}, {code: right, status: approved, left: 0},
		}},
		{"wrong codes leave the window", Config{Cooldown: -1, Window: 10 * m}, []string{"login"}, 60 * m, []step{
			{at: 0, code: wrong, status: pending, left: 4}, {at: 1 * m, code: wrong, status: pending, left: 3},
			{at: 2 * m, code: wrong, status: pending, left: 2}, {at: 3 * m, code: wrong, status: pending, left: 1},
			{at: 4 * m, code: wrong, status: pending, left: 0}, {at: 10 * m, code: wrong, status: pending, left: 0},
			{at: 25 * m, code: right, status: approved, left: 5},
		}},
		{"an approval does not wipe the wrong codes", Config{Cooldown: -1, MaxWrong: 2}, []string{"login", "login"}, 60 * m, []step{
			{code: wrong, status: pending, left: 1}, {code: wrong, status: pending, left: 0}, {code: right, status: approved, left: 0},
			{ch: 1, code: wrong, refusal: Locked, opens: true, status: pending},
		}},
		{"observe refuses nothing", Config{Observe: true, MaxWrong: 1}, []string{"login"}, 60 * m, []step{
			{code: wrong, status: pending, left: 0}, {code: wrong, status: pending, left: 0}, {send: "login"},
			{code: right, status: approved, left: 0}, {code: right, refusal: AlreadyUsed, status: approved, left: 0},
		}},
		{"a blank is wrong", Config{}, []string{"login"}, 60 * m, []step{{code: " ", status: pending, left: 4}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ns := number()
			var chs []*store.Challenge
			for i, p := range c.purposes {
				chs = append(chs, challenge(byte(i), p, c.ttl))
			}
			for i, st := range c.steps {
				st.run(t, i, chs, ns, c.cfg)
			}
		})
	}
}

func (st step) run(t *testing.T, i int, chs []*store.Challenge, ns *store.NumberState, cfg Config) {
	t.Helper()
	if st.send != "" {
		b := SendBlocked(ns, st.send, t0.Add(st.at))
		if b.Refusal != st.refusal || b.RetryAfter != st.retry {
			t.Errorf("step %d: send = %v after %v; want %v after %v", i, b.Refusal, b.RetryAfter, st.refusal, st.retry)
		}
		return
	}
	before := len(ns.Wrong)
	v := Check(chs[st.ch], ns, st.code, t0.Add(st.at), cfg, hasher)
	if v.Status != st.status || v.AttemptsLeft != st.left || v.Refusal != st.refusal || v.RetryAfter != st.retry || v.OpenLock != st.opens {
		t.Errorf("step %d: Check = %+v; want %+v", i, v, st)
	}
	if v.Refusal == Cooldown && (v.ChallengeChanged || v.NumberChanged || len(ns.Wrong) != before) {
		t.Errorf("step %d: a check refused by a cool-down changed a record", i)
	}
	if v.Wrong && !(v.ChallengeChanged && v.NumberChanged) {
		t.Errorf("step %d: an attempt that would not be committed", i)
	}
}

func TestCheckWhileHeld(t *testing.T) {
	freeze, lock := &store.Hold{Review: store.ID{1}}, &store.Hold{Review: store.ID{2}}
	for _, c := range []struct {
		name         string
		freeze, lock *store.Hold
		status       store.ChallengeStatus
		want         Refusal
		hold         *store.Hold
	}{
		{"frozen", freeze, nil, pending, Frozen, freeze},
		{"locked", nil, lock, pending, Locked, lock},
		{"both", freeze, lock, pending, Frozen, freeze},
		{"approved before, now frozen", freeze, nil, approved, Frozen, freeze},
		{"canceled, now locked", nil, lock, canceled, Locked, lock},
	} {
		ns, ch := number(), challenge(1, "login", time.Minute)
		ns.Freeze, ns.Lock, ch.Status = c.freeze, c.lock, c.status
		v := Check(ch, ns, right, t0.Add(2*time.Minute), Config{}, hasher)
		if v.Refusal != c.want || v.Hold != c.hold || v.ChallengeChanged || v.NumberChanged {
			t.Errorf("%s: Check = %+v", c.name, v)
		}
		if b := SendBlocked(ns, "bind", t0); b.Refusal != c.want || b.Hold != c.hold {
			t.Errorf("%s: SendBlocked = %+v", c.name, b)
		}
		if v := Check(ch, ns, right, t0, Config{Observe: true}, hasher); v.Refusal == c.want {
			t.Errorf("%s: Observe was refused with %v", c.name, v.Refusal)
		}
	}
}

func TestApprove(t *testing.T) {
	ns, ch, now := number(), challenge(1, "login", time.Minute), t0.Add(time.Second)
	v := Check(ch, ns, right, now, Config{}, hasher)
	if !v.ChallengeChanged || !v.NumberChanged {
		t.Errorf("Check = %+v", v)
	}
	if ch.Status != approved || !ch.ApprovedAt.Equal(now) {
		t.Errorf("challenge after approval: %+v", ch)
	}
	if ns.Verified != 1 || !ns.VerifiedAt.Equal(now) || ns.VerifiedIMSI != imsi || ns.VerifiedDevice != dev {
		t.Errorf("number after approval: %+v", ns)
	}
}

func TestMAC(t *testing.T) {
	ch := challenge(1, "login", time.Minute)
	if other := challenge(2, "login", time.Minute); other.MAC == ch.MAC {
		t.Error("two challenges with one code have one MAC")
	}
	if !isCode(hasher+1, ch, right) {
		t.Error("a rotation of the keys has made the code a wrong one")
	}
	for _, typed := range []string{wrong, "", right + "0"} {
		if isCode(hasher, ch, typed) {
			t.Errorf("%q passes for the code", typed)
		}
	}
	if none := (&store.Challenge{ID: ch.ID}); isCode(hasher, none, "") || isCode(hasher, none, right) {
		t.Error("a challenge without a MAC has a code")
	}
}

func TestCancelAndExpire(t *testing.T) {
	for _, c := range []struct {
		name   string
		status store.ChallengeStatus
		at     time.Duration
		cancel store.ChallengeStatus // status after Cancel
		expire store.ChallengeStatus // status after Expire
	}{
		{"in time", pending, time.Second, canceled, pending},
		{"its last moment", pending, time.Minute - 1, canceled, pending},
		{"over", pending, time.Minute, expired, expired},
		{"approved", approved, time.Hour, approved, approved},
		{"canceled", canceled, time.Hour, canceled, canceled},
	} {
		for _, end := range []struct {
			want store.ChallengeStatus
			do   func(*store.Challenge, time.Time) bool
		}{{c.cancel, Cancel}, {c.expire, Expire}} {
			ch := challenge(1, "login", time.Minute)
			ch.Status = c.status
			changed := end.do(ch, t0.Add(c.at))
			if ch.Status != end.want || changed != (end.want != c.status) {
				t.Errorf("%s: %v, changed %v; want %v", c.name, ch.Status, changed, end.want)
			}
		}
	}
}

func TestCanceledAnswersCanceled(t *testing.T) {
	ns, ch := number(), challenge(1, "login", time.Minute)
	Cancel(ch, t0)
	v := Check(ch, ns, right, t0.Add(time.Hour), Config{}, hasher)
	if v.Status != canceled || v.Refusal != None || v.ChallengeChanged || v.NumberChanged {
		t.Errorf("Check = %+v", v)
	}
}

func TestLockAtAHighLimit(t *testing.T) {
	ns, ch, cfg := number(), challenge(1, "login", time.Hour), Config{Cooldown: -1, MaxWrong: 100}
	for i := range 101 {
		v := Check(ch, ns, wrong, t0.Add(time.Duration(i)*time.Second), cfg, hasher)
		if v.OpenLock != (i == 100) {
			t.Fatalf("wrong code %d: %+v", i+1, v)
		}
	}
}

func TestStateStaysSmall(t *testing.T) {
	ns, now := number(), t0
	for i := range 500 {
		ch := challenge(byte(i), "p"+now.String(), 1000*time.Hour)
		now = now.Add(time.Second)
		Check(ch, ns, wrong, now, Config{Observe: true}, hasher)
	}
	for i := range 500 {
		now = now.Add(2 * time.Minute)
		Check(challenge(byte(i), "p"+now.String(), 1000*time.Hour), ns, wrong, now, Config{MaxWrong: 1000}, hasher)
	}
	if len(ns.Wrong) > maxKept || len(ns.Cooldown) > 1 || len(ns.CooldownSend) > 1 {
		t.Errorf("kept %d wrong codes, %d cool-downs", len(ns.Wrong), len(ns.Cooldown))
	}
}
