package otp

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLastLine(t *testing.T) {
	c := catalog(t, nil)
	for _, b := range []struct {
		domain, hash string
		end          string
		err          error
	}{
		{"", "", "Never share it with anyone.", nil},
		{"example.com", "", "anyone.\n@example.com #907351", nil},
		{"login.example-site.co.uk", "", "\n@login.example-site.co.uk #907351", nil},
		{"", "FA+9qCX9VSu", "anyone.\nFA+9qCX9VSu", nil},
		{"example.com", "FA+9qCX9VSu", "", ErrBothBindings},
		{"https://example.com", "", "", ErrDomain},
		{"example.com\n@evil.example", "", "", ErrDomain},
		{"localhost", "", "", ErrDomain},
		{"a..b", "", "", ErrDomain},
		{"-a.b", "", "", ErrDomain},
		{strings.Repeat("a", 64) + ".b", "", "", ErrDomain},
		{strings.Repeat("abc.", 70) + "b", "", "", ErrDomain},
		{"", "FA+9qCX9VS", "", ErrAppHash},
		{"", "FA+9qCX9VSuX", "", ErrAppHash},
		{"", "FA+9q X9VSu", "", ErrAppHash},
	} {
		got, err := c.Render(Request{Code: "907351", TTL: time.Minute, Domain: b.domain, AppHash: b.hash})
		if !errors.Is(err, b.err) || !strings.HasSuffix(got, b.end) {
			t.Errorf("domain %q, hash %q = %q, %v; want %q, %v", b.domain, b.hash, got, err, b.end, b.err)
		}
	}
}

func TestMinutesRoundDown(t *testing.T) {
	c := catalog(t, map[string]map[string]string{"m": {"en": "{{code}} {{ttl_minutes}}|{{purpose}}"}})
	for ttl, want := range map[time.Duration]string{
		30 * time.Second: "1|", 90 * time.Second: "1|", 119 * time.Second: "1|", 5 * time.Minute: "5|", 30 * time.Minute: "30|",
	} {
		if got, err := c.Render(Request{Template: "m", Code: "1234", TTL: ttl}); err != nil || got != "1234 "+want {
			t.Errorf("%v = %q, %v; want %q", ttl, got, err, want)
		}
	}
	if got, err := c.Render(Request{Template: "m", Purpose: "number_change", Code: "1234"}); err != nil || !strings.HasSuffix(got, "|number change") {
		t.Errorf("purpose: %q, %v", got, err)
	}
}

func BenchmarkRender(b *testing.B) {
	c := catalog(b, nil)
	for _, locale := range []string{"de", "de-AT"} {
		b.Run(locale, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Render(Request{Purpose: "login", Locale: locale, Code: "907351", Brand: "Acme", TTL: 5 * time.Minute}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
