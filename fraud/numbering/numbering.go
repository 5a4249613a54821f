// Package numbering says what a phone number is from its digits alone: its
// E.164 form, region, line type and the carrier that its range was first given
// to. It never asks a network: a ported number still shows its original
// carrier, and a valid number need not be in use.
//
// The rules are libphonenumber's, as its Go port github.com/nyaruka/phonenumbers
// has them. That port takes some 45 us to parse a number and to tell its
// validity and type by regular expressions; here they are compiled into an
// automaton over digits (data/numbers.bin, made by go generate, see
// internal/compile), which gives the same answers. The port itself is asked
// only about spellings whose national prefix, carrier code or international
// prefix the table does not know: see reading.go.
package numbering

import (
	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Number is what the digits tell.
type Number struct {
	MSISDN      subscriber.MSISDN
	Region      string // ISO 3166-1 alpha-2, "001" for non-geographic numbers
	CallingCode int    // 1 to 3 digits (ITU-T E.164 §6)
	LineType    fraud.LineType
	Carrier     string // that the range was first given to, in English; "" where not told
	// PLMN is that carrier's network where its name tells, else "". A ported
	// number, and one of a virtual operator, is served by another.
	PLMN subscriber.PLMN
}

// Parse takes a number as a person or a program writes it: with a plus, with
// 00, in the default region's national form, or international without any
// prefix; with blanks, dashes, dots, slashes and brackets; with ASCII,
// full-width or Arabic digits. defaultRegion is ISO 3166-1 alpha-2; "" leaves
// only the international readings. Where the digits alone can be read both
// ways the national reading wins, unless only the international one is a
// mobile number: 491701234567 is a mobile to a German tenant, not a fixed line
// in Leer. The error is always an *InvalidError and never quotes the number.
func Parse(raw, defaultRegion string) (Number, error) {
	w, err := read(raw)
	if err != nil {
		return Number{}, err
	}
	var best Number
	var first error
	ways := readings(&w, defaultRegion)
	for i := range ways {
		if ways[i].digits == "" {
			break
		}
		n, err := ways[i].number()
		switch {
		case err == nil && mobile(n.LineType):
			return n, nil
		case err == nil && best.MSISDN == "":
			best = n
		case err != nil && first == nil:
			first = err
		}
	}
	if best.MSISDN == "" {
		return Number{}, first
	}
	return best, nil
}

// HasRegion says that a region, ISO 3166-1 alpha-2, has a numbering plan, so that
// national numbers can be read in it.
func HasRegion(region string) bool { return plans.region[region] != nil }

func mobile(t fraud.LineType) bool {
	return t == fraud.LineMobile || t == fraud.LineFixedOrMobile
}

// parseFull takes the library's whole way, which strips national prefixes and
// carrier codes and knows each region's own international prefix.
func parseFull(r *reading) (Number, error) {
	s := r.digits
	if r.region == "" {
		s = "+" + s
	}
	pn, err := phonenumbers.Parse(s, r.region)
	if err != nil {
		return Number{}, parseError(err, r.region)
	}
	if n, ok := Classify(subscriber.MSISDN(phonenumbers.Format(pn, phonenumbers.E164))); ok {
		return n, nil
	}
	return Number{}, notValid(int(pn.GetCountryCode()), len(phonenumbers.GetNationalSignificantNumber(pn)), r.region)
}
