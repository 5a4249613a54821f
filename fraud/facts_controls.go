package fraud

import "time"

// Listed is what the operator's own lists say of a send. Where a safe and a
// blocked entry name the same thing, the narrower one is taken.
type Listed struct {
	Safe    Listing `json:"safe,omitzero"`
	Blocked Listing `json:"blocked,omitzero"`
}

// Listing is one entry of a list, without the identifier that it names. A zero
// Kind means that there is none.
type Listing struct {
	Kind   string        `json:"kind,omitempty"` // number, prefix, ip, asn, device, account
	List   string        `json:"list,omitempty"` // name of the list
	Reason string        `json:"reason,omitempty"`
	Source string        `json:"source,omitempty"` // who says so
	Age    time.Duration `json:"age,omitempty"`    // since it was added; zero when that is not told
	Left   time.Duration `json:"left,omitempty"`   // until it expires; zero: never
}

// RangeBlock is a number range that is blocked for a time.
type RangeBlock struct {
	Active bool          `json:"active,omitempty"`
	Range  string        `json:"range,omitempty"`
	Times  int           `json:"times,omitempty"` // how often of late, this time included
	Age    time.Duration `json:"age,omitempty"`
	Left   time.Duration `json:"left,omitempty"`
	Reason string        `json:"reason,omitempty"` // the signals that blocked it
}

// Spend is the spend cap that is nearest to its end, of those that the send
// falls under.
type Spend struct {
	Cap    string  `json:"cap,omitempty"`    // its name; "" where no cap applies
	Window string  `json:"window,omitempty"` // hour or day
	Used   float64 `json:"used,omitempty"`   // share of it, this send included; above 1 it does not fit any more
}
