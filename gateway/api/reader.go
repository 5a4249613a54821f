package api

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"tollgate/gateway"
)

// maxPath is the deepest nesting that any of our objects has, and one more.
const maxPath = 6

// reader reads one JSON text (RFC 8259), strictly. The first thing wrong is
// kept in err, with the field's path and where it stands; every later call
// then does nothing, so that callers check once, at the end.
type reader struct {
	b     []byte
	i     int
	path  [maxPath]string
	depth int
	err   *gateway.Refusal
}

// field is one known member of an object that is read into a T.
type field[T any] struct {
	name string
	read func(r *reader, into *T)
}

// readObject reads an object whose members are all among fields, each at most
// once. A null leaves its field as it was.
func readObject[T any](r *reader, fields []field[T], into *T) {
	if !r.open('{', "an object") {
		return
	}
	var seen uint64
	for n := 0; r.err == nil; n++ {
		if n == 0 && r.closed('}') {
			return
		}
		at, name := r.name()
		f := find(fields, name)
		switch {
		case r.err != nil:
			return
		case f < 0:
			r.failIn(at, string(name), "is not a field of this request")
			return
		case seen&(1<<f) != 0:
			r.failIn(at, fields[f].name, "stands here twice")
			return
		}
		seen |= 1 << f
		r.push(fields[f].name)
		if !r.null() {
			fields[f].read(r, into)
		}
		r.depth--
		if r.closed('}') {
			return
		}
		r.comma('}')
	}
}

func find[T any](fields []field[T], name []byte) int {
	for i := range fields {
		if fields[i].name == string(name) {
			return i
		}
	}
	return -1
}

// stringMap reads an object of strings with at most maxKeys members.
func (r *reader) stringMap(maxKeys, maxKey, maxValue int) map[string]string {
	if !r.open('{', "an object of strings") {
		return nil
	}
	m := make(map[string]string)
	for n := 0; r.err == nil; n++ {
		if n == 0 && r.closed('}') {
			break
		}
		at, name := r.name()
		key := string(name)
		if _, twice := m[key]; twice {
			r.failIn(at, key, "stands here twice")
		}
		if len(key) == 0 || len(key) > maxKey {
			r.failAt(at, "has a key that is not 1 to %d octets long", maxKey)
		}
		if n == maxKeys {
			r.failAt(at, "has more than %d keys", maxKeys)
		}
		r.push(key)
		m[key] = r.short(maxValue)
		r.depth--
		if r.closed('}') {
			break
		}
		r.comma('}')
	}
	return m
}

// end refuses whatever follows the one value.
func (r *reader) end() {
	if r.err == nil && (r.next() != 0 || r.i < len(r.b)) {
		r.fail("goes on after the end of the JSON object")
	}
}

// next skips white space and returns the octet that follows, 0 at the end.
func (r *reader) next() byte {
	for r.i < len(r.b) {
		switch c := r.b[r.i]; c {
		case ' ', '\t', '\r', '\n':
			r.i++
		default:
			return c
		}
	}
	return 0
}

func (r *reader) open(c byte, what string) bool {
	if r.err != nil {
		return false
	}
	if r.next() != c {
		r.wrong(what)
		return false
	}
	r.i++
	return true
}

func (r *reader) closed(c byte) bool {
	if r.err != nil || r.next() != c {
		return false
	}
	r.i++
	return true
}

func (r *reader) comma(end byte) {
	if r.err != nil {
		return
	}
	if r.next() != ',' {
		r.fail("expected a comma or %q, found %s", end, r.found())
		return
	}
	r.i++
}

// name reads a member's name and the colon behind it. The name is borrowed
// from the body until the next read.
func (r *reader) name() (at int, name []byte) {
	if r.err != nil {
		return r.i, nil
	}
	if r.next() != '"' {
		r.fail("expected a field name in quotes, found %s", r.found())
		return r.i, nil
	}
	at = r.i
	name = r.octets()
	if r.err == nil {
		if r.next() != ':' {
			r.fail("expected a colon behind the field name, found %s", r.found())
			return at, nil
		}
		r.i++
	}
	return at, name
}

func (r *reader) null() bool {
	if r.next() == 'n' && bytes.HasPrefix(r.b[r.i:], []byte("null")) {
		r.i += len("null")
		return true
	}
	return false
}

// integer reads a whole number between low and high.
func (r *reader) integer(low, high int64) int64 {
	if r.err != nil {
		return 0
	}
	c := r.next()
	at := r.i
	if c != '-' && (c < '0' || c > '9') {
		r.wrong("a number")
		return 0
	}
	for r.i < len(r.b) && strings.IndexByte("+-.eE0123456789", r.b[r.i]) >= 0 {
		r.i++
	}
	digits := r.b[at:r.i]
	if len(digits) > 1 && digits[0] == '0' {
		r.failAt(at, "must be a whole number without leading zeros")
		return 0
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || n < low || n > high {
		r.failAt(at, "must be a whole number from %d to %d", low, high)
		return 0
	}
	return n
}

func (r *reader) push(name string) {
	r.path[r.depth] = name
	r.depth++
}

// fail records what is wrong with the field being read, here.
func (r *reader) fail(format string, args ...any) { r.failAt(r.i, format, args...) }

// failIn is failAt for a member of the object being read.
func (r *reader) failIn(at int, name, format string, args ...any) {
	if r.depth < maxPath {
		r.push(name)
		defer func() { r.depth-- }()
	}
	r.failAt(at, format, args...)
}

func (r *reader) failAt(at int, format string, args ...any) {
	if r.err != nil {
		return
	}
	line := 1 + bytes.Count(r.b[:at], []byte("\n"))
	column := at - bytes.LastIndexByte(r.b[:at], '\n')
	name := printable(strings.Join(r.path[:r.depth], "."))
	detail := fmt.Sprintf(format, args...) + fmt.Sprintf(" (line %d, column %d)", line, column)
	if name == "" {
		detail = "the body " + detail
	}
	r.err = &gateway.Refusal{Code: gateway.CodeInvalidRequest, Field: name, Detail: detail}
}

// wrong records that there is no value of the kind that is wanted.
func (r *reader) wrong(want string) {
	if k := r.kind(); k != "" {
		r.fail("must be %s, not %s", want, k)
		return
	}
	r.fail("is not JSON")
}

// found is kind for where no value is wanted: what JSON does not have shows its
// first octet.
func (r *reader) found() string {
	if k := r.kind(); k != "" {
		return k
	}
	return strconv.QuoteRuneToASCII(rune(r.b[r.i]))
}

// kind names the value that starts here, for error texts; it is empty when what
// stands here starts none.
func (r *reader) kind() string {
	c := r.next()
	rest := r.b[r.i:]
	switch {
	case c == 0:
		return "the end"
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case bytes.HasPrefix(rest, []byte("true")), bytes.HasPrefix(rest, []byte("false")):
		return "a boolean"
	case bytes.HasPrefix(rest, []byte("null")):
		return "null"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	}
	return ""
}

// printable keeps a client's own field name short and harmless in an answer.
func printable(s string) string {
	if len(s) > 64 {
		s = s[:64]
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
}
