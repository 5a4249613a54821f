package receipt

// find looks an attempt up by the Matcher's mode. The caller holds mu.
func (m *Matcher[T]) find(id, dest string) *entry[T] {
	switch m.mode {
	case Auto:
		return m.findAny(id, dest)
	case Exact:
		return m.findExact(id, dest)
	}
	e, _ := m.findNumber(id, dest, m.mode)
	return e
}

// findAny tries what was learnt, then the same octets, then either notation.
func (m *Matcher[T]) findAny(id, dest string) *entry[T] {
	learnt := m.learnt.mode()
	if learnt == HexDec || learnt == DecHex {
		if e, _ := m.findNumber(id, dest, learnt); e != nil && dest != "" {
			return e
		}
	}
	if e := m.findExact(id, dest); e != nil {
		if len(id) > 1 { // a single digit is the same in every notation
			m.learnt.saw(Exact)
		}
		return e
	}
	if dest == "" {
		return nil
	}
	e, how := m.findNumber(id, dest, Auto)
	if e != nil {
		m.learnt.saw(how)
	}
	return e
}

func (m *Matcher[T]) findExact(id, dest string) *entry[T] {
	var found *entry[T]
	for e := m.exact[id]; e != nil; e = e.same {
		if !e.goesTo(dest) {
			continue
		}
		if found != nil {
			return nil
		}
		found = e
	}
	return found
}

// goesTo says that the destination fits; one that was not told does not count.
func (e *entry[T]) goesTo(dest string) bool {
	return dest == "" || e.dest == "" || sameNumber(e.dest, dest)
}

// findNumber looks for the only attempt whose id is the same number, in the
// notations that the mode allows (Auto: all four), and says which fitted.
func (m *Matcher[T]) findNumber(id, dest string, mode IDMode) (found *entry[T], how IDMode) {
	dec, isDec := decimal(id)
	hex, isHex := hexadecimal(id)
	try := func(n number, wanted func(*entry[T]) IDMode) (unique bool) {
		for f := m.byNumber[n[0]]; f != nil; f = f.next {
			e := f.entry
			by := wanted(e)
			if by == Auto || mode != Auto && by != mode || !e.goesTo(dest) || e == found {
				continue
			}
			if found != nil {
				return false
			}
			found, how = e, by
		}
		return true
	}
	if isDec && !try(dec, func(e *entry[T]) IDMode { return e.relation(dec, Decimal, HexDec) }) ||
		isHex && !try(hex, func(e *entry[T]) IDMode { return e.relation(hex, DecHex, Hex) }) {
		return nil, Auto
	}
	return found, how
}

// relation says by which of its two readings the attempt's id is n.
func (e *entry[T]) relation(n number, ifDec, ifHex IDMode) IDMode {
	switch {
	case e.isDec && e.dec == n:
		return ifDec
	case e.isHex && e.hex == n:
		return ifHex
	}
	return Auto
}

// learner counts by which relation receipts were matched.
type learner struct{ seen [len(modeNames)]uint32 }

// learnMin is how many matches of one kind, and of no other, make a mode certain.
const learnMin = 16

func (l *learner) saw(mode IDMode) {
	if l.seen[mode] < 1<<31 {
		l.seen[mode]++
	}
}

func (l *learner) mode() IDMode {
	certain := Auto
	for mode, n := range l.seen {
		switch {
		case n == 0:
		case n < learnMin || certain != Auto:
			return Auto
		default:
			certain = IDMode(mode)
		}
	}
	return certain
}
