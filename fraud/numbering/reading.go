package numbering

import (
	"strconv"
	"strings"

	"tollgate/fraud/numbering/internal/table"
	"tollgate/hlr/subscriber"
)

// reading is one way to understand the digits: international when region is
// empty, else national in that region.
type reading struct {
	digits string
	region string
	e164   string // "+" and digits, "" where there is no such string yet
}

// readings lists how the written digits may be meant, likeliest first. The
// second is the zero reading when there is but one.
func readings(w *written, region string) [2]reading {
	s := w.String()
	d := s[1:]
	all := reading{digits: d, e164: s}
	switch {
	case w.plus:
		return [2]reading{all}
	case len(d) > 2 && d[:2] == "00" && region == "":
		return [2]reading{{digits: d[2:]}}
	case len(d) > 2 && d[:2] == "00":
		return [2]reading{{digits: d[2:]}, {digits: d, region: region}}
	case region == "":
		return [2]reading{all}
	default:
		return [2]reading{{digits: d, region: region}, all}
	}
}

// number classifies what the reading comes to. Digits that are valid in E.164
// as they stand need no parser, and are not given to it: it takes some premium
// numbers of Belarus (+375 810) for ones with a carrier code in front.
func (r *reading) number() (Number, error) {
	if r.region == "" {
		if r.e164 == "" {
			r.e164 = "+" + r.digits
		}
		if n, ok := Classify(subscriber.MSISDN(r.e164)); ok {
			return n, nil
		}
	}
	plan, national, ok := r.resolve()
	if !ok {
		return parseFull(r)
	}
	if n, ok := Classify(subscriber.MSISDN("+" + callingCode(plan) + national)); ok {
		return n, nil
	}
	return Number{}, notValid(int(plan.CC), len(national), r.region)
}

// resolve finds the calling code's plan and the national number that
// libphonenumber's parser (parseHelper of the Go port) finds, or says that
// only the parser itself can tell.
func (r *reading) resolve() (plan *table.Region, national string, ok bool) {
	if r.region != "" {
		plan, national, ok = fromRegion(plans.region[r.region], r.digits)
	} else if len(r.digits) > 2 {
		plan, national = plans.splitCallingCode(r.digits)
		ok = plan != nil
	}
	if !ok {
		return nil, "", false
	}
	national, ok = significant(plan, national)
	return plan, national, ok
}

// fromRegion reads digits that were dialled in a region: usually its own
// number, sometimes with its calling code in front (the parser's
// maybeExtractCountryCode).
func fromRegion(r *table.Region, digits string) (plan *table.Region, national string, ok bool) {
	if r == nil || plans.Accepts(r.IDD, digits) {
		return nil, "", false
	}
	after, own := strings.CutPrefix(digits, callingCode(r))
	if !own {
		return r, digits, true
	}
	if after, ok = strip(r, after); !ok {
		return nil, "", false
	}
	without := !plans.Accepts(r.General, digits) && plans.Accepts(r.General, after)
	if without || r.Lengths[len(digits)] == table.TooLong {
		return plans.main[r.CC], after, true
	}
	return r, digits, true
}

// maxNational is the longest national number that the parser takes.
const maxNational = 17

// significant takes a national prefix off where the parser would.
func significant(r *table.Region, digits string) (string, bool) {
	if len(digits) < 2 {
		return "", false
	}
	short, ok := strip(r, digits)
	if !ok {
		return "", false
	}
	if l := r.Lengths[len(short)]; l == table.Possible || l == table.TooLong {
		digits = short
	}
	return digits, len(digits) >= 2 && len(digits) <= maxNational
}

// strip is the parser's maybeStripNationalPrefixAndCarrierCode for plain
// prefixes. It says false for digits that a region's other rules might change.
func strip(r *table.Region, digits string) (string, bool) {
	if plans.Accepts(r.Odd, digits) {
		return "", false
	}
	short, found := strings.CutPrefix(digits, r.Prefix)
	if !found || r.Prefix == "" || plans.Accepts(r.General, digits) && !plans.Accepts(r.General, short) {
		return digits, true
	}
	return short, true
}

func callingCode(r *table.Region) string { return smallCodes[r.CC] }

// smallCodes holds each calling code in digits.
var smallCodes = func() (s [1000]string) {
	for cc, r := range plans.main {
		if r != nil {
			s[cc] = strconv.Itoa(cc)
		}
	}
	return s
}()
