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

// retryOn maps command_status (SMPP 3.4 §5.1.3) to what happens next. A status
// that is not listed, those of vendors among them, is final at this carrier: the
// next carrier may still take the message. Common practice retries 0x08, 0x14,
// 0x58 and 0x64 (Kannel) or 0x08, 0x14, 0x58 and 0x61 (Jasmin) after minutes; a
// one-time code has seconds, and mostly another carrier.
var retryOn = map[pdu.Status]Verdict{
	// Our rate is above the contract's: the link waits, not the message.
	pdu.ESME_RTHROTTLED: {RetryHere: true, SlowDown: true, Elsewhere: true},
	// The whole queue or this recipient's: a moment, then somebody else.
	pdu.ESME_RMSGQFUL: {RetryHere: true, Wait: time.Second, Tries: 3, Elsewhere: true, SlowDown: true},
	// Ambiguous: some SMSCs use it for overload, some for whatever they dislike.
	pdu.ESME_RSYSERR: {RetryHere: true, Wait: 500 * time.Millisecond, Tries: 1, Elsewhere: true},
	// Temporary by its own name (Kannel retries it).
	pdu.ESME_RX_T_APPN: {RetryHere: true, Wait: time.Second, Tries: 2, Elsewhere: true},
	// submit_sm failed, for no reason given; at some SMSCs the window was too large.
	pdu.ESME_RSUBMITFAIL: {RetryHere: true, Wait: time.Second, Tries: 1, Elsewhere: true},
	// The bind is not what we think it is: another link or carrier will do.
	pdu.ESME_RINVBNDSTS: {Elsewhere: true},
	// The recipient's address is wrong, which no carrier can change. It was checked
	// before, so one more opinion would only cost money.
	pdu.ESME_RINVDSTADR: {Final: true},
	// The recipient's handset or network refuses the message itself.
	pdu.ESME_RX_R_APPN: {Final: true},
	// The sender is not allowed here; another carrier has other rules.
	pdu.ESME_RINVSRCADR: {Elsewhere: true},
	// No validity_period is to this SMSC's taste: a matter of its profile.
	pdu.ESME_RINVEXPIRY: {Elsewhere: true},
}

// verdictOn looks status up in the retry table.
func verdictOn(status pdu.Status) Verdict {
	if v, ok := retryOn[status]; ok {
		return v
	}
	return Verdict{Elsewhere: true}
}

// unsent is the verdict on a message of which nothing left: it may go anywhere.
var unsent = Verdict{RetryHere: true, Elsewhere: true}

// cutFor says by how much status slows its link down.
func cutFor(status pdu.Status) (share float64, slow bool) {
	switch status {
	case pdu.ESME_RTHROTTLED:
		return throttleCut, true
	case pdu.ESME_RMSGQFUL:
		return queueFullCut, true
	}
	return 0, false
}
