package numbering

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"tollgate/hlr/subscriber"
)

// Dear is a list of number ranges that are dear to reach, and so are what
// international revenue share fraud asks for. It is read-only once loaded; nil
// is the empty list.
type Dear struct {
	kinds   map[string]string // by prefix
	longest int
}

//go:embed data/irsf.tsv
var dearFile string

var shippedDear = sync.OnceValues(func() (*Dear, error) { return LoadDear(strings.NewReader(dearFile)) })

// ShippedDear is the compiled list; its file says what it is and is not.
func ShippedDear() (*Dear, error) { return shippedDear() }

// LoadDear reads lines of a prefix of 2 to 15 digits, a tab and what it is.
// Empty lines, those that begin with # and the header are skipped.
func LoadDear(r io.Reader) (*Dear, error) {
	d := &Dear{kinds: map[string]string{}}
	var bad []error
	in := bufio.NewScanner(r)
	for line := 1; in.Scan() && len(bad) < maxDisposableErrors; line++ {
		text := strings.TrimRight(in.Text(), "\r")
		if text == "" || text[0] == '#' || text == "prefix\tkind" {
			continue
		}
		prefix, kind, ok := strings.Cut(strings.TrimPrefix(text, "+"), "\t")
		if !ok || strings.TrimSpace(kind) == "" || len(prefix) < 2 || len(prefix) > 15 || strings.Trim(prefix, "0123456789") != "" || prefix[0] == '0' {
			bad = append(bad, fmt.Errorf("line %d: write a prefix of 2 to 15 digits, a tab and what it is", line))
			continue
		}
		d.kinds[prefix] = strings.TrimSpace(kind)
		d.longest = max(d.longest, len(prefix))
	}
	return d, errors.Join(append(bad, in.Err())...)
}

// With is d with another list over it.
func (d *Dear) With(own *Dear) *Dear {
	all := &Dear{kinds: map[string]string{}, longest: max(d.longest, own.longest)}
	for _, from := range []*Dear{d, own} {
		for prefix, kind := range from.kinds {
			all.kinds[prefix] = kind
		}
	}
	return all
}

// Find is what the longest prefix of a number in the list says, "" when none is
// there.
func (d *Dear) Find(n subscriber.MSISDN) string {
	if d == nil {
		return ""
	}
	digits := n.Digits()
	for i := min(len(digits), d.longest); i > 1; i-- {
		if kind, ok := d.kinds[digits[:i]]; ok {
			return kind
		}
	}
	return ""
}

// Len is the count of prefixes.
func (d *Dear) Len() int {
	if d == nil {
		return 0
	}
	return len(d.kinds)
}
