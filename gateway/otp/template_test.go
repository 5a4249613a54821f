package otp

import (
	"strings"
	"testing"
)

func TestParseTemplate(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"{{code}}", ""},
		{"{{ brand }}: {{code}} {{ttl_minutes}} {{purpose}}", ""},
		{"your code", "without {{code}}"},
		{"", "without {{code}}"},
		{"{{code}} {{cod}}", "unknown placeholder {{cod}}"},
		{"{{code}} {{}}", "unknown placeholder"},
		{"{{code}} {{brand", "without its }}"},
		{"{{code}} }}", "without its {{"},
	} {
		_, err := parseTemplate(c.text)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("parseTemplate(%q) = %v; want %q", c.text, err, c.want)
		}
	}
}

func TestTemplateRender(t *testing.T) {
	for _, c := range []struct{ text, brand, want string }{
		{"{{brand}}: your code is {{code}}.", "Acme", "Acme: your code is 1234."},
		{"{{brand}}: your code is {{code}}.", "", "Your code is 1234."},
		{"{{brand}}: {{code}} it is", "", "1234 it is"},
		{"{{brand}}: код {{code}}", "", "Код 1234"},
		{"{{code}}: {{brand}}: x", "", "1234: x"},
		{"{{brand}}{{code}}", "", "1234"},
		{"{{code}} {{ttl_minutes}}m {{purpose}}", "", "1234 5m bind"},
		{"{{code}}", "{{code}}", "1234"},
		{"{{brand}} {{code}}", "{{code}}", "{{code}} 1234"}, // values are not templates
	} {
		tpl, err := parseTemplate(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := tpl.render(&values{code: "1234", brand: c.brand, minutes: "5", purpose: "bind"}); got != c.want {
			t.Errorf("%q with brand %q = %q; want %q", c.text, c.brand, got, c.want)
		}
	}
}

func FuzzParseTemplate(f *testing.F) {
	for _, s := range []string{"{{code}}", "{{brand}}: {{code}}", "{{{{code}}}}", "}}{{", "{{code}}\xff{{brand}}: ä"} {
		f.Add(s, "Acme")
	}
	f.Fuzz(func(t *testing.T, text, brand string) {
		tpl, err := parseTemplate(text)
		if err != nil {
			return
		}
		got := tpl.render(&values{code: "907351", brand: brand, minutes: "5", purpose: "login"})
		if !strings.Contains(got, "907351") {
			t.Errorf("%q rendered without its code: %q", text, got)
		}
	})
}
