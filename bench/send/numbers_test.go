package bench

import (
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestNumbersAreValidMobilesAndDistinct(t *testing.T) {
	n := newNumbers(1)
	seen := map[string]bool{}
	for i := range uint64(800) {
		i *= 200_003 // over the whole range, every block
		e164 := string(n.append(nil, i))
		if seen[e164] {
			t.Fatalf("%s came twice", e164)
		}
		seen[e164] = true
		p, err := phonenumbers.Parse(e164, "")
		if err != nil || !phonenumbers.IsValidNumber(p) || phonenumbers.GetNumberType(p) != phonenumbers.MOBILE {
			t.Fatalf("%s is no valid mobile number: %v", e164, err)
		}
		if back, ok := n.index(e164); !ok || back != i {
			t.Fatalf("%s is number %d, %v; want %d", e164, back, ok, i)
		}
	}
}

func TestNumbersOfOthers(t *testing.T) {
	n := newNumbers(1)
	for _, e164 := range []string{"", "+49", "+4915112", "+4917012345678", "+14155550100", "+49151112345678", "+491511123456x"} {
		if i, ok := n.index(e164); ok {
			t.Errorf("%q is number %d", e164, i)
		}
	}
	if string(n.append(nil, 0)) == string(newNumbers(2).append(nil, 0)) {
		t.Error("two seeds begin with the same number")
	}
}

// A gateway looks for sequential numbers: neighbours in time must not be
// neighbours in the number range.
func TestNeighboursAreFarApart(t *testing.T) {
	n := newNumbers(3)
	for i := range uint64(1000) {
		a, b := string(n.append(nil, i)), string(n.append(nil, i+1))
		if a[:9] == b[:9] {
			t.Errorf("%s and %s follow each other", a, b)
		}
	}
}
