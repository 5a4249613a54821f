package otp

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

func TestNewCodeLengths(t *testing.T) {
	r := rand.NewChaCha8([32]byte{1})
	for _, n := range []int{4, 6, 10} {
		code, err := NewCode(r, n)
		if err != nil || len(code) != n || !ValidCode(code) {
			t.Errorf("NewCode(%d) = %q, %v", n, code, err)
		}
	}
	if code, err := NewCode(r, 0); err != nil || len(code) != DefaultCode {
		t.Errorf("NewCode(0) = %q, %v; want six digits", code, err)
	}
	for _, n := range []int{-1, 3, 11} {
		if code, err := NewCode(r, n); err == nil {
			t.Errorf("NewCode(%d) = %q; want an error", n, code)
		}
	}
}

// The octets 250 to 255 must be thrown away, not folded into 0 to 5.
func TestNewCodeSkipsTheUnevenTail(t *testing.T) {
	in := append(bytes.Repeat([]byte{250, 251, 255}, 4), 17, 249, 0, 123, 8, 9, 8, 8, 8, 8, 8, 8)
	code, err := NewCode(bytes.NewReader(in), 6)
	if err != nil || code != "790389" {
		t.Errorf("NewCode = %q, %v; want 790389", code, err)
	}
}

func TestNewCodeIsEven(t *testing.T) {
	r := rand.NewChaCha8([32]byte{2})
	var seen [10]int
	const codes = 20_000
	for range codes {
		code, err := NewCode(r, 6)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range code {
			seen[c-'0']++
		}
	}
	chi, want := 0.0, float64(codes*6)/10
	for _, n := range seen {
		chi += (float64(n) - want) * (float64(n) - want) / want
	}
	if chi > 27.9 { // 9 degrees of freedom, p = 0.001; the seed is fixed
		t.Errorf("chi square %.1f of digits %v", chi, seen)
	}
}

func TestNewCodeSaysThatRandomnessFailed(t *testing.T) {
	if _, err := NewCode(bytes.NewReader([]byte{1, 2}), 6); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("err = %v; want the reader's", err)
	}
}

func TestValidCode(t *testing.T) {
	for s, want := range map[string]bool{
		"1234": true, "000000": true, "1234567890": true,
		"": false, "123": false, "12345678901": false, "12 345": false, "12345a": false, "१२३४": false, "-1234": false,
	} {
		if ValidCode(s) != want {
			t.Errorf("ValidCode(%q) = %v", s, !want)
		}
	}
}
