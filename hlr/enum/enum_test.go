package enum

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

func TestRecords(t *testing.T) {
	// with writes a record whose fields differ from naptr's.
	with := func(order, flags, service, rule string) string {
		r := naptr(rule)
		r = strings.Replace(r, "NAPTR\t10 50", "NAPTR\t"+order, 1)
		r = strings.Replace(r, `"u"`, `"`+flags+`"`, 1)
		return strings.Replace(r, "E2U+pstn:tel", service, 1)
	}
	for name, c := range map[string]struct {
		records []string
		ported  string
		home    subscriber.PLMN
		err     error
	}{
		"ported":              {[]string{naptr(portedRule)}, "ported", "26203", nil},
		"not ported":          {[]string{naptr(notPortedRule)}, "not ported", "", nil},
		"nothing said":        {[]string{naptr("!^.*$!tel:+491713920001!")}, "not told", "", nil},
		"rn alone":            {[]string{naptr("!^.*$!tel:+491713920001;rn=+49D23500!")}, "ported", "26203", nil},
		"unknown routing":     {[]string{naptr("!^.*$!tel:+491713920001;npdi;rn=+49D99900!")}, "ported", "", nil},
		"local rn":            {[]string{naptr("!^.*$!tel:+491713920001;npdi;rn=d23500;rn-context=+49!")}, "ported", "26203", nil},
		"lower preference":    {[]string{with("10 60", "u", "E2U+pstn:tel", notPortedRule), with("10 50", "u", "E2U+pstn:tel", portedRule)}, "ported", "26203", nil},
		"lower order":         {[]string{with("20 1", "u", "E2U+pstn:tel", notPortedRule), with("10 90", "u", "E2U+pstn:tel", portedRule)}, "ported", "26203", nil},
		"letters' case":       {[]string{with("10 50", "U", "e2U+PSTN:Tel", portedRule)}, "ported", "26203", nil},
		"service pstn":        {[]string{with("10 50", "u", "E2U+pstn", portedRule)}, "ported", "26203", nil},
		"several services":    {[]string{with("10 50", "u", "E2U+voice:tel+pstn:tel", portedRule)}, "ported", "26203", nil},
		"other services":      {[]string{with("10 50", "u", "E2U+sip", "!^.*$!sip:a@b!"), with("10 50", "s", "SIP+D2U", "")}, "not told", "", nil},
		"other, then ours":    {[]string{with("5 50", "u", "E2U+sip", "!^.*$!sip:a@b!"), naptr(portedRule)}, "ported", "26203", nil},
		"pstn:sip":            {[]string{with("10 50", "u", "E2U+pstn:sip", "!^.*$!sip:+491713920001;npdi@b!")}, "not told", "", nil},
		"no match, then ours": {[]string{with("5 50", "u", "E2U+pstn:tel", "!^.43.*$!tel:+431;npdi!"), naptr(portedRule)}, "ported", "26203", nil},
		"no match":            {[]string{naptr("!^.43.*$!tel:+431;npdi!")}, "not told", "", nil},
		"alias":               {[]string{domain + " CNAME shared.np.test.", strings.Replace(naptr(portedRule), domain, "Shared.NP.test.", 1)}, "ported", "26203", nil},

		"no records":               {nil, "not told", "", hlr.ErrNotCovered},
		"only another type":        {[]string{domain + ` TXT "!^.*$!tel:+491713920001;npdi!"`}, "not told", "", hlr.ErrNotCovered},
		"records of another name":  {[]string{strings.Replace(naptr(notPortedRule), "1.0.0.0", "2.0.0.0", 1)}, "not told", "", hlr.ErrNotCovered},
		"another class":            {[]string{strings.Replace(naptr(notPortedRule), "\tIN\t", "\tCH\t", 1)}, "not told", "", hlr.ErrNotCovered},
		"other number":             {[]string{naptr("!^.*$!tel:+491713920002;npdi!")}, "not told", "", hlr.ErrOtherNumber},
		"expression is none":       {[]string{naptr("!^(.*$!tel:+491713920001;npdi!")}, "not told", "", errRule},
		"no rule":                  {[]string{naptr("")}, "not told", "", errNoRule},
		"malformed before ours":    {[]string{with("5 50", "u", "E2U+pstn:tel", "!!!"), naptr(notPortedRule)}, "not told", "", errRule},
		"not terminal":             {[]string{with("10 50", "", "E2U+pstn:tel", notPortedRule)}, "not told", "", errNotTerminal},
		"not terminal, no service": {[]string{with("5 50", "", "", ""), naptr(notPortedRule)}, "not told", "", errNotTerminal},
		"unknown flag":             {[]string{with("10 50", "s", "E2U+pstn:tel", notPortedRule)}, "not told", "", errNotTerminal},
		"no tel URI":               {[]string{naptr("!^.*$!sip:+491713920001@b;npdi!")}, "not told", "", errTel},
		"alias to itself":          {[]string{domain + " CNAME " + domain}, "not told", "", errLoop},
		"aliases in a circle":      {[]string{domain + " CNAME a.np.test.", "a.np.test. CNAME " + domain}, "not told", "", errLoop},
		"alias to nowhere":         {[]string{domain + " CNAME a.np.test."}, "not told", "", errAliasLost},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := lookup(t, always(t, c.records...))
			if got := portedOf(s); got != c.ported || s.Home != c.home || !is(err, c.err) {
				t.Errorf("%s, home %q, %v; want %s, home %q, %v", got, s.Home, err, c.ported, c.home, c.err)
			}
			if err != nil && (strings.Contains(err.Error(), "3920001") || strings.Contains(err.Error(), "1.0.0.0.2")) {
				t.Errorf("the error names the number: %v", err)
			}
		})
	}
}

