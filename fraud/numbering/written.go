package numbering

import "unicode/utf8"

const (
	maxRunes  = 32 // of a number as written, separators included
	maxDigits = 20 // E.164 allows 15; an international prefix and a trunk zero may come on top
)

// written is a number as it was typed, without its separators.
type written struct {
	plus   bool
	n      int
	digits [maxDigits]byte
}

// String returns the digits with a plus in front, whether there was one or not.
func (w *written) String() string {
	var b [1 + maxDigits]byte
	b[0] = '+'
	return string(b[:1+copy(b[1:], w.digits[:w.n])])
}

// read keeps the digits and the leading plus. Letters are refused and not
// translated: on no keypad do they mean the same everywhere, and "x12" would
// be an extension, which no SMS reaches.
func read(raw string) (written, error) {
	var w written
	if utf8.RuneCountInString(raw) > maxRunes {
		return w, invalid(TooLong, "a number has at most %d characters, blanks included", maxRunes)
	}
	for _, r := range raw {
		if err := w.add(r); err != nil {
			return w, err
		}
	}
	if w.n == 0 {
		return w, invalid(NotANumber, "it has no digits")
	}
	return w, nil
}

func (w *written) add(r rune) error {
	if d, ok := digit(r); ok {
		if w.n == maxDigits {
			return invalid(TooLong, "it has more than %d digits", maxDigits)
		}
		w.digits[w.n] = d
		w.n++
		return nil
	}
	switch {
	case r == '+' || r == '\uff0b':
		if w.plus || w.n > 0 {
			return invalid(NotANumber, "a plus may only stand once, in front")
		}
		w.plus = true
		return nil
	case separator(r):
		return nil
	case r == ',' || r == ';' || r == '#' || r == '*':
		return invalid(Extension, "an extension or dial code cannot receive a message: send the number alone")
	}
	return invalid(NotANumber, "only digits, one leading plus, blanks, dashes, dots, slashes and brackets may stand in it")
}

// digit returns the ASCII digit of r for the scripts that people type phone
// numbers in.
func digit(r rune) (byte, bool) {
	if r < 0x80 {
		return byte(r), r >= '0' && r <= '9'
	}
	for _, zero := range [...]rune{'\uff10', '\u0660', '\u06f0'} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}

// separator says that r only groups digits. The marks of direction come along
// when a number is copied out of a contact list.
func separator(r rune) bool {
	switch r {
	case ' ', '\t', '-', '.', '/', '(', ')', '[', ']', '\u00a0', '\u00ad', '\u202f', '\u3000',
		'\uff08', '\uff09', '\uff0d', '\uff0e', '\uff0f', '\u2212', '\u2060':
		return true
	}
	return r >= '\u2000' && r <= '\u2015' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
