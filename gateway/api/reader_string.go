package api

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string of any length.
func (r *reader) str() string {
	if r.err != nil {
		return ""
	}
	if r.next() != '"' {
		r.wrong("a string")
		return ""
	}
	return string(r.octets())
}

// short reads a string of at most n octets.
func (r *reader) short(n int) string {
	at := r.mark()
	s := r.str()
	if r.err == nil && len(s) > n {
		r.failAt(at, "is longer than %d octets", n)
	}
	return s
}

// checked reads a string that must pass ok; want says what it should be.
func (r *reader) checked(ok func(string) bool, want string) string {
	at := r.mark()
	s := r.str()
	if r.err == nil && !ok(s) {
		r.failAt(at, "%s", want)
	}
	return s
}

// checkedWord is checked for a word that most requests share: the common ones are
// not copied.
func (r *reader) checkedWord(ok func(string) bool, want string) string {
	if r.err == nil && r.next() == '"' {
		for _, w := range commonWords {
			if end := r.i + 1 + len(w); end < len(r.b) && r.b[end] == '"' && string(r.b[r.i+1:end]) == w {
				r.i = end + 1
				return w
			}
		}
	}
	return r.checked(ok, want)
}

// commonWords pass what they are checked for.
var commonWords = [...]string{"login", "signup", "withdrawal", "bind", "recovery", "number_change"}

// told is checked for what a client may not know: an empty string is the
// same as none.
func (r *reader) told(ok func(string) bool, want string) string {
	return r.checked(func(s string) bool { return s == "" || ok(s) }, want)
}

// mark is where the next value starts.
func (r *reader) mark() int {
	r.next()
	return r.i
}

// octets reads the string that starts at the quote under r.i. What it returns
// is borrowed from the body unless the string has escapes.
func (r *reader) octets() []byte {
	r.i++
	start := r.i
	ascii := true
	for ; r.i < len(r.b); r.i++ {
		switch c := r.b[r.i]; {
		case c == '"':
			s := r.b[start:r.i]
			if !ascii && !utf8.Valid(s) {
				r.failAt(start, "is not UTF-8")
			}
			r.i++
			return s
		case c == '\\':
			return r.unescape(start)
		case c < ' ':
			r.fail("has a control character that is not escaped")
			return nil
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	r.fail("has a string without its closing quote")
	return nil
}

// unescape is the slow way of octets, from the first backslash on.
func (r *reader) unescape(start int) []byte {
	s := append([]byte(nil), r.b[start:r.i]...)
	for r.err == nil && r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '"':
			if !utf8.Valid(s) {
				r.failAt(start, "is not UTF-8")
			}
			r.i++
			return s
		case c < ' ':
			r.fail("has a control character that is not escaped")
		case c == '\\':
			s = r.escape(s)
		default:
			s = append(s, c)
			r.i++
		}
	}
	r.fail("has a string without its closing quote")
	return nil
}

// escape appends what the escape under r.i stands for.
func (r *reader) escape(s []byte) []byte {
	if r.i+1 >= len(r.b) {
		r.i = len(r.b)
		return s
	}
	c := r.b[r.i+1]
	if c == 'u' {
		return r.escapedRune(s)
	}
	for i, letter := range []byte(`"\/bfnrt`) {
		if c == letter {
			r.i += 2
			return append(s, "\"\\/\b\f\n\r\t"[i])
		}
	}
	r.fail("has an escape that JSON does not know")
	return s
}

func (r *reader) escapedRune(s []byte) []byte {
	c, ok := r.hex4(r.i)
	n := 6
	if ok && utf16.IsSurrogate(c) {
		var low rune
		low, ok = r.hex4(r.i + 6)
		c = utf16.DecodeRune(c, low)
		ok = ok && c != utf8.RuneError
		n = 12
	}
	if !ok {
		r.fail("has a \\u escape that is no character")
		return s
	}
	r.i += n
	return utf8.AppendRune(s, c)
}

// hex4 reads \uXXXX at i.
func (r *reader) hex4(i int) (c rune, ok bool) {
	if i+6 > len(r.b) || r.b[i] != '\\' || r.b[i+1] != 'u' {
		return 0, false
	}
	for _, d := range r.b[i+2 : i+6] {
		switch {
		case d >= '0' && d <= '9':
			d -= '0'
		case d >= 'a' && d <= 'f':
			d -= 'a' - 10
		case d >= 'A' && d <= 'F':
			d -= 'A' - 10
		default:
			return 0, false
		}
		c = c<<4 | rune(d)
	}
	return c, true
}
