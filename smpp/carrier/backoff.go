package carrier

import (
	"errors"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// backoff spaces the attempts to bind one link. Pure: randomness is an argument.
type backoff struct {
	min, max time.Duration
	next     time.Duration // before jitter; 0: the first
}

// bindRefused says, by the command_status a bind was refused with, what the wait
// is at least. Statuses that are not listed, those of vendors (0x400 and above,
// such as a bind throttle) among them, wait four times the usual.
var bindRefused = map[pdu.Status]func(min, max time.Duration) time.Duration{
	// Wrong credentials do not heal by themselves, and repeating them locks accounts.
	pdu.ESME_RINVPASWD:  func(_, max time.Duration) time.Duration { return max },
	pdu.ESME_RINVSYSID:  func(_, max time.Duration) time.Duration { return max },
	pdu.ESME_RINVSYSTYP: func(_, max time.Duration) time.Duration { return max },
	// The former bind is still held at the SMSC, or the account has no bind left.
	pdu.ESME_RALYBND: func(min, max time.Duration) time.Duration { return 4 * min },
	// Temporary trouble at the SMSC: as for a connection that failed.
	pdu.ESME_RSYSERR:   func(min, max time.Duration) time.Duration { return min },
	pdu.ESME_RBINDFAIL: func(min, max time.Duration) time.Duration { return 2 * min },
}

// after returns the wait before the next attempt, given why the last one failed
// or why the session ended. rnd is in [0, 1): half of the wait is random, so
// that links that fell together do not come back together.
func (b *backoff) after(err error, rnd float64) time.Duration {
	wait := max(b.next, b.min)
	var refused *session.BindError
	if errors.As(err, &refused) {
		floor := 4 * b.min
		if f, ok := bindRefused[refused.Status]; ok {
			floor = f(b.min, b.max)
		}
		wait = max(wait, floor)
	}
	wait = min(wait, b.max)
	b.next = min(2*wait, b.max)
	return wait/2 + time.Duration(rnd*float64(wait/2))
}

// reset forgets the failures, after a bind that held for a while.
func (b *backoff) reset() { b.next = 0 }
