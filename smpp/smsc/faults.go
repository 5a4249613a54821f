package smsc

import "time"

// Faults are what goes wrong on the wire. Shares are per response to a
// submit_sm unless they say otherwise; a duration or count of 0 is off.
type Faults struct {
	// HalfOpenAfter stops a connection after so many submit_sm: it stays open
	// and nothing on it is read or answered any more.
	HalfOpenAfter int `yaml:"half_open_after"`
	// DropAfter closes a connection, without unbind, after so many submit_sm;
	// the last is accepted and its response is not written.
	DropAfter int `yaml:"drop_after"`
	// DropEvery closes every connection at once, again and again.
	DropEvery time.Duration `yaml:"drop_every"`
	// UnbindEvery sends unbind on every bind at once, again and again, and
	// closes what did not answer within a second.
	UnbindEvery time.Duration `yaml:"unbind_every"`
	// SlowRead is the most octets a second that a connection is read at.
	SlowRead int `yaml:"slow_read"`
	// OctetWrites writes one octet a segment.
	OctetWrites bool `yaml:"octet_writes"`
	// Garbage is the share of responses followed by random octets in place of
	// the next PDU; the connection cannot be read any more after it.
	Garbage float64 `yaml:"garbage"`
	// Oversize is the share of responses whose command_length says 2 GiB.
	Oversize float64 `yaml:"oversize"`
	// Truncated is the share of responses whose body ends inside message_id;
	// command_length is that of the shorter PDU, so that the stream stays whole.
	Truncated float64 `yaml:"truncated"`
	// Nack is the share of submit_sm answered by generic_nack ESME_RSYSERR.
	Nack float64 `yaml:"nack"`
	// DuplicateResponse is the share of responses sent twice.
	DuplicateResponse float64 `yaml:"duplicate_response"`
	// StraySequence is the share of responses preceded by another one with a
	// sequence_number that was never used.
	StraySequence float64 `yaml:"stray_sequence"`
	// NoEnquire leaves enquire_link unanswered.
	NoEnquire bool `yaml:"no_enquire"`
	// UnknownPDU is the share of responses preceded by a PDU with an unknown
	// command_id, which is to be answered by generic_nack.
	UnknownPDU float64 `yaml:"unknown_pdu"`
}

// any says that a response may need more than the plain way.
func (f *Faults) any() bool {
	return f.HalfOpenAfter|f.DropAfter != 0 || f.Garbage+f.Oversize+f.Truncated+f.Nack+f.DuplicateResponse+f.StraySequence+f.UnknownPDU > 0
}
