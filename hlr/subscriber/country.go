package subscriber

import "strings"

// twoDigitCodes are the country codes of two digits (ITU-T E.164, list of
// assigned codes); 1 and 7 have one digit, all others have three.
const twoDigitCodes = " 20 27 28 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58" +
	" 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// Split parts a number into its country code and what follows it, the national
// (significant) number, both as digits: "49" and "1701234567". A number that
// is too short for its country code is all national.
func (n MSISDN) Split() (country, national string) {
	digits := n.Digits()
	size := CountryCodeLen(digits)
	if size >= len(digits) {
		return "", digits
	}
	return digits[:size], digits[size:]
}

// CountryCodeLen is how many of the digits that begin an E.164 number are its
// country code: 1 to 3.
func CountryCodeLen(digits string) int {
	switch {
	case digits == "" || digits[0] == '1' || digits[0] == '7':
		return 1
	case len(digits) > 1 && strings.Contains(twoDigitCodes, " "+digits[:2]+" "):
		return 2
	}
	return 3
}
