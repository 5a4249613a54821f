// Package table is the form of the compiled numbering plans: what
// fraud/numbering/internal/compile writes and fraud/numbering walks.
//
// A plan is a deterministic automaton over decimal digits. One walk over the
// digits of a number in E.164 ends in a node whose Out names the outcome: the
// region and the type, or none. All automata (of the numbers, and the small
// ones of each region that tell what its parser would do) share one array of
// nodes in which equal tails are stored once. The carriers have an array of
// their own, of the same shape.
package table

// Type is what kind of line a number is. The zero Type is no valid number.
type Type uint8

// The types of libphonenumber, in its order of tests.
const (
	Unknown Type = iota
	PremiumRate
	TollFree
	SharedCost
	VoIP
	PersonalNumber
	Pager
	UAN
	Voicemail
	FixedLine
	FixedLineOrMobile
	Mobile
	Types // their count
)

// MaxDigits is what the automata of a region look at; a number has at most 15
// digits (ITU-T E.164 §6), a written one a few more.
const MaxDigits = 20

// Length is what the count of digits alone tells of a national number.
type Length uint8

// The answers that libphonenumber gives to a count of digits.
const (
	Possible Length = iota
	LocalOnly
	TooShort
	TooLong
	Impossible // between possible ones
	lengths    // their count
)

// Node is a state: the next one by digit (0 is the end of the way), and what
// the digits so far mean.
type Node struct {
	Next [10]uint16
	Out  uint16
}

// Table is everything that is known of numbers. It is read-only.
type Table struct {
	Source   string // of the plans and the carriers, with version
	Nodes    []Node // node 0 is the dead end
	Root     uint16 // over all digits; Out is an index of Outcomes
	Outcomes []Outcome
	Regions  []Region

	CarrierNodes []Node // node 0 is the dead end, node 1 the root; Out is the longest prefix' index of Carriers
	Carriers     []Carrier
	PLMNs        []string // "" where not known
}

// Outcome is a kind of valid number. Outcome 0 is the invalid number.
type Outcome struct {
	Region uint16 // index of Regions
	Type   Type
}

// Region is one numbering plan and how its national numbers are written.
type Region struct {
	Name    string // ISO 3166-1 alpha-2, or "001"
	CC      uint16 // calling code
	Ordinal uint8  // among the regions of its calling code; 0 is the main one

	General uint16 // root: numbers that look like one of the region's, Accept
	IDD     uint16 // root: digits that begin with an international prefix, AcceptPrefix
	Odd     uint16 // root: digits that the parser might change in another way than by taking Prefix off, AcceptPrefix or Accept

	Prefix  string                // taken off national numbers, "" where there is none or Odd decides
	Lengths [MaxDigits + 1]Length // by the count of digits
}

// Out of the automata of a Region.
const (
	Accept       = 1 // when all digits were read
	AcceptPrefix = 2 // whatever follows
)

// Carrier is who a range was first given to. Carrier 0 is unknown.
type Carrier struct {
	Name string // in English
	PLMN uint16 // index of PLMNs for the calling code's first region; those of the others follow in order
}

// Walk follows the digits and returns the Out of the node where they end, 0
// on a dead end or another character than a digit.
func Walk[D string | []byte](nodes []Node, root uint16, digits D) uint16 {
	for i := 0; i < len(digits); i++ {
		c := digits[i] - '0'
		if c > 9 {
			return 0
		}
		if root = nodes[root].Next[c]; root == 0 {
			return 0
		}
	}
	return nodes[root].Out
}

// Accepts is Walk for the automata of a Region.
func (t *Table) Accepts(root uint16, digits string) bool {
	for i := 0; root != 0; i++ {
		switch n := &t.Nodes[root]; {
		case n.Out == AcceptPrefix:
			return true
		case i == len(digits):
			return n.Out == Accept
		case digits[i]-'0' > 9:
			return false
		default:
			root = n.Next[digits[i]-'0']
		}
	}
	return false
}

// Carrier finds the carrier with the longest prefix of the digits.
func (t *Table) Carrier(digits string) *Carrier {
	n := uint16(1)
	for i := 0; i < len(digits); i++ {
		c := digits[i] - '0'
		if c > 9 {
			break
		}
		next := t.CarrierNodes[n].Next[c]
		if next == 0 {
			break
		}
		n = next
	}
	return &t.Carriers[t.CarrierNodes[n].Out]
}

// PLMN is the carrier's network in a region of its calling code, or "".
func (t *Table) PLMN(c *Carrier, r *Region) string {
	if i := int(c.PLMN) + int(r.Ordinal); c.PLMN != 0 && i < len(t.PLMNs) {
		return t.PLMNs[i]
	}
	return ""
}

// Networks counts the carriers whose network is known in some region.
func (t *Table) Networks() (n int) {
	for i := range t.Carriers {
		if t.Carriers[i].PLMN != 0 {
			n++
		}
	}
	return n
}

// Size is what the table holds in memory, in octets, its file apart.
func (t *Table) Size() int {
	return nodeSize*(len(t.Nodes)+len(t.CarrierNodes)) + 4*len(t.Outcomes) + 24*len(t.Carriers) + 16*len(t.PLMNs) + 72*len(t.Regions)
}
