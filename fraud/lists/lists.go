// Package lists finds what an operator says of numbers, addresses, networks,
// devices and accounts: that they are safe, or that they are blocked, why, and
// until when.
//
// A Table is flat and read-only: one open-addressed array of 24-octet slots
// for all kinds, behind a filter of 16 bits an entry that answers most misses
// from the processor's cache. A million entries take about 80 MB; a send looks
// up its number and every length of prefix that some entry has, its address
// likewise, its system, device and account, without allocating.
//
// Numbers, systems and addresses are compared exactly. Accounts and devices
// are known by 120 bits of a hash: a device's is keyed and comes from the
// caller, so that no device id stands in memory.
//
// Of a number and its prefixes the longest entry counts, be it safe or
// blocked, and so for addresses: that is how an exception is carved out of a
// range. Between different things, as an account that is safe and an address
// that is not, both are found and the policy's rules decide.
package lists

import "time"

// Kind is what an entry names.
type Kind uint8

// The kinds, the narrowest first: where several match, the first is shown.
const (
	Number  Kind = iota + 1 // one number
	Prefix                  // all numbers that begin so
	Account                 // a tenant's account
	Device                  // by its keyed hash
	IP                      // an address or network
	ASN                     // an autonomous system
)

var kindNames = [...]string{"", "number", "prefix", "account", "device", "ip", "asn"}

func (k Kind) String() string { return kindNames[k] }

// Entry is one line of a list.
type Entry struct {
	Safe    bool   // else blocked
	Tenant  string // "" for all
	Kind    Kind
	Value   string    // +491701234567, +491701*, u-17, the hash's hex, 203.0.113.0/24, 64500
	List    string    // name of the list that it stands in
	Reason  string    // shown to whoever reads the decision
	Source  string    // who says so
	Added   time.Time // zero: not told
	Expires time.Time // zero: never
}

// slot is one place of the table; note 0 is an empty one.
type slot struct {
	hi, lo uint64
	note   uint32
}

// note is what an entry says, beside its key.
type note struct {
	added, expires int64 // seconds since 1970, 0 for none
	words          uint32
	tenant         uint16 // in tenants; 0 is all
	safe           bool
}

// words are texts that many entries share.
type words struct{ list, reason, source string }

// Table finds entries. It is safe for concurrent use; nil is the empty table.
type Table struct {
	slots   []slot
	filter  []uint64
	notes   []note
	texts   []words
	tenants map[string]uint16
	// Lengths that some entry has, a bit each.
	digits uint32    // of numbers and prefixes
	bits4  uint64    // of IPv4 networks
	bits6  [2]uint64 // of IPv6 networks
	kinds  uint8
	live   int
}

// Len is how many entries the table holds, expired ones included.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return t.live
}

// Has says that some entry is of the kind.
func (t *Table) Has(k Kind) bool { return t != nil && t.kinds&(1<<k) != 0 }
