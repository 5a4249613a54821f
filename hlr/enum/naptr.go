package enum

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const (
	recordsMax = 256 // NAPTR records of one answer; a tree has a handful
	aliasesMax = 8   // CNAMEs that lead from one name to the next
)

var (
	errLoop        = errors.New("the CNAMEs of the ENUM answer lead in a circle, or too far")
	errAliasLost   = errors.New("a CNAME of the ENUM answer leads to a name that is not in it")
	errTooMany     = errors.New("the ENUM answer has more NAPTR records than any number can have")
	errNotTerminal = errors.New("the ENUM answer has a NAPTR record that is not terminal, or with an unknown flag")
	errNoRule      = errors.New("the ENUM answer has a NAPTR record without a regular expression")
)

// naptrs are the records that belong to the name, or to what its CNAMEs lead
// to, in the order in which they are to be used (RFC 3403 §4.1).
func naptrs(answer *dns.Msg, name string) ([]*dns.NAPTR, error) {
	for range aliasesMax {
		records, alias := owned(answer, name)
		switch {
		case len(records) > recordsMax:
			return nil, errTooMany
		case len(records) > 0:
			slices.SortStableFunc(records, func(a, b *dns.NAPTR) int {
				return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
			})
			return records, nil
		case alias == "" && strings.EqualFold(name, answer.Question[0].Name):
			return nil, nil
		case alias == "":
			return nil, errAliasLost
		}
		name = alias
	}
	return nil, errLoop
}

// owned picks the records of one name out of the answer.
func owned(answer *dns.Msg, name string) (records []*dns.NAPTR, alias string) {
	for _, rr := range answer.Answer {
		h := rr.Header()
		if h.Class != dns.ClassINET || !strings.EqualFold(h.Name, name) {
			continue
		}
		switch rr := rr.(type) {
		case *dns.NAPTR:
			records = append(records, rr)
		case *dns.CNAME:
			alias = rr.Target
		}
	}
	return records, alias
}

// resolve applies the first rule that speaks of the number in the PSTN. It
// returns nil when none does.
func resolve(records []*dns.NAPTR, n subscriber.MSISDN) (*telURI, error) {
	for _, rr := range records {
		flags, ours := plain(rr.Flags), isPSTN(plain(rr.Service))
		switch {
		case flags == "" || ours && !strings.EqualFold(flags, "u"):
			return nil, errNotTerminal // it may lead to what we look for
		case !ours:
			continue
		case rr.Regexp == "":
			return nil, errNoRule
		}
		text, ok, err := apply(plain(rr.Regexp), "+"+n.Digits())
		if err != nil {
			return nil, err
		}
		if !ok {
			continue // a rule for other numbers
		}
		uri, err := parseTel(text)
		if err != nil {
			return nil, err
		}
		if uri.number != n.Digits() {
			return nil, hlr.ErrOtherNumber
		}
		return uri, nil
	}
	return nil, nil
}

// isPSTN says that a service field, such as "E2U+pstn:tel" or
// "E2U+sip+pstn:tel", has an enumservice with the number's place in the PSTN
// (RFC 6116 §3.4.3, RFC 4769). pstn:sip has it in a SIP URI, which we do not read.
func isPSTN(service string) bool {
	first, rest, _ := strings.Cut(strings.ToLower(service), "+")
	if first != "e2u" {
		return false
	}
	for _, one := range strings.Split(rest, "+") {
		if one == "pstn:tel" || one == "pstn" {
			return true
		}
	}
	return false
}

// plain undoes the escapes of presentation format (RFC 1035 §5.1), in which
// the library keeps character strings: \" and \\ and \DDD for other octets.
func plain(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\' || i+1 == len(s):
			b = append(b, s[i])
		case i+3 < len(s) && isDigit(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+3]):
			b = append(b, byte(int(s[i+1]-'0')*100+int(s[i+2]-'0')*10+int(s[i+3]-'0')))
			i += 3
		default:
			i++
			b = append(b, s[i])
		}
	}
	return string(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
