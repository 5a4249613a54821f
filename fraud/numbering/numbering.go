// Package numbering says what a phone number is from its digits alone: its
// E.164 form, region, line type and the carrier that its range was first given
// to. It never asks a network: a ported number still shows its original
// carrier, and a valid number need not be in use.
//
// The rules are libphonenumber's, by way of its Go port. What that port does
// slowly (some 45 us for parse, validity and type of one number) is avoided
// where the answer is the same: see fast.go.
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
	for _, reading := range readings(&w, defaultRegion) {
		n, err := reading.number()
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
func HasRegion(region string) bool { return phonenumbers.GetCountryCodeForRegion(region) != 0 }

func mobile(t fraud.LineType) bool {
	return t == fraud.LineMobile || t == fraud.LineFixedOrMobile
}

// reading is one way to understand the digits: international when region is
// empty, else national in that region.
type reading struct {
	digits string
	region string
}

// readings lists how the written digits may be meant, likeliest first.
func readings(w *written, region string) []reading {
	d := string(w.digits[:w.n])
	switch {
	case w.plus:
		return []reading{{digits: d}}
	case len(d) > 2 && d[:2] == "00" && region == "":
		return []reading{{digits: d[2:]}}
	case len(d) > 2 && d[:2] == "00":
		return []reading{{digits: d[2:]}, {d, region}}
	case region == "":
		return []reading{{digits: d}}
	default:
		return []reading{{d, region}, {digits: d}}
	}
}

func (r reading) number() (Number, error) {
	if r.region == "" {
		if n, ok := international(r.digits); ok {
			return n, nil
		}
		return parseFull("+"+r.digits, "")
	}
	return parseFull(r.digits, r.region)
}

// parseFull takes the library's whole way, which strips national prefixes and
// carrier codes and knows each region's own international prefix.
func parseFull(s, region string) (Number, error) {
	pn, err := phonenumbers.Parse(s, region)
	if err != nil {
		return Number{}, parseError(err, region)
	}
	n, ok := describe(pn)
	if !ok {
		return Number{}, notValid(pn, region)
	}
	return n, nil
}

// describe fills a Number, or says that the number is not valid. A type that
// is not known means just that, so that validity needs no second pass.
func describe(pn *phonenumbers.PhoneNumber) (Number, bool) {
	t := phonenumbers.GetNumberType(pn)
	if t == phonenumbers.UNKNOWN {
		return Number{}, false
	}
	carrier, err := phonenumbers.GetCarrierForNumber(pn, "en")
	if err != nil {
		carrier = "" // the table is compiled in; an entry that is not there is no failure
	}
	return Number{
		MSISDN:      subscriber.MSISDN(phonenumbers.Format(pn, phonenumbers.E164)),
		Region:      phonenumbers.GetRegionCodeForNumber(pn),
		CallingCode: int(pn.GetCountryCode()),
		LineType:    lineTypes[t],
		Carrier:     carrier,
	}, true
}

var lineTypes = map[phonenumbers.PhoneNumberType]fraud.LineType{
	phonenumbers.FIXED_LINE:           fraud.LineFixed,
	phonenumbers.MOBILE:               fraud.LineMobile,
	phonenumbers.FIXED_LINE_OR_MOBILE: fraud.LineFixedOrMobile,
	phonenumbers.TOLL_FREE:            fraud.LineTollFree,
	phonenumbers.PREMIUM_RATE:         fraud.LinePremium,
	phonenumbers.SHARED_COST:          fraud.LineSharedCost,
	phonenumbers.VOIP:                 fraud.LineVoIP,
	phonenumbers.PERSONAL_NUMBER:      fraud.LinePersonal,
	phonenumbers.PAGER:                fraud.LinePager,
	phonenumbers.UAN:                  fraud.LineUAN,
	phonenumbers.VOICEMAIL:            fraud.LineVoicemail,
}
