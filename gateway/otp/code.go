package otp

import (
	"fmt"
	"io"
)

// A code is 4 to 10 decimal digits: what a handset's keypad and the autofill
// of both mobile systems take.
const (
	MinCode     = 4
	MaxCode     = 10
	DefaultCode = 6
)

// NewCode draws a code of length digits from r, each of the 10^length equally
// likely. Length 0 means six digits.
func NewCode(r io.Reader, length int) (string, error) {
	if length == 0 {
		length = DefaultCode
	}
	if length < MinCode || length > MaxCode {
		return "", fmt.Errorf("otp: a code of %d digits: use %d to %d", length, MinCode, MaxCode)
	}
	room := make([]byte, 3*MaxCode) // r may keep it, so it is not on the stack
	drawn, code := room[:2*length], room[2*length:2*length]
	for {
		if _, err := io.ReadFull(r, drawn); err != nil {
			return "", fmt.Errorf("otp: drawing a code: %w", err)
		}
		for _, b := range drawn {
			if b >= 250 { // 250 to 255 would make the digits 0 to 5 more likely
				continue
			}
			if code = append(code, '0'+b%10); len(code) == length {
				return string(code), nil
			}
		}
	}
}

// ValidCode says whether s can be a code at all: 4 to 10 decimal digits. It
// holds for a code that the caller brings and for one that a user typed.
func ValidCode(s string) bool {
	if len(s) < MinCode || len(s) > MaxCode {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
