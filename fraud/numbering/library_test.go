package numbering

import (
	"errors"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// library asks phonenumbers what the table is asked. It is the reference that
// the table must not differ from.
type library struct {
	pn phonenumbers.PhoneNumber // used again and again; its strings are not kept
	cc int32
	nn uint64
	it bool
	lz int32
}

// set makes the number that the digits are, as they stand. It says false when
// no calling code begins them or the library's own form cannot hold them.
func (l *library) set(digits string) bool {
	l.cc = 0
	national := ""
	codes := phonenumbers.GetSupportedCallingCodes()
	for i := 1; i <= 3 && i <= len(digits) && digits[0] != '0'; i++ {
		if cc, err := strconv.Atoi(digits[:i]); err == nil && codes[cc] {
			l.cc, national = int32(cc), digits[i:]
			break
		}
	}
	if l.cc == 0 || len(national) < 2 || len(national) > phonenumbers.MAX_LENGTH_FOR_NSN {
		return false
	}
	v, err := strconv.ParseUint(national, 10, 64)
	if err != nil {
		return false
	}
	l.nn = v
	zeros := int32(len(national) - len(strconv.FormatUint(v, 10)))
	l.it, l.lz = zeros > 0, zeros
	l.pn.CountryCode, l.pn.NationalNumber = &l.cc, &l.nn
	l.pn.ItalianLeadingZero, l.pn.NumberOfLeadingZeros = &l.it, &l.lz
	return true
}

// classify is Classify by the library; PLMN is left out.
func (l *library) classify(digits string) (Number, bool) {
	if !l.set(digits) {
		return Number{}, false
	}
	region := phonenumbers.GetRegionCodeForNumber(&l.pn)
	valid := phonenumbers.IsValidNumberForRegion(&l.pn, region) // what IsValidNumber does with it
	if !valid {
		return Number{}, false
	}
	kind := phonenumbers.GetNumberType(&l.pn)
	carrier, _ := phonenumbers.GetCarrierForNumber(&l.pn, "en")
	return Number{MSISDN: subscriber.MSISDN("+" + digits), Region: region, CallingCode: int(l.cc), LineType: libraryTypes[kind], Carrier: carrier}, true
}

var libraryTypes = map[phonenumbers.PhoneNumberType]fraud.LineType{
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

// parse is one reading of Parse by the library: digits in a region, or
// international when it is "". A number that is valid as it stands is not
// parsed: the parser would refuse some of Belarus (see reading.number).
func (l *library) parse(digits, region string) (Number, error) {
	s := digits
	if region == "" {
		if n, ok := l.classify(digits); ok {
			return n, nil
		}
		s = "+" + s
	}
	pn, err := phonenumbers.Parse(s, region)
	if err != nil {
		return Number{}, parseError(err, region)
	}
	n, ok := l.classify(strings.TrimPrefix(phonenumbers.Format(pn, phonenumbers.E164), "+"))
	if ok {
		return n, nil
	}
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(pn.GetCountryCode()))
	}
	reason := NotValid
	switch phonenumbers.IsPossibleNumberWithReason(pn) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		reason = TooShort
	case phonenumbers.TOO_LONG:
		reason = TooLong
	case phonenumbers.INVALID_COUNTRY_CODE:
		reason = CallingCode
	}
	return Number{}, &InvalidError{Reason: reason, Detail: in(region)}
}

// sameRefusal compares the reason and the region that are named.
func sameRefusal(table, library error) bool {
	var a, b *InvalidError
	if !errors.As(table, &a) || !errors.As(library, &b) {
		return table == nil && library == nil
	}
	return a.Reason == b.Reason && strings.Contains(a.Detail, b.Detail)
}
