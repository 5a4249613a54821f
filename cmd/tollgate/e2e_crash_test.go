package main

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/smpp/smsc"
)

const crashWindow = 50

// Several times the process is killed under load and started again on the
// same data: everything that was answered 202 reaches the carrier and ends.
func TestKillLosesNothingAccepted(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	c := newCarrier(t, &smsc.Profile{
		ResponseDelay: smsc.Distribution{Value: 5 * time.Millisecond},
		ReceiptDelay:  smsc.Distribution{Value: 20 * time.Millisecond},
	})
	rounds, data, args := 4, t.TempDir(), []string{"--policy", "observe", "--carrier", c.url("window=50")}
	if testing.Short() {
		rounds = 2
	}
	var number atomic.Int64
	var accepted []sent
	for round := range rounds {
		p := startDev(t, data, args...)
		l := startLoad(p, 16, &number)
		p.wait("the load to begin", func() bool { return l.answered() > 100 })
		time.Sleep(time.Duration(random.IntN(800)) * time.Millisecond) // the moment of the kill, no wait for anything
		killed := time.Now()
		p.kill()
		held, lost := l.end(t)
		t.Logf("round %d: %d accepted, %d without an answer", round+1, len(held), len(lost))
		accepted = append(accepted, held...)

		p = startDev(t, data, args...)
		accepted = append(accepted, p.replay(held, lost)...)
		if n := p.allEnd(held); n != len(held) {
			t.Errorf("%d of %d accepted messages were delivered", n, len(held))
		}
		c.wantSeen(t, held, killed)
		p.kill() // the next round starts after another kill, without load
	}
	p := startDev(t, data, args...)
	if n := p.allEnd(accepted); n != len(accepted) {
		t.Errorf("at the end %d of %d accepted messages are delivered", n, len(accepted))
	}
	if s := c.Stats(); int(s.Unique) < len(accepted) {
		t.Errorf("the SMSC saw %d messages of %d", s.Unique, len(accepted))
	}
}

// replay repeats requests after a kill under their keys: one that was answered
// is answered the same, and one that was not is accepted, now or before.
func (p *process) replay(held, lost []sent) (accepted []sent) {
	p.t.Helper()
	for i, s := range held {
		if i%7 > 0 {
			continue
		}
		a, err := p.do(s.request())
		must(p.t, err)
		if a.status != 202 || a.ID != s.id || a.header.Get("Idempotency-Replayed") != "true" {
			p.t.Errorf("%s was accepted as %s; again: %d %s", s.key, s.id, a.status, a.body)
		}
	}
	for _, s := range lost {
		a, err := p.do(s.request())
		must(p.t, err)
		if a.status != 202 {
			p.t.Errorf("%s was not answered; again: %d %s", s.key, a.status, a.body)
		}
		s.id = a.ID
		accepted = append(accepted, s)
	}
	return accepted
}

// slack is what the scheduler of a busy machine may add to the 20 ms within
// which a result is on disk.
const slack = 400 * time.Millisecond

// wantSeen looks for every message at the carrier. A message may be there
// twice only when the kill could have taken its result away: it was in the
// window, or its response came within the last 20 ms.
func (c *carrierSide) wantSeen(t *testing.T, list []sent, killed time.Time) {
	t.Helper()
	repeats, recent := 0, 0
	for _, s := range list {
		seen := c.sightings(s.to)
		if len(seen) == 0 {
			t.Errorf("%s was accepted and never reached the carrier", s.id)
			continue
		}
		if seen[0].at.After(killed.Add(-slack)) && seen[0].at.Before(killed) {
			recent++
		}
		if len(seen) == 1 {
			continue
		}
		if repeats += len(seen) - 1; seen[0].at.Before(killed.Add(-slack)) {
			t.Errorf("%s was repeated, though its first submission was %v before the kill", s.id, killed.Sub(seen[0].at))
		}
		for _, again := range seen[1:] {
			if again.text != seen[0].text {
				t.Errorf("%s: a repeat with another text", s.id)
			}
		}
	}
	t.Logf("%d repeats; %d of %d messages were submitted within %v before the kill", repeats, recent, len(list), slack)
	if repeats > crashWindow+recent {
		t.Errorf("%d repeats, more than the window (%d) and the latest results (%d)", repeats, crashWindow, recent)
	}
}

// What a check was answered is not forgotten by a kill right behind the answer.
func TestKillForgetsNoCheck(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, nil)
	dir := t.TempDir()
	file := configuration{carrier: c.addr, tenant: "    cooldown: 0s"}.write(t, dir)
	const good, guessed = "+4915112345678", "+4915112345679"

	p := startServe(t, file)
	id := p.send(good, "login")
	code := c.code(t, good, 1)
	p.want(200, "", "POST", "/v1/otp/check", object{"id": id, "code": code})
	p.kill()

	p = startServe(t, file)
	p.want(409, "already_used", "POST", "/v1/otp/check", object{"id": id, "code": code})
	if s := p.view(id).Status; s != "approved" {
		t.Errorf("after the kill an approved code is %s", s)
	}
	guess := p.send(guessed, "login")
	other := wrong(c.code(t, guessed, 1))
	for left := 4; left >= 0; left-- { // a kill behind every second wrong code
		p.wantAttempts(guess, other, left)
		if left%2 == 0 {
			p.kill()
			p = startServe(t, file)
		}
	}
	locked := p.want(423, "locked", "POST", "/v1/otp/check", object{"id": guess, "code": other})
	p.kill()

	p = startServe(t, file)
	again := p.want(423, "locked", "POST", otpPath, object{"to": guessed, "purpose": "withdrawal"})
	if again.Review != locked.Review || again.Review == "" {
		t.Errorf("locked by %q, after the kill by %q", locked.Review, again.Review)
	}
	p.want(423, "locked", "POST", "/v1/otp/check", object{"id": guess, "code": c.sightingCode(guessed)})
	p.want(200, "", "POST", "/v1/reviews/"+again.Review, object{"resolution": "false_alarm"})
	p.kill()

	p = startServe(t, file)
	p.send(guessed, "login")
}

// wantAttempts enters a wrong code.
func (p *process) wantAttempts(id, code string, left int) {
	p.t.Helper()
	a := p.want(200, "", "POST", "/v1/otp/check", object{"id": id, "code": code})
	if a.Status != "pending" || a.Left != left {
		p.t.Fatalf("a wrong code is answered %s, want pending with %d attempts left", a.body, left)
	}
}