func TestResponseCodes(t *testing.T) {
	for code, want := range map[int]string{
		dns.RcodeNameError: hlr.ErrNotCovered.Error(), dns.RcodeServerFailure: "SERVFAIL",
		dns.RcodeRefused: "REFUSED", dns.RcodeFormatError: "FORMERR", dns.RcodeNotAuth: "NOTAUTH", 14: "unknown code",
	} {
		for name, cut := range map[string]bool{"with question": false, "header alone": true} {
			if cut && code == dns.RcodeNameError {
				continue // nothing is believed of a header alone
			}
			_, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte {
				m := reply(t, q, naptr(notPortedRule)) // records beside an error are not looked at
				if m.Rcode = code; cut {
					m.Question, m.Answer = nil, nil
				}
				return [][]byte{wire(t, m, tcp)}
			})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: %v; want %s", dns.RcodeToString[code], name, err, want)
			}
		}
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	p := provider(t, "127.0.0.1:1")
	for _, n := range []subscriber.MSISDN{"", "+", "+49a1", "+4917012345678901", "+49.70"} {
		if _, err := p.Lookup(context.Background(), n); !is(err, hlr.ErrNotCovered) {
			t.Errorf("%q: %v", n, err)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want string // part of the error, "" for none
	}{
		"good":           {Config{Addr: "[::1]:53", Zone: "E164.arpa.", Routing: map[string]subscriber.PLMN{"+49d235": "26203", "spn:47a": "26201"}}, ""},
		"no port":        {Config{Addr: "::1", Zone: "e164.arpa"}, "HOST:PORT"},
		"no zone":        {Config{Addr: "h:53", Zone: "."}, "domain name"},
		"a zone too big": {Config{Addr: "h:53", Zone: strings.Repeat("abcdefg.", 29) + "x"}, "domain name"},
		"a bad routing":  {Config{Addr: "h:53", Zone: "e164.arpa", Routing: map[string]subscriber.PLMN{"Dxyz": "26203"}}, `"Dxyz"`},
		"no spn":         {Config{Addr: "h:53", Zone: "e164.arpa", Routing: map[string]subscriber.PLMN{"spn:": "26203"}}, `"spn:"`},
		"a bad network":  {Config{Addr: "h:53", Zone: "e164.arpa", Routing: map[string]subscriber.PLMN{"D1": "262-03"}}, "MCC and MNC"},
	} {
		p, err := New(c.cfg, nil)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
		if err == nil && p.Name() != "enum" {
			t.Errorf("%s: is named %s", name, p.Name())
		}
	}
}

func TestHomeNetwork(t *testing.T) {
	p := provider(t, "127.0.0.1:1", func(c *Config) {
		c.Routing = map[string]subscriber.PLMN{
			"D235": "26203", "D2350": "26299", "+43D2": "23201", "+1404": "310410", "spn:4711": "26207", "235": "22801",
		}
		c.SPNIsPLMN = true
	})
	for uri, want := range map[string]subscriber.PLMN{
		"rn=+49D23511":                "26203",
		"rn=+49D23500":                "26299", // the longest
		"rn=+43D23500":                "23201", // a global key before a local one
		"rn=+14045550100":             "310410",
		"rn=4045550100":               "",
		"rn=4045550100;rn-context=+1": "310410",
		"rn=D23511;rn-context=+43":    "23201",
		"rn=D23511":                   "26203",
		"rn=+492351":                  "22801",
		"rn=+4949D2350":               "", // the country code stands once
		"npdi;spn=4711":               "26207",
		"npdi;spn=26202":              "26202",
		"npdi;spn=99999":              "", // no MCC begins with 9
		"rn=+49D23511;spn=4711":       "26203",
		"npdi":                        "",
	} {
		u, err := parseTel("tel:+491713920001;" + uri)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		if got := p.home(u); got != want {
			t.Errorf("%s: home network %q, want %q", uri, got, want)
		}
	}
	if f := p.Fields(); f != hlr.FieldPorted|hlr.FieldHome {
		t.Errorf("Fields() = %v", f)
	}
	if f := provider(t, "127.0.0.1:1", func(c *Config) { c.Routing = nil }).Fields(); f != hlr.FieldPorted {
		t.Errorf("without a mapping Fields() = %v", f)
	}
}

func BenchmarkLookup(b *testing.B) {
	p := provider(b, serve(b, always(b, naptr("!^(.*)$!tel:\\1;npdi;rn=+49D23500!"))).addr)
	b.ReportAllocs()
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if s, err := p.Lookup(ctx, number); err != nil || portedOf(s) != "ported" {
			b.Fatal(s, err)
		}
		cancel()
	}
}
