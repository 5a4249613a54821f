package httpjson

import (
	"errors"
	"strconv"
	"strings"
)

// path leads to one value of a JSON answer.
type path []step

// reply is an answer as JSON, and the number that it should be about.
type reply struct {
	tree   any
	digits string
}

// step is a key of an object, or the number of an element where key is "".
type step struct {
	key   string
	index int
}

const (
	stepsMax = 32
	indexMax = 1000
)

var errPath = errors.New(`a path is keys joined by dots, with [n] for an element, as in results[0].imsi; a key with a dot or bracket is written ["so"]`)

// parsePath reads results[0].original.imsi.
func parsePath(s string) (p path, err error) {
	for rest := s; rest != "" || len(p) == 0; {
		if rest == "" || len(p) == stepsMax {
			return nil, errPath
		}
		var one step
		if rest[0] == '[' {
			one, rest, err = element(rest)
		} else {
			one, rest, err = key(rest)
		}
		if err != nil {
			return nil, err
		}
		p = append(p, one)
		if after, dot := strings.CutPrefix(rest, "."); dot {
			if after == "" || after[0] == '[' {
				return nil, errPath
			}
			rest = after
		} else if rest != "" && rest[0] != '[' {
			return nil, errPath
		}
	}
	return p, nil
}

func key(s string) (one step, rest string, err error) {
	end := strings.IndexAny(s, ".[]")
	if end < 0 {
		end = len(s)
	}
	if end == 0 || end < len(s) && s[end] == ']' || strings.TrimSpace(s[:end]) != s[:end] {
		return step{}, "", errPath
	}
	return step{key: s[:end]}, s[end:], nil
}

// element reads [3] or ["a key"].
func element(s string) (one step, rest string, err error) {
	if quoted, ok := strings.CutPrefix(s, `["`); ok {
		name, rest, ok := strings.Cut(quoted, `"]`)
		if !ok || name == "" {
			return step{}, "", errPath
		}
		return step{key: name}, rest, nil
	}
	number, rest, ok := strings.Cut(s[1:], "]")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 0 || n > indexMax || strconv.Itoa(n) != number {
		return step{}, "", errPath
	}
	return step{index: n}, rest, nil
}

// byNumber is the key of vendors that name an object by the number.
const byNumber = "{digits}"

// find follows the path. What is not there is nil, as null is.
func (p path) find(r *reply) any {
	v := r.tree
	for _, s := range p {
		switch in := v.(type) {
		case object:
			v = nil
			if key := s.key; key == byNumber {
				v = in[r.digits]
			} else if key != "" {
				v = in[key]
			}
		case []any:
			v = nil
			if s.key == "" && s.index < len(in) {
				v = in[s.index]
			}
		default:
			return nil
		}
	}
	return v
}
