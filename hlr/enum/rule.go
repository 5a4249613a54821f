package enum

import (
	"errors"
	"regexp"
	"strings"
)

const (
	ruleMax   = 255 // octets: a character string of DNS (RFC 1035 §3.3)
	resultMax = 1024
)

var (
	errRule   = errors.New("the ENUM answer has a NAPTR record whose regular expression is malformed")
	errResult = errors.New("the ENUM answer has a NAPTR record that makes too long a URI")
)

// The two expressions that nearly all records use.
var (
	anything      = regexp.MustCompilePOSIX("^.*$")
	anythingGroup = regexp.MustCompilePOSIX("^(.*)$")
)

// apply rewrites the number by one rule, a substitution as in sed with any
// delimiter (RFC 3402 §3.2): "!^.*$!tel:+491701234567;npdi!". ok is false when
// the rule does not match. The expression is a POSIX one, run by an engine whose
// time grows with its length alone; where groups could share a match in several
// ways, the earlier alternative counts and not the longer one, as POSIX has it.
//
// The flag i is taken and changes nothing: a number has no letters, so what
// matches it is the same in either case.
func apply(rule, number string) (uri string, ok bool, err error) {
	ere, replacement, err := parts(rule)
	if err != nil {
		return "", false, err
	}
	re, err := compile(ere)
	if err != nil {
		return "", false, errRule
	}
	match := re.FindStringSubmatchIndex(number)
	if match == nil {
		return "", false, checkReplacement(replacement, re.NumSubexp())
	}
	b := append(make([]byte, 0, 128), number[:match[0]]...)
	if b, err = expand(b, replacement, number, match); err != nil {
		return "", false, err
	}
	if b = append(b, number[match[1]:]...); len(b) > resultMax {
		return "", false, errResult
	}
	return string(b), true, nil
}

func compile(ere string) (*regexp.Regexp, error) {
	switch ere {
	case "":
		return nil, errRule // POSIX leaves it undefined
	case "^.*$":
		return anything, nil
	case "^(.*)$":
		return anythingGroup, nil
	}
	return regexp.CompilePOSIX(ere)
}

// parts cuts a rule into its expression and its replacement. The delimiter is
// the first octet, and neither a digit that a back-reference could be, nor i,
// nor a backslash; behind a backslash it stands for itself.
func parts(rule string) (ere, replacement string, err error) {
	if len(rule) < 4 || len(rule) > ruleMax {
		return "", "", errRule
	}
	delim := rule[0]
	if delim == '\\' || delim == 'i' || delim >= '1' && delim <= '9' {
		return "", "", errRule
	}
	ere, rest, ok := until(rule[1:], delim)
	if !ok {
		return "", "", errRule
	}
	replacement, flags, ok := until(rest, delim)
	if !ok || flags != "" && flags != "i" {
		return "", "", errRule
	}
	return ere, replacement, nil
}

// until cuts s at the first delimiter that has no backslash before it.
func until(s string, delim byte) (before, after string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == delim:
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
			if s[i] != delim {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// expand appends the replacement with its back-references \1 to \9.
func expand(b []byte, replacement, number string, match []int) ([]byte, error) {
	for i := 0; i < len(replacement); i++ {
		if replacement[i] != '\\' {
			b = append(b, replacement[i])
			continue
		}
		i++
		switch {
		case i == len(replacement):
			return nil, errRule
		case replacement[i] == '\\':
			b = append(b, '\\')
		case replacement[i] < '1' || replacement[i] > '9':
			return nil, errRule
		default:
			group := 2 * int(replacement[i]-'0')
			if group >= len(match) {
				return nil, errRule // a group that the expression does not have
			}
			if match[group] >= 0 {
				b = append(b, number[match[group]:match[group+1]]...)
			}
		}
		if len(b) > resultMax {
			return nil, errResult
		}
	}
	return b, nil
}

// checkReplacement judges a replacement that is not used: a rule that would
// fail for another number is malformed for this one too.
func checkReplacement(replacement string, groups int) error {
	none := make([]int, 2*(groups+1))
	_, err := expand(nil, replacement, "", none)
	return err
}
