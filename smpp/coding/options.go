package coding

import (
	"fmt"

	"tollgate/smpp/pdu"
)

// Concat is how the segments of a long text are marked.
type Concat uint8

// The ways of concatenation.
const (
	UDH8    Concat = iota // user data header, 8-bit reference (TS 23.040 §9.2.3.24.1): every handset
	UDH16                 // user data header, 16-bit reference (§9.2.3.24.8)
	SAR                   // sar_msg_ref_num and its two companions (SMPP 3.4 §5.3.2.22-24): the SMSC writes the header
	Payload               // one message_payload (§5.3.2.32): the SMSC does all of it
)

var concatNames = [...]string{"udh8", "udh16", "sar", "payload"}

// String returns the way as configurations write it.
func (c Concat) String() string {
	if int(c) < len(concatNames) {
		return concatNames[c]
	}
	return fmt.Sprintf("Concat(%d)", uint8(c))
}

// ParseConcat reads a way by its name; the empty one is UDH8.
func ParseConcat(s string) (Concat, error) {
	if s == "" {
		return UDH8, nil
	}
	for i, n := range concatNames {
		if n == s {
			return Concat(i), nil
		}
	}
	return 0, fmt.Errorf("concatenation %q is none of %v", s, concatNames)
}

// UnmarshalText is ParseConcat for configuration files.
func (c *Concat) UnmarshalText(b []byte) (err error) {
	*c, err = ParseConcat(string(b))
	return err
}

// MarshalText writes the name of the way.
func (c Concat) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Limits of a long message: the count has one octet, and nobody means to pay
// for more than a few segments of a code.
const (
	PartsMax     = 255
	PartsDefault = 10
)

// Options says what a carrier takes. The zero Options suits nearly all of them.
type Options struct {
	Alphabet Alphabet   // what data_coding 0 means
	Concat   Concat     // how segments are marked
	Ref      uint16     // reference of the segments; UDH8 uses its low octet
	MaxParts int        // most segments; 0 is PartsDefault, at most PartsMax
	Latin1   bool       // data_coding 3 may be used; not for flash messages
	NoUCS2   bool       // data_coding 8 must not be used
	Flash    bool       // class 0, shown at once and not stored: data_coding 0x10 or 0x18
	Single   []Language // national single-shift tables that the handsets know
	Locking  []Language // national locking-shift tables that the handsets know
}

func (o *Options) maxParts() int {
	if o.MaxParts <= 0 {
		return PartsDefault
	}
	return min(o.MaxParts, PartsMax)
}

// Part is one submit_sm's share of a text.
type Part struct {
	ESMClass     byte // UDHI when ShortMessage starts with a user data header; add it to the other bits
	DataCoding   byte
	ShortMessage []byte
	TLVs         pdu.TLVs
}
