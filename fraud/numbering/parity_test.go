package numbering

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"tollgate/hlr/subscriber"
)

// With -numbers 100000000 the table is held against the library for half an
// hour; -seed picks others than the usual ones:
//
//	go test ./fraud/numbering -run Parity -timeout 2h -numbers 100000000 -seed 7
var (
	parityNumbers = flag.Int("numbers", 0, "how many numbers are compared with phonenumbers; 0 is 1 000 000, or 50 000 with -short or -race")
	paritySeed    = flag.Uint64("seed", 1, "of the numbers that are compared with phonenumbers")
)

func parityCount() int {
	switch {
	case *parityNumbers > 0:
		return *parityNumbers
	case testing.Short() || raceEnabled:
		return 50_000
	}
	return 1_000_000
}

// compare runs check on n random numbers, on all processors; each stretch of
// numbers has a seed of its own, so that the same ones come whatever runs
// beside. It fails after the first ten that differ.
func compare(t *testing.T, n int, check func(o *origin, l *library, rng *rand.Rand) (valid bool, differs string)) {
	const stretch = 5000
	o := newOrigin(t)
	var next, valid, differ atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			l := &library{}
			for differ.Load() < 10 {
				s := next.Add(1) - 1
				if s*stretch >= int64(n) {
					return
				}
				rng := rand.New(rand.NewPCG(*paritySeed, uint64(s)))
				for range min(stretch, int64(n)-s*stretch) {
					ok, differs := check(o, l, rng)
					if ok {
						valid.Add(1)
					}
					if differs != "" && differ.Add(1) <= 10 {
						t.Errorf("seed %d, stretch %d: %s", *paritySeed, s, differs)
					}
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d numbers, %d of them valid, %d differ", n, valid.Load(), differ.Load())
	if share := float64(valid.Load()) / float64(n); share < 0.2 || share > 0.8 {
		t.Errorf("%.0f %% of the numbers are valid: too few of one sort to tell anything", share*100)
	}
}

// Whether a number in E.164 is valid, its region, type and carrier: the table
// must say what the library says, for every region, valid or not.
func TestParity(t *testing.T) {
	buf := sync.Pool{New: func() any { b := make([]byte, 0, 64); return &b }}
	compare(t, parityCount(), func(o *origin, l *library, rng *rand.Rand) (bool, string) {
		b := buf.Get().(*[]byte)
		defer buf.Put(b)
		*b = o.number(rng, append((*b)[:0], '+'))
		e164 := string(*b)
		want, valid := l.classify(e164[1:])
		got, ok := Classify(subscriber.MSISDN(e164))
		got.PLMN = ""
		if ok != valid || got != want {
			return valid, fmt.Sprintf("%s: Classify = %+v, %v; the library says %+v, %v", e164, got, ok, want, valid)
		}
		return valid, ""
	})
}

// What Parse makes of a number as it is dialled, in its own region and abroad,
// is what the library's parser makes of it, refusals included.
func TestParseParity(t *testing.T) {
	compare(t, parityCount()/5, func(o *origin, l *library, rng *rand.Rand) (bool, string) {
		s := &o.plans[rng.IntN(len(o.plans))]
		r := reading{region: s.region}
		d := s.dialled(rng, nil)
		switch {
		case rng.IntN(8) == 0: // to be understood by itself, or not at all
			r.region = ""
		case r.region == nonGeographic || rng.IntN(3) == 0:
			r.region, d = "", append([]byte(s.cc), d...)
		}
		r.digits = string(d[:min(len(d), maxDigits)])
		want, refused := l.parse(r.digits, r.region)
		got, err := r.number()
		got.PLMN = ""
		if got != want || !sameRefusal(err, refused) {
			return refused == nil, fmt.Sprintf("%q in %q: %+v, %v; the library says %+v, %v", r.digits, r.region, got, err, want, refused)
		}
		return refused == nil, ""
	})
}
