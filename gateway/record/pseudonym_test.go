package record

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"tollgate/fraud/numbering"
)

// shared is how many characters two strings begin alike.
func shared(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func TestNumbersKeepTheirPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, keep := range []int{0, 3} {
		p := NewKey().Pseudonyms("them", keep)
		numbers := make([]string, 400)
		for i := range numbers {
			numbers[i] = fmt.Sprintf("+49%s%0*d", []string{"170", "1511", "30"}[i%3], 5+r.IntN(3), r.IntN(100_000))
		}
		changed := 0
		for _, a := range numbers {
			x := p.Number(a)
			if len(x) != len(a) || x[:3+keep] != a[:3+keep] {
				t.Fatalf("%s becomes %s", a, x)
			}
			if x != a {
				changed++
			}
			for _, b := range numbers {
				if shared(a, b) != shared(x, p.Number(b)) {
					t.Fatalf("%s and %s share %d, %s and %s %d", a, b, shared(a, b), x, p.Number(b), shared(x, p.Number(b)))
				}
			}
		}
		if changed < 380 {
			t.Errorf("keep %d: only %d of 400 numbers changed", keep, changed)
		}
	}
}

// All numbers of a block become all numbers of another.
func TestNumbersAreABijection(t *testing.T) {
	p := NewKey().Pseudonyms("them", 3)
	seen := map[string]bool{}
	for i := range 100_000 {
		seen[p.Number(fmt.Sprintf("+4917012%05d", i))] = true
	}
	if len(seen) != 100_000 {
		t.Errorf("100 000 numbers become %d", len(seen))
	}
}

func TestNumbersStayValid(t *testing.T) {
	p, r := NewKey().Pseudonyms("them", DefaultKeep), rand.New(rand.NewPCG(3, 3))
	for prefix, rest := range map[string]int{"+49170": 7, "+4477": 8, "+1212": 7, "+336": 8, "+91981": 7, "+5511": 9, "+2348030": 6} {
		before, after := 0, 0
		for range 300 {
			n := prefix
			for range rest {
				n += string(rune('0' + r.IntN(10)))
			}
			if _, err := numbering.Parse(n, ""); err != nil {
				continue
			}
			before++
			if _, err := numbering.Parse(p.Number(n), ""); err == nil {
				after++
			}
		}
		if before == 0 || after*100 < before*90 {
			t.Errorf("%s: of %d valid numbers %d stay valid", prefix, before, after)
		}
	}
}

func TestAddressesKeepTheirPrefixes(t *testing.T) {
	p, r := NewKey().Pseudonyms("them", 3), rand.New(rand.NewPCG(5, 5))
	common := func(a, b netip.Addr) int {
		n := 0
		for x, y := a.AsSlice(), b.AsSlice(); n < 8*len(x) && x[n/8]>>(7-n%8)&1 == y[n/8]>>(7-n%8)&1; n++ {
		}
		return n
	}
	for _, family := range []string{"4", "6"} {
		all := make([]netip.Addr, 60)
		for i := range all {
			if family == "4" {
				all[i] = netip.AddrFrom4([4]byte{203, byte(r.IntN(2)), byte(r.IntN(4)), byte(r.IntN(256))})
			} else {
				b := netip.MustParseAddr("2001:db8::").As16()
				b[5], b[7], b[15] = byte(r.IntN(3)), byte(r.IntN(3)), byte(r.IntN(256))
				all[i] = netip.AddrFrom16(b)
			}
		}
		for _, a := range all {
			x := netip.MustParseAddr(p.Address(a.String()))
			for _, b := range all {
				y := netip.MustParseAddr(p.Address(b.String()))
				if x.BitLen() != a.BitLen() || common(a, b) != common(x, y) {
					t.Fatalf("%s and %s share %d bits, %s and %s %d", a, b, common(a, b), x, y, common(x, y))
				}
			}
		}
	}
	if p.Address("203.0.113.7") == NewKey().Pseudonyms("them", 3).Address("203.0.113.7") {
		t.Error("two keys give one pseudonym")
	}
	k := NewKey()
	if k.Pseudonyms("a", 3).Number("+491701234567") == k.Pseudonyms("b", 3).Number("+491701234567") {
		t.Error("two recipients get one pseudonym")
	}
}
