package hlr

import (
	"time"

	"tollgate/hlr/subscriber"
)

// History is what one source has told of one number over time: the identity
// of record and its latest changes. Identifiers stand in it only as keyed
// hashes.
type History struct {
	IMSI, ICCID, IMEI subscriber.Hash
	VLR               subscriber.Hash
	VLRCountry        string // calling code of the VLR's global title, where it has one
	LAC, CID          uint32
	PLMN              subscriber.PLMN
	FirstSeen         time.Time
	LastSeen          time.Time // of the newest answer that named an identity
	AbsentSince       time.Time // zero unless the latest answer was "no such subscriber"
	Changes           []Change  // newest last, at most maxChanges
	Seen              Seen
}

// Seen is when each fact of a History was last told: a provider that leaves
// one out does not make it look younger. Zero stands for LastSeen.
type Seen struct {
	IMSI, ICCID, IMEI, VLR, Location, Network time.Time
}

// Change is one identifier that became another. It happened in the interval
// between OldLast and NewFirst.
type Change struct {
	Field    Field
	Old, New subscriber.Hash
	OldLast  time.Time // the old value was last seen then
	NewFirst time.Time // the new value was first seen then
	Vanished bool      // the network had stopped knowing the number in between
	FromPLMN subscriber.PLMN
	ToPLMN   subscriber.PLMN
	Sudden   bool // of a location: the place cannot be reached in the time
}
