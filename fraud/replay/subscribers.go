package replay

import (
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Subscribers is the network, as the identity events left it, and what is
// remembered of numbers: the identity of record, what each tenant's app claimed,
// and which codes were approved.
type Subscribers interface {
	// Record takes the whole record that the network answers of a number
	// from then on. r is not kept.
	Record(n subscriber.MSISDN, r *Record)
	// Facts looks the number up, folds what the network and the tenant's app
	// say into what is remembered of it, and lays out f, whose time, tenant
	// and number are there. The Seen is what an approval of the send leans on.
	Facts(c *Subject, f *fraud.Facts) Seen
	// Remember says that tenant and number have met: the send was not turned
	// away out of hand.
	Remember(s *Seen, at time.Time)
	// Approved says that the send's code was typed in.
	Approved(s *Seen, at time.Time)
	// Forgotten is how many numbers had to make room for others.
	Forgotten() int64
}

// Subject is whose send it is.
type Subject struct {
	Tenant string
	To     subscriber.MSISDN
	Device uint64 // hash; 0 for none
	Claim  *Claim // nil for none
}

// Seen is what was known at a send, in little.
type Seen struct {
	Past         uint64 // names tenant and number
	IMSI, Device uint64 // hashes; 0 for none
}
