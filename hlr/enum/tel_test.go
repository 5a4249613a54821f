package enum

import (
	"strings"
	"testing"
)

func TestTelURIs(t *testing.T) {
	for s, want := range map[string]telURI{
		"tel:+491713920001":                               {number: "491713920001"},
		"TEL:+49-171.39(20)001;NPDI":                      {number: "491713920001", npdi: true},
		"tel:+491713920001;npdi;rn=+49D23500":             {number: "491713920001", npdi: true, rn: "+49D23500"},
		"tel:+491713920001;rn=+49d-235.00;npdi":           {number: "491713920001", npdi: true, rn: "+49D23500"},
		"tel:+12025550100;npdi;rn=2025550199":             {number: "12025550100", npdi: true, rn: "2025550199"},
		"tel:+12025550100;rn=5550199;rn-context=+1202":    {number: "12025550100", rn: "5550199", rnContext: "+1202"},
		"tel:+12025550100;rn-context=example.com;rn=1":    {number: "12025550100", rn: "1", rnContext: "example.com"},
		"tel:+18005550100;cic=+1-6789":                    {number: "18005550100"},
		"tel:+491713920001;npdi;spn=a47":                  {number: "491713920001", npdi: true, spn: "A47"},
		"tel:+491713920001;x-mvno=%41b;enumdi;isub=1/2&3": {number: "491713920001"},
	} {
		u, err := parseTel(s)
		if err != nil || *u != want {
			t.Errorf("%s = %+v, %v; want %+v", s, u, err, want)
		}
	}
	for _, s := range []string{
		"", "tel:", "tel:+", "tel", "sip:+491713920001@a", "tel:491713920001", "tel:01713920001;phone-context=+49",
		"tel:+49171392000a", "tel:+4917139200012345", "tel:+49 171", "tel:+491713920001;", "tel:+491713920001;;npdi",
		"tel:+491713920001;npdi=1", "tel:+491713920001;npdi=", "tel:+491713920001;npdi;NPDI", "tel:+491713920001;rn",
		"tel:+491713920001;rn=", "tel:+491713920001;rn=+", "tel:+491713920001;rn=-", "tel:+491713920001;rn=+D235",
		"tel:+491713920001;rn=+0123", "tel:+491713920001;rn=12G", "tel:+491713920001;rn=1;rn=2", "tel:+491713920001;rn-context=+49",
		"tel:+491713920001;rn=+491;rn-context=+49", "tel:+491713920001;rn=1;rn-context", "tel:+491713920001;cic=", "tel:+491713920001;spn=",
		"tel:+491713920001;spn", "tel:+491713920001;a b", "tel:+491713920001;x=a b", "tel:+491713920001;x=%4", "tel:+491713920001;x=%zz",
		"tel:+491713920001;x=", "tel:+491713920001;=1", "tel:+491713920001;n\u00e4me", "tel:+491713920001;rn=" + strings.Repeat("1", 40),
	} {
		if u, err := parseTel(s); err == nil {
			t.Errorf("%s = %+v, want an error", s, u)
		}
	}
}

func FuzzParseTel(f *testing.F) {
	for _, seed := range []string{"tel:+491713920001;npdi;rn=+49D23500", "tel:+1(2)3;rn=1;rn-context=+1;x=%41", "tel:+1;;=", "TEL:+1;spn=1;cic=+12"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := parseTel(s)
		if err != nil {
			if u != nil {
				t.Errorf("%q: a URI beside an error", s)
			}
			return
		}
		if u.number == "" || strings.Trim(u.number, "0123456789") != "" || len(u.number) > digitsMax {
			t.Errorf("%q has the number %q", s, u.number)
		}
		lower := strings.ToLower(s)
		if u.rn != "" && !strings.Contains(lower, ";rn=") || u.npdi && !strings.Contains(lower, ";npdi") {
			t.Errorf("%q is read as %+v", s, u)
		}
		again, err := parseTel("tel:+" + u.number)
		if err != nil || again.number != u.number {
			t.Errorf("%q: its number alone is %+v, %v", s, again, err)
		}
	})
}
