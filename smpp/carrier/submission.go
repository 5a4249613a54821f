package carrier

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"tollgate/hlr/subscriber"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// Submission is one message to send. Its slices must not change until the Result
// is known.
type Submission struct {
	Source        string // alphanumeric, short code or E.164; TON and NPI are chosen from it unless the configuration says otherwise
	Dest          subscriber.MSISDN
	Parts         []coding.Part // from coding.Split
	Segments      int           // that the handset gets and the rate counts, where they are more than the parts: message_payload
	Expires       time.Time     // validity_period is what is left until then; zero: the SMSC's default
	UserReference uint16        // user_message_reference (§5.3.2.17) of the first part, see Reference; 0: none
	Repeat        bool          // sent before, with an unknown result; counted, as SMPP has no field for it
}

// Values of TON and NPI (SMPP 3.4 §5.2.5, §5.2.6).
const (
	tonInternational = 1
	tonNetwork       = 3 // network specific: short codes
	tonAlphanumeric  = 5
	npiUnknown       = 0
	npiE164          = 1
)

// AddressType is a type of number and a numbering plan (SMPP 3.4 §5.2.5, §5.2.6).
type AddressType struct{ TON, NPI byte }

// AddressTypes are TON and NPI where a carrier wants others than the usual ones;
// nil is the usual one.
type AddressTypes struct {
	Alphanumeric  *AddressType // a name: 5/0
	ShortCode     *AddressType // at most six digits: 3/0
	International *AddressType // E.164: 1/1
	Dest          *AddressType // the handset: 1/1
}

// source overrides what sourceAddress chose.
func (t *AddressTypes) source(a *pdu.Address) {
	switch a.TON {
	case tonAlphanumeric:
		t.Alphanumeric.over(a)
	case tonNetwork:
		t.ShortCode.over(a)
	default:
		t.International.over(a)
	}
}

func (t *AddressType) over(a *pdu.Address) {
	if t != nil {
		a.TON, a.NPI = t.TON, t.NPI
	}
}

// maxShortCode is the most digits of a number without a plus that is taken for a
// short code; the shortest international numbers are longer.
const maxShortCode = 6

// sourceAddress chooses TON and NPI from the form of the source.
func sourceAddress(source string) pdu.Address {
	digits := strings.TrimPrefix(source, "+")
	switch {
	case digits == "" || strings.Trim(digits, "0123456789") != "":
		return pdu.Address{TON: tonAlphanumeric, NPI: npiUnknown, Addr: source}
	case digits == source && len(digits) <= maxShortCode:
		return pdu.Address{TON: tonNetwork, NPI: npiUnknown, Addr: digits}
	}
	return pdu.Address{TON: tonInternational, NPI: npiE164, Addr: digits}
}

// envelope is all that the parts of a message share.
func (c *Carrier) envelope(m *Submission, now time.Time) (pdu.SubmitSM, error) {
	cfg := &c.cfg
	p := pdu.SubmitSM{
		ServiceType: cfg.ServiceType, Source: sourceAddress(m.Source),
		Dest:               pdu.Address{TON: tonInternational, NPI: npiE164, Addr: m.Dest.Digits()},
		RegisteredDelivery: pdu.RegisteredReceipt,
	}
	cfg.Addresses.source(&p.Source)
	cfg.Addresses.Dest.over(&p.Dest)
	if cfg.Registered != nil {
		p.RegisteredDelivery = *cfg.Registered
	}
	if m.Source == "" { // the SMSC's default for the account (§4.4.1)
		p.Source = pdu.Address{}
	}
	if m.Expires.IsZero() {
		return p, nil
	}
	left := m.Expires.Sub(now)
	if left < time.Second { // validity_period counts whole seconds
		return p, fmt.Errorf("%w %s ago", ErrExpired, -left)
	}
	switch cfg.Validity {
	case ValidityRelative:
		p.ValidityPeriod = c.validity.format(left)
	case ValidityAbsolute:
		p.ValidityPeriod = pdu.FormatAbsoluteTime(m.Expires)
	}
	return p, nil
}

// validityCache keeps the last relative validity_period: a one-time code mostly has
// the same seconds left as the one before it, and formatting costs more than
// encoding all the rest.
type validityCache struct{ last atomic.Pointer[validity] }

type validity struct {
	seconds time.Duration
	text    string
}

func (c *validityCache) format(left time.Duration) string {
	left = left.Truncate(time.Second)
	v := c.last.Load()
	if v == nil || v.seconds != left {
		v = &validity{left, pdu.FormatRelativeTime(left)}
		c.last.Store(v)
	}
	return v.text
}
