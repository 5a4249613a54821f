package coding

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"tollgate/smpp/pdu"
)

func TestCount(t *testing.T) {
	rep := strings.Repeat
	turkish := Options{Single: []Language{Turkish}}
	for _, c := range []struct {
		name   string
		text   string
		o      Options
		coding Coding
		want   int
	}{
		{"empty", "", Options{}, GSM7, 1},
		{"one full", rep("a", 160), Options{}, GSM7, 1},
		{"one over", rep("a", 161), Options{}, GSM7, 2},
		{"two full", rep("a", 306), Options{}, GSM7, 2},
		{"two over", rep("a", 307), Options{}, GSM7, 3},
		{"16-bit reference, two full", rep("a", 304), Options{Concat: UDH16}, GSM7, 2},
		{"16-bit reference, two over", rep("a", 305), Options{Concat: UDH16}, GSM7, 3},
		{"SAR, two over", rep("a", 305), Options{Concat: SAR}, GSM7, 3},
		{"extension counts twice", rep("€", 80), Options{}, GSM7, 1},
		{"extension counts twice, over", rep("€", 80) + "a", Options{}, GSM7, 2},
		{"an escape does not fit at the end", rep("a", 152) + rep("€", 77), Options{}, GSM7, 3},
		{"UCS-2 full", rep("я", 70), Options{}, UCS2, 1},
		{"UCS-2 over", rep("я", 71), Options{}, UCS2, 2},
		{"UCS-2 two full", rep("я", 134), Options{}, UCS2, 2},
		{"UCS-2 two over", rep("я", 135), Options{}, UCS2, 3},
		{"UCS-2 16-bit reference", rep("я", 133), Options{Concat: UDH16}, UCS2, 3},
		{"surrogate pairs", rep("😀", 35), Options{}, UCS2, 1},
		{"surrogate pairs over", rep("😀", 36), Options{}, UCS2, 2},
		{"a pair does not fit at the end", rep("😀", 67), Options{}, UCS2, 3},
		{"Latin-1 not allowed", rep("ê", 71), Options{}, UCS2, 2},
		{"Latin-1 saves a segment", rep("ê", 71), Options{Latin1: true}, Latin1, 1},
		{"Latin-1 on a tie before UCS-2", "ê", Options{Latin1: true}, Latin1, 1},
		{"GSM on a tie before Latin-1", "é", Options{Latin1: true}, GSM7, 1},
		{"no Latin-1 in a flash message", "ê", Options{Latin1: true, Flash: true}, UCS2, 1},
		{"Latin-1 as the default alphabet", rep("é", 160), Options{Alphabet: AlphabetLatin1}, Latin1, 1},
		{"what the SMSC could not turn into GSM", "ê", Options{Alphabet: AlphabetLatin1}, UCS2, 1},
		{"what Latin-1 lacks", "Δ", Options{Alphabet: AlphabetLatin1}, UCS2, 1},
		{"Turkish without its table", rep("ş", 71), Options{}, UCS2, 2},
		{"Turkish single shift", rep("ş", 77), turkish, GSM7, 1}, // 155 septets beside 4 octets of header
		{"Turkish single shift over", rep("ş", 78), turkish, GSM7, 2},
		{"Turkish locking shift", rep("ş", 155), Options{Locking: []Language{Turkish}}, GSM7, 1},
		{"no header when it is not needed", rep("a", 160), turkish, GSM7, 1},
		{"Hindi, both", rep("क", 150) + "०", Options{Single: []Language{Hindi}, Locking: []Language{Hindi}}, GSM7, 1},
		{"Spanish has no locking table", "Á", Options{Locking: []Language{Spanish}}, UCS2, 1},
		{"payload counts segments", rep("a", 307), Options{Concat: Payload}, GSM7, 3},
	} {
		coding, n, err := Count(c.text, c.o)
		if err != nil || coding != c.coding || n != c.want {
			t.Errorf("%s: %v, %d, %v; want %v, %d", c.name, coding, n, err, c.coding, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	rep := strings.Repeat
	for _, c := range []struct {
		text string
		o    Options
		want error
	}{
		{rep("a", 1530), Options{}, nil},
		{rep("a", 1531), Options{}, ErrTooLong},
		{rep("a", 161), Options{MaxParts: 1}, ErrTooLong},
		{rep("a", 153*255), Options{MaxParts: 1000}, nil},
		{rep("a", 153*255+1), Options{MaxParts: 1000}, ErrTooLong},
		{rep("a", 161), Options{MaxParts: 1, Concat: Payload}, ErrTooLong},
		{"я", Options{NoUCS2: true}, ErrNotEncodable},
		{"a\xffb", Options{}, ErrNotEncodable},
		{"a\uFFFDb", Options{}, nil},
	} {
		parts, err := Split(c.text, c.o)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || (parts == nil) != (c.want != nil) {
			t.Errorf("%d octets, %+v: %d parts, %v, want %v", len(c.text), c.o, len(parts), err, c.want)
		}
	}
	var long *TooLongError
	if _, err := Split(rep("a", 200), Options{MaxParts: 1}); !errors.As(err, &long) || long.Max != 1 {
		t.Errorf("TooLongError: %v", err)
	}
	var odd *NotEncodableError
	if _, err := Split("code я", Options{NoUCS2: true}); !errors.As(err, &odd) || odd.Rune != 'я' || odd.Offset != 5 {
		t.Errorf("NotEncodableError: %v", err)
	}
}

// The octets are worked out by hand from TS 23.038 and TS 23.040; the packed one
// is the often quoted "hellohello".
func TestOctets(t *testing.T) {
	for _, c := range []struct {
		name       string
		text       string
		o          Options
		esmClass   byte
		dataCoding byte
		want       string
	}{
		{"unpacked", "Code @ 1€", Options{}, 0, 0, "436f646520002031" + "1b65"},
		{"packed", "hellohello", Options{Alphabet: AlphabetGSM7Packed}, 0, 0, "e8329bfd4697d9ec37"},
		{"packed, seven bits over", "1234567", Options{Alphabet: AlphabetGSM7Packed}, 0, 0, "31d98c56b3dd1a"},
		{"Latin-1 default", "é@", Options{Alphabet: AlphabetLatin1}, 0, 0, "e940"},
		{"Latin-1", "ê", Options{Latin1: true}, 0, 3, "ea"},
		{"UTF-16", "я😀", Options{}, 0, 8, "044f" + "d83dde00"},
		{"flash", "a", Options{Flash: true}, 0, 0x10, "61"},
		{"flash UTF-16", "я", Options{Flash: true}, 0, 0x18, "044f"},
		{"single shift", "ş", Options{Single: []Language{Turkish}}, 0x40, 0, "03240101" + "1b73"},
		{"locking shift", "ş", Options{Locking: []Language{Turkish}}, 0x40, 0, "03250101" + "1d"},
	} {
		parts, err := Split(c.text, c.o)
		if err != nil || len(parts) != 1 {
			t.Errorf("%s: %d parts, %v", c.name, len(parts), err)
			continue
		}
		p := parts[0]
		if got := hex.EncodeToString(p.ShortMessage); got != c.want || p.ESMClass != c.esmClass || p.DataCoding != c.dataCoding {
			t.Errorf("%s: %s, esm_class %#x, data_coding %#x", c.name, got, p.ESMClass, p.DataCoding)
		}
	}
}

func TestMarks(t *testing.T) {
	text := strings.Repeat("a", 200)
	split := func(c Concat) []Part {
		parts, err := Split(text, Options{Concat: c, Ref: 0x1234})
		if err != nil {
			t.Fatal(err)
		}
		return parts
	}
	if p := split(UDH8); len(p) != 2 || hex.EncodeToString(p[1].ShortMessage[:7]) != "05000334020261" || p[1].ESMClass != pdu.ESMClassUDHI {
		t.Errorf("8-bit header: %x", p[1].ShortMessage)
	}
	if p := split(UDH16); len(p) != 2 || hex.EncodeToString(p[0].ShortMessage[:8]) != "0608041234020161" {
		t.Errorf("16-bit header: %x", p[0].ShortMessage)
	}
	p := split(SAR)
	ref, _ := p[1].TLVs.Uint16(pdu.TagSarMsgRefNum)
	total, _ := p[1].TLVs.Uint8(pdu.TagSarTotalSegments)
	seq, _ := p[1].TLVs.Uint8(pdu.TagSarSegmentSeqnum)
	if len(p) != 2 || ref != 0x1234 || total != 2 || seq != 2 || p[1].ESMClass != 0 || len(p[0].ShortMessage) != 152 {
		t.Errorf("SAR: %d %d %d, %+v", ref, total, seq, p[1])
	}
	p = split(Payload)
	if v, _ := p[0].TLVs.Get(pdu.TagMessagePayload); len(p) != 1 || len(v) != 200 || len(p[0].ShortMessage) != 0 {
		t.Errorf("payload: %d parts, %d octets", len(p), len(v))
	}
}

func TestTables(t *testing.T) {
	for r, want := range map[rune]int{'@': 1, '\n': 1, 'Ç': 1, 'ç': 0, '€': 2, '{': 2, '\f': 2, '`': 0, 'Ω': 1, 'ω': 0, ' ': 1, '\x1b': 0} {
		g := newGSM7(0, 0)
		if got := g.cost(r); got != want {
			t.Errorf("%q takes %d septets, want %d", r, got, want)
		}
	}
	for l := Turkish; l <= Urdu; l++ {
		if !l.hasSingle() || l.hasLocking() != (l != Spanish) {
			t.Errorf("%v: single %v, locking %v", l, l.hasSingle(), l.hasLocking())
		}
		name, _ := l.MarshalText()
		if got, err := ParseLanguage(string(name)); err != nil || got != l {
			t.Errorf("%v reads back as %v, %v", l, got, err)
		}
		if s, ok := singleTables[l].septet('€'); !ok || s != 0x65 {
			t.Errorf("%v: the euro sign stands at %#x", l, s)
		}
	}
}
