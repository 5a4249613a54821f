package otp

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// The GSM 7-bit default alphabet without its escapes (3GPP TS 23.038 §6.2.1).
const gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

var latin = []string{"de", "en", "es", "fr", "id", "it", "nl", "pl", "pt", "tr", "vi"}

func catalog(t testing.TB, own map[string]map[string]string) *Catalog {
	t.Helper()
	c, err := NewCatalog(own)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every built-in text is one part for a brand of ten characters, and says the
// brand, the code and its life.
func TestBuiltInTexts(t *testing.T) {
	c := catalog(t, nil)
	if want := []string{"bind", "default", "login", "number_change", "recovery", "withdrawal"}; !slices.Equal(c.Names(), want) {
		t.Fatalf("Names = %v; want %v", c.Names(), want)
	}
	for _, name := range c.Names() {
		locales := builtin()[name]
		if len(locales) != 19 {
			t.Errorf("%s is in %d languages", name, len(locales))
		}
		for locale := range locales {
			text, err := c.Render(Request{Template: name, Locale: locale, Code: "907351", Brand: "ExampleBiz", TTL: 30 * time.Minute})
			if err != nil {
				t.Errorf("%s %s: %v", name, locale, err)
				continue
			}
			checkText(t, name, locale, text)
		}
	}
}

func checkText(t *testing.T, name, locale, text string) {
	t.Helper()
	for _, part := range []string{"907351", "ExampleBiz", "30"} {
		if strings.Count(text, part) != 1 {
			t.Errorf("%s %s: %q is not once in %q", name, locale, part, text)
		}
	}
	if !slices.Contains(latin, locale) {
		if n := len(utf16.Encode([]rune(text))); n > 70 {
			t.Errorf("%s %s: %d UTF-16 units: %q", name, locale, n, text)
		}
		return
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune(gsm7, r) }); i >= 0 {
		t.Errorf("%s %s: not in the GSM alphabet from %q on", name, locale, text[i:])
	}
	if n := len([]rune(text)); n > 148 { // room for an app hash on its line
		t.Errorf("%s %s: %d characters: %q", name, locale, n, text)
	}
}

func TestLocales(t *testing.T) {
	c := catalog(t, nil)
	text := func(locale string) string {
		t.Helper()
		s, err := c.Render(Request{Locale: locale, Code: "907351", TTL: time.Minute})
		if err != nil {
			t.Errorf("%q: %v", locale, err)
		}
		return s
	}
	for locale, same := range map[string]string{
		"": "en", "EN": "en", "en-GB": "en", "de-AT": "de", "de_CH": "de", "pt-BR": "pt", "pt_PT": "pt", "zh-CN": "zh", "zh-Hans": "zh", "zh-TW": "zh-Hant",
		"zh-HK": "zh-Hant", "es-419": "es", "ZH-hant": "zh-Hant", "sw": "en", "zz": "en", "de-DE-u-co-phonebk": "de", "x-private": "en",
	} {
		if got, want := text(locale), text(same); got != want {
			t.Errorf("%q gives %q; want that of %q", locale, got, same)
		}
	}
	for _, bad := range []string{"!!", "d", "de--", "not a locale", "toolongalanguage", "\x00"} {
		if s, err := c.Render(Request{Locale: bad, Code: "907351"}); !errors.Is(err, ErrLocale) {
			t.Errorf("%q = %q, %v; want ErrLocale", bad, s, err)
		}
	}
}

func TestTenantTemplates(t *testing.T) {
	byPurpose := catalog(t, map[string]map[string]string{
		"login":   {"de": "DE {{code}}"},
		"receipt": {"fr": "FR {{code}}", "es": "ES {{code}}"},
	})
	own := catalog(t, map[string]map[string]string{
		"default": {"en": "Own {{code}}", "pt_BR": "BR {{code}}"},
		"bind":    {"en": "Bind {{code}}"},
	})
	for _, c := range []struct {
		c                         *Catalog
		template, purpose, locale string
		want                      string
	}{
		{byPurpose, "", "login", "de-AT", "DE 1234"},
		{byPurpose, "", "login", "fr", "1234 est votre code de connexion"},
		{byPurpose, "", "signup", "de", "Ihr Code ist 1234"},
		{byPurpose, "withdrawal", "login", "de", "1234 bestätigt eine AUSZAHLUNG"},
		{byPurpose, "receipt", "login", "fr-CA", "FR 1234"},
		{byPurpose, "receipt", "login", "ja", "ES 1234"}, // no English there: the first by name
		{own, "", "login", "en", "Own 1234"},
		{own, "", "withdrawal", "pt-BR", "BR 1234"},
		{own, "", "withdrawal", "de", "Ihr Code ist 1234"},
		{own, "", "bind", "en", "Bind 1234"},
		{own, "login", "", "en", "1234 is your login code"},
	} {
		got, err := c.c.Render(Request{Template: c.template, Purpose: c.purpose, Locale: c.locale, Code: "1234"})
		if err != nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%q for %q in %q = %q, %v; want %q", c.template, c.purpose, c.locale, got, err, c.want)
		}
	}
	for _, name := range []string{"nothing", "DEFAULT", " login"} {
		_, err := byPurpose.Render(Request{Template: name, Code: "1234"})
		var unknown *UnknownTemplateError
		if !errors.Is(err, ErrUnknownTemplate) || !errors.As(err, &unknown) || !slices.Contains(unknown.Known, "receipt") ||
			!strings.Contains(err.Error(), "bind, default, login") {
			t.Errorf("template %q = %v", name, err)
		}
	}
}

func TestTenantsDoNotSeeEachOther(t *testing.T) {
	catalog(t, map[string]map[string]string{"login": {"en": "Mine {{code}}"}, "mine": {"en": "{{code}}"}})
	other := catalog(t, nil)
	text, err := other.Render(Request{Purpose: "login", Code: "1234"})
	if err != nil || strings.HasPrefix(text, "Mine") || slices.Contains(other.Names(), "mine") {
		t.Errorf("another tenant's template: %q, %v, %v", text, err, other.Names())
	}
}

func TestNewCatalogReportsAll(t *testing.T) {
	_, err := NewCatalog(map[string]map[string]string{
		"a": {"de": "no code", "??": "{{code}}"},
		"b": {"en": "{{code}} {{x}}"},
	})
	if err == nil {
		t.Fatal("NewCatalog took broken templates")
	}
	for _, want := range []string{`"a", locale "de"`, `"a", locale "??"`, `"b", locale "en"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}
