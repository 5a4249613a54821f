package replay

import (
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads one JSON value (RFC 8259) in place. Strings without escapes
// borrow from the line; the others are written to scratch.
type scanner struct {
	b       []byte
	i       int
	scratch []byte
}

// token is a scalar, or the opening of an object or an array.
type token struct {
	kind byte   // '"' string, '0' number, 't', 'f', 'n', '{' or '['
	text []byte // of a string without its quotes, of a number as it stands
}

var errCut = errors.New("it ends in the middle of a value")

func (s *scanner) fail(what string) error {
	if s.i >= len(s.b) {
		return errCut
	}
	return &syntaxError{s.i + 1, what}
}

// syntaxError is what is wrong with a line, and where.
type syntaxError struct {
	column int // from 1
	what   string
}

func (e *syntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.column, e.what) }

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// accept takes c, if it is next.
func (s *scanner) accept(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// next reads a scalar or the opening of an object or array.
func (s *scanner) next() (t token, err error) {
	s.space()
	if s.i >= len(s.b) {
		return t, errCut
	}
	switch c := s.b[s.i]; c {
	case '"':
		t.kind = '"'
		t.text, err = s.str()
		return t, err
	case '{', '[':
		s.i++
		return token{kind: c}, nil
	case 't':
		return token{kind: c}, s.word("true")
	case 'f':
		return token{kind: c}, s.word("false")
	case 'n':
		return token{kind: c}, s.word("null")
	default:
		t.kind = '0'
		t.text, err = s.number()
		return t, err
	}
}

func (s *scanner) word(w string) error {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return s.fail("no JSON value")
	}
	s.i += len(w)
	return nil
}

func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > from
}

func (s *scanner) at(c byte) bool { return s.i < len(s.b) && s.b[s.i] == c }

func (s *scanner) number() ([]byte, error) {
	from := s.i
	if s.at('-') {
		s.i++
	}
	zero := s.at('0')
	first := s.i
	if !s.digits() || zero && s.i > first+1 {
		s.i = first
		return nil, s.fail("no JSON value")
	}
	if s.at('.') {
		s.i++
		if !s.digits() {
			return nil, s.fail("a number without digits behind its point")
		}
	}
	if s.at('e') || s.at('E') {
		s.i++
		if s.at('+') || s.at('-') {
			s.i++
		}
		if !s.digits() {
			return nil, s.fail("a number without digits in its exponent")
		}
	}
	return s.b[from:s.i], nil
}

// str reads a string whose quote is next.
func (s *scanner) str() ([]byte, error) {
	s.i++
	from := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1], nil
		case c == '\\':
			return s.escaped(from)
		case c < ' ':
			return nil, s.fail("a control character in a string")
		}
		s.i++
	}
	return nil, errCut
}

// escaped reads the rest of a string from its first escape on.
func (s *scanner) escaped(from int) ([]byte, error) {
	start := len(s.scratch)
	s.scratch = append(s.scratch, s.b[from:s.i]...)
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.scratch[start:len(s.scratch):len(s.scratch)], nil
		case c < ' ':
			return nil, s.fail("a control character in a string")
		case c != '\\':
			s.scratch = append(s.scratch, c)
			s.i++
		default:
			if err := s.escape(); err != nil {
				return nil, err
			}
		}
	}
	return nil, errCut
}

const plainEscapes = "\"\\/bfnrt"
const plainMeanings = "\"\\/\b\f\n\r\t"

func (s *scanner) escape() error {
	s.i++
	if s.i >= len(s.b) {
		return errCut
	}
	c := s.b[s.i]
	if c == 'u' {
		return s.unicode()
	}
	for k := range len(plainEscapes) {
		if plainEscapes[k] == c {
			s.scratch = append(s.scratch, plainMeanings[k])
			s.i++
			return nil
		}
	}
	return s.fail("an unknown escape")
}

// unicode reads \uXXXX; two that are a surrogate pair make one rune, and half
// of a pair the replacement character.
func (s *scanner) unicode() error {
	r, ok := s.hex()
	if !ok {
		return s.fail("an escape without four hexadecimal digits")
	}
	if utf16.IsSurrogate(r) && s.i+1 < len(s.b) && s.b[s.i] == '\\' && s.b[s.i+1] == 'u' {
		back := s.i
		s.i++
		low, ok := s.hex()
		if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
			r = pair
		} else {
			s.i = back
		}
	}
	s.scratch = utf8.AppendRune(s.scratch, r)
	return nil
}

// hex reads the four digits behind the u that is next.
func (s *scanner) hex() (r rune, ok bool) {
	s.i++
	if len(s.b)-s.i < 4 {
		s.i = len(s.b)
		return 0, false
	}
	for _, c := range s.b[s.i : s.i+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	s.i += 4
	return r, true
}

// maxDepth bounds values inside values that nobody reads.
const maxDepth = 100

// skip passes the rest of a value whose token was t.
func (s *scanner) skip(t token, depth int) error {
	if depth > maxDepth {
		return s.fail("values are nested too deeply")
	}
	switch t.kind {
	case '{':
		return s.each(func(_ []byte, t token) error { return s.skip(t, depth+1) })
	case '[':
		if s.accept(']') {
			return nil
		}
		for {
			t, err := s.next()
			if err == nil {
				err = s.skip(t, depth+1)
			}
			if err != nil {
				return err
			}
			if s.accept(']') {
				return nil
			}
			if !s.accept(',') {
				return s.fail("a comma or ] must stand here")
			}
		}
	}
	return nil
}

// each reads the members of an object that was opened. take must read or skip
// the value of its token.
func (s *scanner) each(take func(key []byte, t token) error) error {
	if s.accept('}') {
		return nil
	}
	for {
		s.space()
		if !s.at('"') {
			return s.fail("a key in quotes must stand here")
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if !s.accept(':') {
			return s.fail("a colon must stand here")
		}
		t, err := s.next()
		if err == nil {
			err = take(key, t)
		}
		if err != nil {
			return err
		}
		if s.accept('}') {
			return nil
		}
		if !s.accept(',') {
			return s.fail("a comma or } must stand here")
		}
	}
}
