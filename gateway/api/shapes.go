package api

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Limits of what a client may send. The longest real User-Agent strings have
// some 500 octets; the rest leaves room for what clients are known to use.
const (
	maxTo           = 64
	maxAccountID    = 128
	maxCallbackURL  = 2048
	maxMetadataKeys = 20
	maxMetadataKey  = 64
	maxMetadata     = 256
	maxUserAgent    = 2048
	maxDeviceID     = 256
	maxNote         = 1000
	minTTL          = 30 * time.Second
	maxTTL          = 30 * time.Minute // of a code
	maxTextTTL      = 24 * time.Hour   // of a plain text
)

// isPurpose is ^[a-z][a-z0-9_]{0,31}$.
func isPurpose(s string) bool {
	if len(s) == 0 || len(s) > 32 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return onlyOf(s, "_", 'a', 'z')
}

// isFactor names how a step_up was passed: "totp", "passkey", "id:video".
func isFactor(s string) bool { return len(s) > 0 && len(s) <= 64 && onlyOf(s, "_-.:", 'a', 'z') }

func isCode(s string) bool { return digits(s, 4, 10) }

// isSender takes what fits a source address: 15 digits with or without plus,
// or 11 characters with a letter among them.
func isSender(s string) bool {
	if digits(strings.TrimPrefix(s, "+"), 3, 15) {
		return true
	}
	if len(s) == 0 || len(s) > 11 || s[0] == ' ' || s[len(s)-1] == ' ' || !printableASCII(s) {
		return false
	}
	return strings.ContainsFunc(s, func(c rune) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' })
}

// isLocale takes the shape of a BCP 47 tag, "de" or "pt-BR"; an underscore is
// what many platforms write for the hyphen.
func isLocale(s string) bool {
	if len(s) > 35 {
		return false
	}
	for i, part := range strings.FieldsFunc(s, func(c rune) bool { return c == '-' || c == '_' }) {
		low, high := 1, 8
		if i == 0 {
			low = 2
		}
		if len(part) < low || len(part) > high || !onlyOf(strings.ToLower(part), "", 'a', 'z') {
			return false
		}
	}
	return len(s) > 1 && !strings.ContainsAny(s[:1]+s[len(s)-1:], "-_")
}

func isTemplate(s string) bool {
	return len(s) > 0 && len(s) <= 64 && onlyOf(strings.ToLower(s), "_-.", 'a', 'z')
}

func isAccountID(s string) bool { return len(s) > 0 && len(s) <= maxAccountID && !hasControl(s) }

func isIP(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == ""
}

func isJA4(s string) bool {
	return len(s) > 0 && len(s) <= 128 && onlyOf(strings.ToLower(s), "_-", 'a', 'z')
}

func isDeviceID(s string) bool { return len(s) <= maxDeviceID && !hasControl(s) }

func isUserAgent(s string) bool { return len(s) <= maxUserAgent && !hasControl(s) }

// isCallback takes an absolute https URL (http only where the configuration
// allows it) without credentials.
func isCallback(s string, allowHTTP bool) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxCallbackURL || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || allowHTTP && u.Scheme == "http"
}

func digits(s string, low, high int) bool {
	return len(s) >= low && len(s) <= high && onlyOf(s, "", '0', '9')
}

// onlyOf says that s has only digits, octets from low to high and those in extra.
func onlyOf(s, extra string, low, high byte) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < low || c > high) && strings.IndexByte(extra, c) < 0 {
			return false
		}
	}
	return true
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f })
}
