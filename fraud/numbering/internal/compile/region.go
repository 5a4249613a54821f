package compile

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud/numbering/internal/table"
)

// newRegion tells what the library's parser does to a region's national
// numbers, as far as it can be told without its regular expressions.
func newRegion(p *pool, m *phonenumbers.PhoneMetadata, cc, ordinal int) (r table.Region, err error) {
	r = table.Region{Name: m.GetId(), CC: uint16(cc), Ordinal: uint8(ordinal)}
	if r.General, err = automaton(p, m.GetGeneralDesc().GetNationalNumberPattern(), false); err != nil {
		return r, err
	}
	if r.IDD, err = automaton(p, m.GetInternationalPrefix(), true); err != nil {
		return r, err
	}
	prefix := m.GetNationalPrefixForParsing()
	if strings.Trim(prefix, "0123456789") == "" && m.GetNationalPrefixTransformRule() == "" {
		r.Prefix = prefix
	} else if r.Odd, err = automaton(p, prefix, true); err != nil {
		return r, err
	}
	for n := range r.Lengths {
		if r.Lengths[n], err = length(m.GetGeneralDesc(), int32(n)); err != nil {
			return r, fmt.Errorf("region %s: %w", m.GetId(), err)
		}
	}
	return r, nil
}

// length is what a count of digits tells (the library's testNumberLength for
// the general description).
func length(d *phonenumbers.PhoneNumberDesc, n int32) (table.Length, error) {
	possible := d.GetPossibleLength()
	if len(possible) == 0 || possible[0] == -1 || d.GetNationalNumberPattern() == "" {
		return 0, fmt.Errorf("the general description has no lengths or no pattern")
	}
	for _, l := range d.GetPossibleLengthLocalOnly() {
		if l == n {
			return table.LocalOnly, nil
		}
	}
	for _, l := range possible {
		if l == n {
			return table.Possible, nil
		}
	}
	switch {
	case n < possible[0]:
		return table.TooShort, nil
	case n > possible[len(possible)-1]:
		return table.TooLong, nil
	}
	return table.Impossible, nil
}

// automaton makes the one of a single pattern: for whole numbers, or for those
// that begin with one or more digits that match.
func automaton(p *pool, expr string, prefix bool) (uint16, error) {
	pat, err := newPattern(expr)
	if err != nil {
		return 0, err
	}
	w := walker{pool: p, pattern: pat, prefix: prefix, memo: map[[2]int32]uint16{}}
	return w.node(1, 0)
}

type walker struct {
	pool    *pool
	pattern *pattern
	prefix  bool
	memo    map[[2]int32]uint16 // by state and depth
}

func (w *walker) node(state int32, depth int) (uint16, error) {
	if state == 0 || depth > table.MaxDigits {
		return 0, nil
	}
	at := [2]int32{state, int32(depth)}
	if id, ok := w.memo[at]; ok {
		return id, nil
	}
	var n table.Node
	s := w.pattern.states[state]
	switch {
	case w.prefix && s.accept && depth > 0:
		n.Out = table.AcceptPrefix
	case s.acceptEnd && depth > 0:
		n.Out = table.Accept
	}
	for d := 0; d < 10 && n.Out != table.AcceptPrefix; d++ {
		var err error
		if n.Next[d], err = w.node(w.pattern.step(state, d), depth+1); err != nil {
			return 0, err
		}
	}
	id, err := w.pool.add(n)
	w.memo[at] = id
	return id, err
}
