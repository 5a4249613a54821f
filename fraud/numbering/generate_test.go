package numbering

import (
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strconv"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// origin is where test numbers come from: the library's own metadata, and not
// the table, so that what the table lacks is found as well.
type origin struct {
	plans []source
}

// source is a region's plan.
type source struct {
	cc       string
	region   string // "001" where there is none
	patterns []*syntax.Regexp
	trunk    string // a national prefix as a literal, "" where it is none
	prefixes []*syntax.Regexp
	examples []string
}

func newOrigin(t testing.TB) *origin {
	t.Helper()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	o := &origin{}
	for _, m := range all.GetMetadata() {
		s := source{cc: strconv.Itoa(int(m.GetCountryCode())), region: m.GetId(), trunk: m.GetNationalPrefix()}
		for _, d := range []*phonenumbers.PhoneNumberDesc{
			m.GetGeneralDesc(), m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(),
			m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(),
		} {
			if d.GetExampleNumber() != "" {
				s.examples = append(s.examples, d.GetExampleNumber())
			}
			s.patterns = appendPattern(t, s.patterns, d.GetNationalNumberPattern())
		}
		s.patterns = appendPattern(t, s.patterns, m.GetLeadingDigits())
		s.prefixes = appendPattern(t, s.prefixes, m.GetNationalPrefixForParsing())
		s.prefixes = appendPattern(t, s.prefixes, m.GetInternationalPrefix())
		o.plans = append(o.plans, s)
	}
	return o
}

func appendPattern(t testing.TB, to []*syntax.Regexp, expr string) []*syntax.Regexp {
	t.Helper()
	if expr == "" || expr == "NA" { // the metadata's word for a type that a region has not
		return to
	}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return append(to, re)
}

// number appends a random number's digits, calling code first.
func (o *origin) number(rng *rand.Rand, b []byte) []byte {
	s := &o.plans[rng.IntN(len(o.plans))]
	return s.national(rng, append(b, s.cc...))
}

// national appends a number that is valid, nearly valid, or not at all.
func (s *source) national(rng *rand.Rand, b []byte) []byte {
	start := len(b)
	switch rng.IntN(8) {
	case 0:
		if len(s.examples) > 0 {
			b = append(b, s.examples[rng.IntN(len(s.examples))]...)
		}
	case 1:
		return randomDigits(rng, b, rng.IntN(18))
	default:
		b = walk(rng, b, s.patterns[rng.IntN(len(s.patterns))])
	}
	switch rng.IntN(6) {
	case 0: // another digit somewhere
		if len(b) > start {
			b[start+rng.IntN(len(b)-start)] = randomDigit(rng)
		}
	case 1: // another length
		if len(b) > start && rng.IntN(2) == 0 {
			return b[:start+rng.IntN(len(b)-start)]
		}
		return randomDigits(rng, b, 1+rng.IntN(4))
	case 2: // a digit put in, or the trunk prefix
		if rng.IntN(2) == 0 {
			return slices.Insert(b, start, []byte(s.trunk)...)
		}
		return slices.Insert(b, start+rng.IntN(len(b)-start+1), randomDigit(rng))
	}
	return b
}

// dialled appends a number as it is written in the region itself: with or
// without prefixes and calling code.
func (s *source) dialled(rng *rand.Rand, b []byte) []byte {
	switch rng.IntN(6) {
	case 0:
		b = append(b, s.cc...)
	case 1, 2:
		b = append(b, s.trunk...)
	case 3:
		if len(s.prefixes) > 0 {
			b = walk(rng, b, s.prefixes[rng.IntN(len(s.prefixes))])
		}
	}
	return s.national(rng, b)
}

// walk appends a random string that the expression matches, or nearly: where
// it asks for the end or names a rune beyond the digits, nothing is added.
func walk(rng *rand.Rand, b []byte, re *syntax.Regexp) []byte {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			b = append(b, byte(r))
		}
	case syntax.OpCharClass:
		i := 2 * rng.IntN(len(re.Rune)/2)
		b = append(b, byte(re.Rune[i]+rng.Int32N(re.Rune[i+1]-re.Rune[i]+1)))
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			b = walk(rng, b, sub)
		}
	case syntax.OpAlternate:
		b = walk(rng, b, re.Sub[rng.IntN(len(re.Sub))])
	case syntax.OpQuest:
		if rng.IntN(2) == 0 {
			b = walk(rng, b, re.Sub[0])
		}
	case syntax.OpRepeat:
		for range re.Min + rng.IntN(re.Max-re.Min+1) {
			b = walk(rng, b, re.Sub[0])
		}
	}
	return b
}

func randomDigit(rng *rand.Rand) byte { return byte('0' + rng.IntN(10)) }

func randomDigits(rng *rand.Rand, b []byte, n int) []byte {
	for range n {
		b = append(b, randomDigit(rng))
	}
	return b
}
