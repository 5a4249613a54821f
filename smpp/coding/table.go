package coding

// escape leads to the single-shift or extension table (TS 23.038 §6.2.1).
const escape = 0x1B

// table is one alphabet of 128 characters, in both directions.
type table struct {
	runes [128]rune   // by septet; 0 where there is none
	low   [0x100]int8 // septet by character, -1 where there is none
	high  map[rune]byte
}

// newTable reads 128 characters in the order of their septets. A space stands
// for none, but at 0x20 of a basic table.
func newTable(chars string, basic bool) *table {
	t := &table{high: make(map[rune]byte)}
	for i := range t.low {
		t.low[i] = -1
	}
	septet := 0
	for _, r := range chars {
		t.set(byte(septet), r, basic)
		septet++
	}
	if septet != 128 {
		panic("a table of the GSM alphabet does not have 128 characters")
	}
	return t
}

func (t *table) set(septet byte, r rune, basic bool) {
	if septet == escape || r == ' ' && !(basic && septet == ' ') {
		return
	}
	t.runes[septet] = r
	if _, dup := t.septet(r); dup {
		return
	}
	if int(r) < len(t.low) {
		t.low[r] = int8(septet)
	} else {
		t.high[r] = septet
	}
}

// septet returns the place of the character.
func (t *table) septet(r rune) (s byte, ok bool) {
	if uint32(r) < uint32(len(t.low)) {
		v := t.low[r]
		return byte(v), v >= 0
	}
	s, ok = t.high[r]
	return s, ok
}

var (
	basicTable = newTable("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"+
		" !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"+
		"¿abcdefghijklmnopqrstuvwxyzäöñüà", true) // TS 23.038 §6.2.1
	extensionTable = newTable("          \f         ^                   {}     \\            [~] "+
		"|                                    €                          ", false) // §6.2.1.1
)
