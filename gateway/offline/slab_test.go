package offline

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/hlr/subscriber"
)

// A slab is what a map of strings says, whatever is set, replaced and dropped,
// and takes no more than the most that was kept at once.
func TestSlabIsAMapOfStrings(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var s slab
	refs, want := map[int]ref{}, map[int]string{}
	for i := range 100_000 {
		k := rng.IntN(500)
		if rng.IntN(4) == 0 {
			s.drop(refs[k])
			delete(refs, k)
			delete(want, k)
		} else {
			text := strings.Repeat(string(rune('a'+i%26)), rng.IntN(1+rng.IntN(2000)))
			refs[k], want[k] = s.set(refs[k], []byte(text)), text
		}
		for range 3 {
			k := rng.IntN(500)
			if got := s.get(refs[k]); got != want[k] || !s.same(refs[k], []byte(got)) || s.same(refs[k], []byte(got+"x")) {
				t.Fatalf("step %d: %d octets, want %d", i, len(got), len(want[k]))
			}
		}
	}
	slots := uint32(0)
	for i := range s.classes {
		slots += s.classes[i].used - uint32(len(s.classes[i].free))
	}
	if int(slots) != len(want) {
		t.Errorf("%d slots are taken by %d records", slots, len(want))
	}
	biggest := strings.Repeat("x", slabStep*slabClasses-slabHead)
	if got := s.get(s.set(0, []byte(biggest))); got != biggest {
		t.Errorf("the biggest: %d octets", len(got))
	}
}

// What is remembered takes no more memory after the ten thousandth number than
// after the thousandth, whatever their networks call their SIMs.
func TestWhatIsForgottenGivesItsMemoryBack(t *testing.T) {
	const most = 1000
	s := New(most, nil, nil)
	slots := func() (n int) {
		for i := range s.slab.classes {
			n += int(s.slab.classes[i].used)
		}
		return n
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 10 * most {
		imsi := strings.Repeat("2", 1+i%3*100) + strconv.Itoa(i)
		to := subscriber.MSISDN("+49151" + strconv.Itoa(10_000_000+i))
		s.Record(to, &replay.Record{IMSI: []byte(imsi), PLMN: []byte("26201")})
		f := fraud.Facts{At: at.Add(time.Duration(i) * time.Minute)}
		s.Facts(&replay.Subject{Tenant: "shop", To: to, Claim: &replay.Claim{IMSI: []byte(imsi)}}, &f)
		if f.SIM.IMSI.Changed || f.Lookup.Identity != fraud.Yes {
			t.Fatalf("number %d: %+v, %+v", i, f.SIM, f.Lookup)
		}
		s.Record(to, &replay.Record{IMSI: []byte(imsi + "9"), PLMN: []byte("26201")})
		f = fraud.Facts{At: f.At.Add(time.Second)}
		if s.Facts(&replay.Subject{Tenant: "shop", To: to}, &f); !f.SIM.IMSI.Changed {
			t.Fatalf("number %d: the other SIM does not show: %+v", i, f.SIM)
		}
	}
	if n := slots(); n > 5*most || s.Forgotten() == 0 {
		t.Errorf("%d slots for at most %d numbers, %d forgotten", n, most, s.Forgotten())
	}
}
