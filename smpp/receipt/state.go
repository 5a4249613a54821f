package receipt

import "bytes"

// State is a message_state (SMPP 3.4 §5.2.28, 5.0 §4.7.15); its values are those
// of the wire.
type State uint8

// The states. Scheduled and Skipped are 5.0's.
const (
	Scheduled     State = 0
	Enroute       State = 1
	Delivered     State = 2
	Expired       State = 3
	Deleted       State = 4
	Undeliverable State = 5
	Accepted      State = 6
	Unknown       State = 7
	Rejected      State = 8
	Skipped       State = 9
)

var stateWords = [...]string{
	"SCHEDULED", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED",
}

// String returns the word of appendix B, as in "DELIVRD"; a value that no
// specification has is "UNKNOWN".
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return stateWords[Unknown]
}

// Final says that no other state follows. ACCEPTD is not final: most carriers
// mean by it that the message went on to another network.
func (s State) Final() bool {
	switch s {
	case Delivered, Expired, Deleted, Undeliverable, Unknown, Rejected, Skipped:
		return true
	}
	return false
}

// otherWords are spellings seen besides those of appendix B.
var otherWords = map[string]State{
	"DELIVERED":     Delivered,
	"DELIVERD":      Delivered,
	"EXPIRD":        Expired,
	"UNDELIVERABLE": Undeliverable,
	"UNDELIVERED":   Undeliverable,
	"UNDELIVRD":     Undeliverable,
	"FAILED":        Undeliverable,
	"REJECTED":      Rejected,
	"ACCEPTED":      Accepted,
	"ACKED":         Accepted,
	"BUFFRED":       Enroute,
	"BUFFERD":       Enroute,
	"BUFFERED":      Enroute,
}

// parseState reads a stat word in any case; ok is false for one that nobody
// knows.
func parseState(word []byte) (s State, ok bool) {
	for i, w := range stateWords {
		if len(w) == len(word) && bytes.EqualFold(word, []byte(w)) {
			return State(i), true
		}
	}
	s, ok = otherWords[string(bytes.ToUpper(word))]
	return s, ok
}
