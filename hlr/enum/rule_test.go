package enum

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestRules(t *testing.T) {
	for _, c := range []struct {
		rule, want string // want "": no match
		err        error
	}{
		{`!^.*$!tel:+4917;npdi!`, "tel:+4917;npdi", nil},
		{`!^(.*)$!tel:\1!`, "tel:+491713920001", nil},
		{`!^(.*)$!tel:\1!i`, "tel:+491713920001", nil},
		{`/^\+49(...)(.*)$/tel:+49\1-\2/`, "tel:+49171-3920001", nil},
		{`#^\+(.)(.)(.)(.).*$#\4\3\2\1#`, "7194", nil},
		{"\x00^(.*)$\x00tel:\\1\x00", "tel:+491713920001", nil},
		{`0^.*$0tel:+490`, "tel:+49", nil},                   // 0 is no back-reference
		{`"^.*$"tel:+4917"`, "tel:+4917", nil},               // a quote, escaped in the zone
		{`!^\+49\!?(.*)$!tel:\1\!!`, "tel:1713920001!", nil}, // the delimiter behind a backslash
		{`!^[[:digit:]+]+$!x\\1!`, `x\1`, nil},               // a backslash for itself
		{`!171!-!`, "+49-3920001", nil},                      // as sed: the rest stays
		{`!^\+49(171)?(999)?.*$!a\1b\2c!`, "a171bc", nil},    // a group that took no part
		{`!^\+43!x!`, "", nil},                               // another country's
		{`!^.{3,99}$!x!`, "x", nil},
		{`!49|491713920001!x!`, "+x", nil}, // leftmost-longest (POSIX), not the first alternative

		{``, "", errRule},
		{`!`, "", errRule},
		{`!!!`, "", errRule},
		{`!!x!`, "", errRule},    // no expression
		{`!^.*$!x`, "", errRule}, // no end
		{`!^.*$`, "", errRule},
		{`!^.*$!x!g`, "", errRule}, // an unknown flag
		{`!^.*$!x!ii`, "", errRule},
		{`!^.*$!x!y!`, "", errRule}, // one delimiter too many
		{`i^.*$ixi`, "", errRule},   // delimiters that cannot be
		{`1^.*$1x1`, "", errRule},
		{`\^.*$\x\`, "", errRule},
		{`!^(.*$!x!`, "", errRule},
		{`!^[!x!`, "", errRule},
		{`!*!x!`, "", errRule},
		{`!^\d+$!x!`, "", errRule}, // Perl, not POSIX
		{`!(?i)x!x!`, "", errRule},
		{`!(.*)\1!x!`, "", errRule}, // a back-reference in the expression
		{`!^.{1,2000}$!x!`, "", errRule},
		{`!((.{1,99}){1,99}){1,99}!x!`, "", errRule},
		{`!^.*$!x\1!`, "", errRule}, // a group that is not there
		{`!^(.*)$!x\0!`, "", errRule},
		{`!^(.*)$!x\q!`, "", errRule},
		{`!^\+43!x\1!`, "", errRule}, // malformed, though it does not match
		{`!^(.*)$!` + strings.Repeat(`\1`, 120) + `!`, "", errResult},
		{`!^.*$!` + strings.Repeat(`x`, 260) + `!`, "", errRule},
	} {
		uri, ok, err := apply(c.rule, "+491713920001")
		if uri != c.want || ok != (c.want != "") || !is(err, c.err) {
			t.Errorf("%q = %q, %v, %v; want %q, %v", c.rule, uri, ok, err, c.want, c.err)
		}
	}
}

// What a rule is on the wire is what comes out of the library's escapes.
func TestPlain(t *testing.T) {
	every := make([]byte, 0, 255)
	for c := 1; c < 256; c++ {
		every = append(every, byte(c))
	}
	for _, want := range []string{"", `\1`, `\\`, `\123`, `"`, "\x00\x01\xff", `a\"b`, string(every[:127]), string(every[127:])} {
		wire := append([]byte{0, 0, 35, 0, 1, 0, 0, 0, 0, 0, byte(4 + 3 + len(want) + 1), 0, 1, 0, 1, 0, 0, byte(len(want))}, want...)
		rr, _, err := dns.UnpackRR(append(wire, 0), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := plain(rr.(*dns.NAPTR).Regexp); got != want {
			t.Errorf("%q came out as %q", want, got)
		}
	}
}

func FuzzApply(f *testing.F) {
	for _, seed := range []string{portedRule, `!^(.*)$!tel:\1;npdi!i`, `/^\+49(...)(.*)$/tel:+49\1-\2/`, `!((a*)*)*!\1\2!`, `!^.{1,99}$!\1!`, `x\xxx\xx`, "!\xff!\\\xff!"} {
		f.Add(seed, "+491713920001")
	}
	f.Fuzz(func(t *testing.T, rule, number string) {
		if len(number) > digitsMax+1 {
			number = number[:digitsMax+1]
		}
		began := time.Now()
		uri, ok, err := apply(rule, number)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%q took %v", rule, took)
		}
		if len(uri) > resultMax || uri != "" && (!ok || err != nil) || err != nil && ok {
			t.Errorf("%q = %d octets, %v, %v", rule, len(uri), ok, err)
		}
		if err != nil && !errors.Is(err, errRule) && !errors.Is(err, errResult) {
			t.Errorf("%q: an error of another kind: %v", rule, err)
		}
		if ok && err == nil {
			if u, err := parseTel(uri); err == nil && u.number == "" {
				t.Errorf("%q made a URI without a number: %q", rule, uri)
			}
		}
	})
}
