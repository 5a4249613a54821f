package receipt

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		mode     IDMode
		response string
		receipt  string
		want     bool
	}{
		{Auto, "abc", "abc", true},
		{Auto, "75BCD15", "123456789", true},                                                         // response hexadecimal
		{Auto, "123456789", "75bcd15", true},                                                         // receipt hexadecimal
		{Auto, "123456789", "00000123456789", true},                                                  // zeros
		{Auto, "75bcd15", "075BCD15", true},                                                          // case
		{Auto, "812FC7470000001B", "9308878062554710043", true},                                      // above int64
		{Auto, "812FC7470000001B", "0x812fc7470000001b", true},                                       //
		{Auto, "340282366920938463463374607431768211456", "100000000000000000000000000000000", true}, // 129 bits
		{Auto, "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6f9619ff8b86d011b42d00cf4fc964ff", true},
		{Auto, "abc", "abd", false},
		{Auto, "zebra", "Zebra", false},
		{Exact, "abc", "abc", true},
		{Exact, "abc", "ABC", false},
		{Exact, "75BCD15", "123456789", false},
		{Decimal, "00123", "123", true},
		{Decimal, "123", "7b", false},
		{Hex, "7B", "007b", true},
		{Hex, "7B", "123", false},
		{HexDec, "7B", "123", true},
		{HexDec, "123", "7B", false},
		{HexDec, "10", "10", false},
		{DecHex, "123", "7B", true},
		{DecHex, "7B", "123", false},
	} {
		m := NewMatcher[int](c.mode, 0)
		m.Add(c.response, handset, 1)
		m.Add("7000000000000000", "4915700000000", 2)
		v, ok := m.Match(c.receipt, handset)
		if ok != c.want || ok && v != 1 {
			t.Errorf("%v: response %s, receipt %s: %v, %v", c.mode, c.response, c.receipt, v, ok)
		}
		m.Remove(c.response, handset)
		if _, ok := m.Match(c.receipt, handset); ok {
			t.Errorf("%v: %s matches after Remove", c.mode, c.response)
		}
		if m.Len() != 1 || len(m.exact) != 1 || m.mode == Auto && len(m.byNumber) != 2 {
			t.Errorf("%v: Remove left %d ids, %d numbers", c.mode, len(m.exact), len(m.byNumber))
		}
	}
}

func TestMatchNeedsTheDestination(t *testing.T) {
	m := NewMatcher[string](Auto, 0)
	m.Add("10", "491700000001", "ten")
	m.Add("16", "491700000002", "sixteen")
	for _, c := range []struct{ id, dest, want string }{
		{"16", "491700000001", "ten"}, // hexadecimal 10, not the other attempt
		{"16", "491700000002", "sixteen"},
		{"16", "+491700000002", "sixteen"},
		{"16", "0170 0000002", ""},
		{"16", "01700000002", "sixteen"}, // the national number
		{"16", "491700000003", ""},
		{"16", "", "sixteen"},
		{"0A", "", ""}, // by number only with a destination
	} {
		if v, _ := m.Match(c.id, c.dest); v != c.want {
			t.Errorf("%s to %q matches %q, want %q", c.id, c.dest, v, c.want)
		}
	}
}

func TestMatchRefusesTwoThatFit(t *testing.T) {
	m := NewMatcher[int](Auto, 0)
	m.Add("10", handset, 1) // decimal ten, or hexadecimal sixteen
	m.Add("0A", handset, 2) // hexadecimal ten
	if v, ok := m.Match("0010", handset); ok {
		t.Errorf("0010 matches %d", v)
	}
	m.Add("same", handset, 3)
	m.Add("same", handset, 4)
	if v, ok := m.Match("same", handset); ok {
		t.Errorf("one of two equal ids matches: %d", v)
	}
	m.Remove("same", handset)
	if v, ok := m.Match("same", handset); !ok || v != 4 {
		t.Errorf("after Remove: %d, %v", v, ok)
	}
	m.Add(ReferenceID(77), handset, 5)
	m.Add(ReferenceID(78), handset, 6)
	if v, ok := m.Match(ReferenceID(78), handset); !ok || v != 6 {
		t.Errorf("by reference: %d, %v", v, ok)
	}
}

// TestLearns plays a carrier that answers in hexadecimal and reports in decimal:
// once that is certain, an id that exists in both readings goes to the right one.
func TestLearns(t *testing.T) {
	m := NewMatcher[int](Auto, 0)
	for i := range learnMin {
		id := 1000 + i
		m.Add(fmt.Sprintf("%X", id), handset, id)
		if m.Learnt() != Auto {
			t.Fatalf("certain after %d", i)
		}
		if v, ok := m.Match(fmt.Sprint(id), handset); !ok || v != id {
			t.Fatalf("%d matches %d, %v", id, v, ok)
		}
	}
	if m.Learnt() != HexDec {
		t.Fatalf("learnt %v", m.Learnt())
	}
	m.Add("10", handset, 16)
	m.Add("16", handset, 22)
	if v, ok := m.Match("16", handset); !ok || v != 16 {
		t.Errorf("16 matches %d, %v", v, ok)
	}
}

func TestMatcherIsBounded(t *testing.T) {
	m := NewMatcher[int](Auto, 3)
	for i := range 10 {
		m.Add(fmt.Sprint(100+i), handset, i)
	}
	if m.Len() != 3 || m.Evicted() != 7 || len(m.exact) != 3 || len(m.byNumber) != 6 {
		t.Errorf("len %d, evicted %d, ids %d, numbers %d", m.Len(), m.Evicted(), len(m.exact), len(m.byNumber))
	}
	if _, ok := m.Match("106", handset); ok {
		t.Error("the oldest was kept")
	}
	if v, ok := m.Match("109", handset); !ok || v != 9 {
		t.Error("the newest was forgotten")
	}
}

// FuzzNumber compares with math/big.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"", "0", "12345", "812FC7470000001B", "-1", "1-2", "0x1F", strings.Repeat("F", 64), strings.Repeat("F", 65), "g"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "+_-xX") {
			return // big.Int reads signs and separators
		}
		for _, base := range []int{10, 16} {
			got, ok := parseNumber(s, uint64(base))
			want, valid := new(big.Int).SetString(s, base)
			if valid = valid && want.BitLen() <= 256; ok != valid {
				t.Fatalf("%q base %d: %v, want %v", s, base, ok, valid)
			}
			sum := new(big.Int)
			for i := 3; i >= 0; i-- {
				sum.Lsh(sum, 64).Add(sum, new(big.Int).SetUint64(got[i]))
			}
			if ok && sum.Cmp(want) != 0 {
				t.Fatalf("%q base %d = %v", s, base, sum)
			}
		}
	})
}

func TestModeNames(t *testing.T) {
	for m := Auto; m <= DecHex; m++ {
		var got IDMode
		b, _ := m.MarshalText()
		if err := got.UnmarshalText(b); err != nil || got != m {
			t.Errorf("%v reads back as %v, %v", m, got, err)
		}
	}
	if _, err := ParseIDMode("decimal-ish"); err == nil {
		t.Error("an unknown mode was taken")
	}
}
