package coding

import (
	"encoding/binary"
	"unicode/utf8"
)

// scheme is one way to write a whole text: a coding, its data_coding and, for
// GSM 7-bit, the national tables.
type scheme struct {
	coding     Coding
	dataCoding byte
	alphabet   Alphabet
	gsm        gsm7
}

// octetsMax is the user data of one short message (TS 23.040 §9.2.3.16).
const octetsMax = 140

// usual is the scheme that most texts fit: the default alphabet.
func (o *Options) usual() scheme {
	s := scheme{coding: GSM7, dataCoding: dataDefault, alphabet: o.Alphabet, gsm: newGSM7(0, 0)}
	if o.Flash {
		s.dataCoding = dataClass0
	}
	if o.Alphabet == AlphabetLatin1 {
		s.coding = Latin1
	}
	return s
}

// schemes returns what the options allow, the usual one first: on a tie the
// earlier wins.
func (o *Options) schemes() []scheme {
	usual, wide := o.usual(), scheme{coding: UCS2, dataCoding: dataUCS2}
	if o.Flash {
		wide.dataCoding = dataClass0UCS2
	}
	all := append(make([]scheme, 0, 3), usual)
	if o.Alphabet != AlphabetLatin1 {
		all = o.national(all, usual)
	}
	if o.Latin1 && !o.Flash {
		all = append(all, scheme{coding: Latin1, dataCoding: dataLatin1})
	}
	if !o.NoUCS2 {
		all = append(all, wide)
	}
	return all
}

// national adds the pairs of national tables, those with one table first.
func (o *Options) national(all []scheme, s scheme) []scheme {
	add := func(locking, single Language) {
		s.gsm = newGSM7(locking, single)
		all = append(all, s)
	}
	for _, single := range o.Single {
		if single.hasSingle() {
			add(0, single)
		}
	}
	for _, locking := range o.Locking {
		if locking.hasLocking() {
			add(locking, 0)
		}
	}
	for _, locking := range o.Locking {
		for _, single := range o.Single {
			if locking.hasLocking() && single.hasSingle() {
				add(locking, single)
			}
		}
	}
	return all
}

// inSeptets says that the short message holds the text as septets, whatever the
// octets between us and the SMSC are.
func (s *scheme) inSeptets() bool { return s.dataCoding&^dataClass0 == dataDefault }

// cost returns the units of the character, septets or octets, 0 when the scheme
// lacks it. Latin-1 as the default alphabet has only what GSM 7-bit has too: the
// SMSC turns it into that.
func (s *scheme) cost(r rune) int {
	switch {
	case s.coding == UCS2 && r > 0xFFFF:
		return 4
	case s.coding == UCS2:
		return 2
	case s.coding == Latin1 && !isLatin1(r):
		return 0
	case s.inSeptets():
		return s.gsm.cost(r)
	}
	return 1
}

func isLatin1(r rune) bool {
	return r >= ' ' && r < 0x7F || r >= 0xA0 && r <= 0xFF || r == '\n' || r == '\r'
}

// capacity returns the units beside a user data header of that many octets.
func (s *scheme) capacity(header int) int {
	if s.inSeptets() {
		return (octetsMax - header) * 8 / 7
	}
	return octetsMax - header
}

// units returns the cost of the text, or where the first character stands that
// the scheme lacks.
func (s *scheme) units(text string) (n, bad int) {
	plain := 0
	if s.coding == GSM7 {
		plain = s.gsm.plain(text)
	}
	n = plain
	for i, r := range text[plain:] {
		c := s.cost(r)
		if c == 0 || r == utf8.RuneError && !isReplacement(text[plain+i:]) {
			return 0, plain + i
		}
		n += c
	}
	return n, -1
}

// isReplacement tells a U+FFFD that was written from octets that are no UTF-8.
func isReplacement(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == 3
}

// append appends the text's units: septets one an octet, or octets.
func (s *scheme) append(b []byte, text string) []byte {
	switch s.coding {
	case GSM7:
		return s.gsm.append(b, text)
	case Latin1:
		for _, r := range text {
			b = append(b, byte(r))
		}
	case UCS2:
		for _, r := range text {
			if r > 0xFFFF {
				r -= 0x10000
				b = binary.BigEndian.AppendUint16(b, 0xD800|uint16(r>>10))
				r = 0xDC00 | r&0x3FF
			}
			b = binary.BigEndian.AppendUint16(b, uint16(r))
		}
	}
	return b
}
