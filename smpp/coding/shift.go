package coding

import "unicode/utf8"

// gsm7 is the GSM alphabet under a pair of national tables; with the zero
// languages it is the usual one.
type gsm7 struct {
	locking, single Language
	basic, shifted  *table
}

func newGSM7(locking, single Language) gsm7 {
	g := gsm7{locking: locking, single: single, basic: basicTable, shifted: extensionTable}
	if locking == 0 && single == 0 { // nearly every text: no maps to look into
		return g
	}
	if t := lockingTables[locking]; t != nil {
		g.basic = t
	}
	if t := singleTables[single]; t != nil {
		g.shifted = t
	}
	return g
}

// cost returns the septets that the character takes, 0 when there are none for it.
func (g *gsm7) cost(r rune) int {
	if _, ok := g.basic.septet(r); ok {
		return 1
	}
	if _, ok := g.shifted.septet(r); ok {
		return 2
	}
	return 0
}

// plain returns how many octets at the start of the text are ASCII characters of
// one septet each. That is all of most texts, and reading them as octets takes a
// third of the time that runes do.
func (g *gsm7) plain(text string) (n int) {
	for n < len(text) && text[n] < utf8.RuneSelf && g.basic.low[text[n]] >= 0 {
		n++
	}
	return n
}

// append appends the septets of a text that has a cost, one an octet.
func (g *gsm7) append(b []byte, text string) []byte {
	n := g.plain(text)
	for i := range n {
		b = append(b, byte(g.basic.low[text[i]]))
	}
	for _, r := range text[n:] {
		if s, ok := g.basic.septet(r); ok {
			b = append(b, s)
		} else if s, ok := g.shifted.septet(r); ok {
			b = append(b, escape, s)
		}
	}
	return b
}

// decode reads septets, one an octet. A character that the shifted table lacks
// is the basic one (TS 23.038 §6.2.1.1); an octet above 0x7F is none of the
// alphabet, and what peers mean by it is Latin-1.
func (g *gsm7) decode(septets []byte) string {
	out := make([]rune, 0, len(septets))
	for i := 0; i < len(septets); i++ {
		s := septets[i]
		switch {
		case s > 0x7F:
			out = append(out, rune(s))
		case s != escape:
			out = append(out, g.basic.at(s))
		case i+1 == len(septets):
			out = append(out, ' ') // an escape that leads nowhere shows as a space
		default:
			i++
			out = append(out, g.escaped(septets[i]))
		}
	}
	return string(out)
}

func (g *gsm7) escaped(s byte) rune {
	switch {
	case s > 0x7F:
		return rune(s)
	case g.shifted.runes[s] != 0:
		return g.shifted.runes[s]
	}
	return g.basic.at(s)
}

// at returns the character of a septet, a space where the table has none.
func (t *table) at(s byte) rune {
	if r := t.runes[s]; r != 0 {
		return r
	}
	return ' '
}
