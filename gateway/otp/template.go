package otp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The placeholders that a template may hold. {{code}} must be there.
const (
	holdCode    = "code"
	holdBrand   = "brand"
	holdMinutes = "ttl_minutes"
	holdPurpose = "purpose"
)

var placeholders = []string{holdCode, holdBrand, holdMinutes, holdPurpose}

// textTemplate is a parsed template: literal text and placeholders in turn,
// beginning and ending with a literal that may be empty.
type textTemplate struct {
	literals []string // one more than holds
	holds    []string
}

// parseTemplate reads a template text. What it refuses, it names.
func parseTemplate(text string) (*textTemplate, error) {
	t := &textTemplate{}
	code := false
	for {
		literal, rest, found := strings.Cut(text, "{{")
		t.literals = append(t.literals, literal)
		if strings.Contains(literal, "}}") {
			return nil, errors.New("a }} without its {{")
		}
		if !found {
			break
		}
		name, rest, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, errors.New("a {{ without its }}")
		}
		name = strings.TrimSpace(name)
		if !slices.Contains(placeholders, name) {
			return nil, fmt.Errorf("unknown placeholder {{%s}}; there are {{%s}}", name, strings.Join(placeholders, "}}, {{"))
		}
		code = code || name == holdCode
		t.holds = append(t.holds, name)
		text = rest
	}
	if !code {
		return nil, errors.New("a template without {{code}} sends no code")
	}
	return t, nil
}

// values are what the placeholders become.
type values struct{ code, brand, minutes, purpose string }

func (v *values) of(hold string) string {
	switch hold {
	case holdCode:
		return v.code
	case holdBrand:
		return v.brand
	case holdMinutes:
		return v.minutes
	}
	return v.purpose
}

// render fills a template in. Without a brand, the colon and space behind it
// go too and the text begins with a capital, so that "{{brand}}: your code"
// reads well for a tenant that has no name to show.
func (t *textTemplate) render(v *values) string {
	var b strings.Builder
	b.Grow(160)
	b.WriteString(t.literals[0])
	for i, hold := range t.holds {
		literal := t.literals[i+1]
		if hold == holdBrand && v.brand == "" {
			literal = strings.TrimPrefix(literal, ": ")
			if b.Len() == 0 {
				literal = capital(literal)
			}
		}
		b.WriteString(v.of(hold))
		b.WriteString(literal)
	}
	return b.String()
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || !unicode.IsLower(r) {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
