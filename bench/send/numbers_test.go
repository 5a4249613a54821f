package send

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func allCountries() (m Mix) {
	for i, c := range countries {
		m = append(m, Share{c.iso, 1 + i%3})
	}
	return m
}

func mustNumbers(t *testing.T, seed uint64, m Mix) *numbers {
	t.Helper()
	n, err := newNumbers(seed, m)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var german = Mix{{"DE", 1}}

func TestNumbersAreValidMobilesAndDistinct(t *testing.T) {
	for _, m := range []Mix{german, allCountries(), {{"DE", 5}, {"US", 1}}} {
		n := mustNumbers(t, 1, m)
		seen, blocks := map[string]bool{}, map[string]bool{}
		for i := range uint64(800) {
			i *= n.max / 800 // over the whole range, every block
			i += i % 97
			e164 := string(n.append(nil, i))
			if seen[e164] {
				t.Fatalf("%v: %s came twice", m, e164)
			}
			seen[e164] = true
			p, err := phonenumbers.Parse(e164, "")
			kind := phonenumbers.GetNumberType(p)
			if err != nil || !phonenumbers.IsValidNumber(p) || kind != phonenumbers.MOBILE && kind != phonenumbers.FIXED_LINE_OR_MOBILE {
				t.Fatalf("%v: %s is no valid mobile number: %v", m, e164, err)
			}
			if back, ok := n.index(e164); !ok || back != i {
				t.Fatalf("%v: %s is number %d, %v; want %d", m, e164, back, ok, i)
			}
			blocks[e164[:5]] = true
		}
		if len(m) > 2 && len(blocks) < 40 {
			t.Errorf("%v: only %d beginnings", m, len(blocks))
		}
	}
}

// Countries come by their weight, and a hundred million are distinct.
func TestNumbersByWeight(t *testing.T) {
	n := mustNumbers(t, 1, Mix{{"DE", 7}, {"FR", 2}, {"NG", 1}})
	counts := map[string]int{}
	for i := range uint64(1000) {
		counts[string(n.append(nil, i))[:3]]++
	}
	if counts["+49"] != 700 || counts["+33"] != 200 || counts["+23"] != 100 {
		t.Errorf("%v", counts)
	}
	if n.max < 100_000_000 || mustNumbers(t, 1, german).max < 100_000_000 {
		t.Errorf("only %d distinct numbers", n.max)
	}
	if _, err := newNumbers(1, Mix{{"ZZ", 1}}); err == nil || !strings.Contains(err.Error(), "DE") {
		t.Errorf("a country without numbers: %v", err)
	}
}

func TestNumbersOfOthers(t *testing.T) {
	n := mustNumbers(t, 1, german)
	for _, e164 := range []string{"", "+49", "+4915112", "+4917012345678", "+14155550100", "+49151112345678", "+491511123456x"} {
		if i, ok := n.index(e164); ok {
			t.Errorf("%q is number %d", e164, i)
		}
	}
	if string(n.append(nil, 0)) == string(mustNumbers(t, 2, german).append(nil, 0)) {
		t.Error("two seeds begin with the same number")
	}
}

// A gateway looks for sequential numbers: neighbours in time must not be
// neighbours in the number range.
func TestNeighboursAreFarApart(t *testing.T) {
	n := mustNumbers(t, 3, german)
	for i := range uint64(1000) {
		a, b := string(n.append(nil, i)), string(n.append(nil, i+1))
		if a[:9] == b[:9] {
			t.Errorf("%s and %s follow each other", a, b)
		}
	}
}
