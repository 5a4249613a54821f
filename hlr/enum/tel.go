package enum

import (
	"errors"
	"strings"
)

// errTel is the one word on a URI that cannot be used; the URI itself names a
// number and does not stand in it.
var errTel = errors.New("the ENUM answer leads to something that is no tel URI of a global number, or with malformed parameters")

// telURI is what a tel URI (RFC 3966) says of portability (RFC 4694).
type telURI struct {
	number    string // digits of the global number, without its plus
	npdi      bool   // the portability database was asked
	rn        string // routing number, hexadecimal in upper case, with its plus when global; "": none
	rnContext string // where a local rn holds: "+49" or a domain
	spn       string // service provider number, as GSMA trees add it
}

// parseTel reads a tel URI. Parameters that are not ours must be well formed,
// and are left alone.
func parseTel(s string) (*telURI, error) {
	const scheme = "tel:"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return nil, errTel
	}
	number, params, more := strings.Cut(s[len(scheme):], ";")
	digits, global := strings.CutPrefix(number, "+")
	u := &telURI{number: unseparated(digits)}
	if !global || u.number == "" || len(u.number) > digitsMax || strings.Trim(u.number, "0123456789") != "" {
		return nil, errTel
	}
	seen := map[string]bool{}
	for more {
		var param string
		param, params, more = strings.Cut(params, ";")
		name, value, valued := strings.Cut(param, "=")
		name = strings.ToLower(name)
		if !isName(name) || seen[name] || valued && !isValue(value) || !u.set(name, value, valued) {
			return nil, errTel
		}
		seen[name] = true
	}
	if u.rnContext != "" && (u.rn == "" || u.rn[0] == '+') {
		return nil, errTel // a context of nothing
	}
	return u, nil
}

// set takes one parameter and says whether it is well formed. A local rn
// without its rn-context is taken: trees of a single country leave it out.
func (u *telURI) set(name, value string, valued bool) bool {
	switch name {
	case "npdi":
		u.npdi = true
		return !valued
	case "rn":
		u.rn = strings.ToUpper(unseparated(value))
		return isRouting(u.rn)
	case "cic":
		return isRouting(unseparated(value)) // the carrier of a freephone call: not our concern
	case "rn-context":
		u.rnContext = value
		return value != ""
	case "spn":
		u.spn = strings.ToUpper(value)
		return value != ""
	}
	return true
}

// isRouting says that s is a number as rn and cic have it: global with plus and
// country code, or local; hexadecimal digits are allowed in both (RFC 4694 §4).
func isRouting(s string) bool {
	digits, global := strings.CutPrefix(s, "+")
	if global && (digits == "" || digits[0] < '1' || digits[0] > '9') {
		return false
	}
	return len(digits) > 0 && len(digits) <= 32 && isHex(digits)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789ABCDEFabcdef") == "" }

// unseparated leaves out the visual separators (RFC 3966 §5.1.1).
func unseparated(s string) string {
	if !strings.ContainsAny(s, "-.()") {
		return s
	}
	return strings.NewReplacer("-", "", ".", "", "(", "", ")", "").Replace(s)
}

// isName says that s is a parameter's name: letters, digits and hyphens.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// isValue says that s has only characters of a parameter's value: those that
// RFC 3966 §3 names, and whole percent-escapes.
func isValue(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', isDigit(c):
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1:i+3]) {
				return false
			}
			i += 2
		case strings.IndexByte("-_.!~*'()[]/:&+$", c) < 0:
			return false
		}
	}
	return s != ""
}
