package carrier

import (
	"time"

	"tollgate/smpp/pdu"
)

// Verdict is what to do next with a message, by the answer it got. It says how
// often at most; whether there is time left before the code expires is for the
// caller to see.
type Verdict struct {
	Final     bool          // nobody else would take it either: give up
	RetryHere bool          // the same carrier may take it, after Wait, at most Tries times
	Wait      time.Duration // before the next try here
	Tries     int           // further tries here; 0 with RetryHere: as often as time allows
	Elsewhere bool          // the next carrier may take it
	SlowDown  bool          // the link has slowed down: the message is not to blame
}

// Rule is what a command_status means: for the message, and for the link that it
// came over.
type Rule struct {
	Verdict
	Rate   float64 // the link goes on at this share of what the carrier accepts; 0: as before
	Window float64 // the link goes on with this share of its window; 0: as before
}

// How far a link goes back; a profile can say otherwise.
const (
	throttleRate    = 0.85 // ESME_RTHROTTLED
	queueFullRate   = 0.95 // ESME_RMSGQFUL: perhaps one recipient's queue only
	queueFullWindow = 0.5  // and where it answers a window that is too large, it does so for most of it
)

// retryOn maps command_status (SMPP 3.4 §5.1.3) to what happens next, where the
// carrier's profile does not say otherwise. A status that is not listed, those of
// vendors among them, is final at this carrier: the next carrier may still take
// the message. QUIRKS.md tells where each row comes from.
var retryOn = map[pdu.Status]Rule{
	// Our rate is above the contract's: the link waits, not the message.
	pdu.ESME_RTHROTTLED: {Verdict: Verdict{RetryHere: true, SlowDown: true, Elsewhere: true}, Rate: throttleRate},
	// The whole queue or this recipient's: a moment, then somebody else.
	pdu.ESME_RMSGQFUL: {
		Verdict: Verdict{RetryHere: true, Wait: time.Second, Tries: 3, Elsewhere: true, SlowDown: true},
		Rate:    queueFullRate, Window: queueFullWindow,
	},
	// Ambiguous: some SMSCs use it for overload, some for whatever they dislike.
	pdu.ESME_RSYSERR: retryHere(500*time.Millisecond, 1),
	// Temporary by its own name.
	pdu.ESME_RX_T_APPN: retryHere(time.Second, 2),
	// submit_sm failed, for no reason given; at some SMSCs the window was too large.
	pdu.ESME_RSUBMITFAIL: retryHere(time.Second, 1),
	// The bind is not what we think it is: another link or carrier will do.
	pdu.ESME_RINVBNDSTS: elsewhere,
	// The recipient's address is wrong, which no carrier can change. It was checked
	// before, so one more opinion would only cost money.
	pdu.ESME_RINVDSTADR: final,
	// The recipient's handset or network refuses the message itself.
	pdu.ESME_RX_R_APPN: final,
	// The sender is not allowed here; another carrier has other rules.
	pdu.ESME_RINVSRCADR: elsewhere,
	// No validity_period is to this SMSC's taste: a matter of its profile.
	pdu.ESME_RINVEXPIRY: elsewhere,
}

var (
	final     = Rule{Verdict: Verdict{Final: true}}
	elsewhere = Rule{Verdict: Verdict{Elsewhere: true}}
)

func retryHere(wait time.Duration, tries int) Rule {
	return Rule{Verdict: Verdict{RetryHere: true, Wait: wait, Tries: tries, Elsewhere: true}}
}

// rule looks status up in the carrier's own table, then in the one for all.
func (c *Config) rule(status pdu.Status) Rule {
	if r, ok := c.Statuses[status]; ok {
		return r
	}
	if r, ok := retryOn[status]; ok {
		return r
	}
	return elsewhere
}

// unsent is the verdict on a message of which nothing left: it may go anywhere.
var unsent = Verdict{RetryHere: true, Elsewhere: true}
