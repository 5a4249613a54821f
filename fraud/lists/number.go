package lists

import (
	"fmt"
	"strings"
)

// Limits of E.164: country code and number have at most 15 digits together.
const maxDigits = 15

// number checks the digits of a number or prefix, as in +491701234567 or
// +491701*.
func number(e *Entry) (digits string, err error) {
	digits, plus := strings.CutPrefix(e.Value, "+")
	least := 7
	if e.Kind == Prefix {
		digits, least = strings.TrimSuffix(digits, "*"), 1
	}
	if !plus || len(digits) < least || len(digits) > maxDigits || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("number %q must be in E.164, as +491701234567, or begin so and end with a star", e.Value)
	}
	return digits, nil
}
