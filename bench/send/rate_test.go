package send

import (
	"math"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]struct {
		sends float64 // where the whole run takes 10 s
		lasts time.Duration
		again string
	}{
		"0":                          {0, 0, "0"},
		"5000":                       {50_000, 0, "5000"},
		"0.5":                        {5, 0, "0.5"},
		"1000..10000":                {55_000, 0, "1000..10000"},
		"1000:10s,5000:30s":          {160_000, 40 * time.Second, "1000:10s,5000:30s"},
		"0..100:2s, 0:1s ,100..0:2s": {200, 5 * time.Second, "0..100:2s,0:1s,100..0:2s"},
		"10:1m":                      {600, time.Minute, "10:1m0s"},
	} {
		r, err := ParseRate(text)
		whole := r.whole(10 * time.Second)
		if err != nil || math.Abs(whole.count()-want.sends) > 1e-9 || r.lasts() != want.lasts || r.String() != want.again {
			t.Errorf("%s: %v sends in %v, %q, %v", text, whole.count(), r.lasts(), r.String(), err)
		}
		if again, err := ParseRate(r.String()); err != nil || again.String() != r.String() {
			t.Errorf("%s: %q does not read back: %v", text, r.String(), err)
		}
	}
	for _, text := range []string{
		"", "x", "-3", "NaN", "1..x", "1000:", "1000:x", "1000:0s", "1000:-1s", "1,2", "1:1s,2", "2000000", "0:5s", "0:1s,0:2s", "1e3:1s,",
	} {
		if r, err := ParseRate(text); err == nil {
			t.Errorf("%q is taken for %v", text, r)
		}
	}
}

// The schedule is the inverse of the count: whatever the shape, the i-th send is
// due when i sends were, and none is left out.
func TestScheduleFollowsTheRate(t *testing.T) {
	for _, text := range []string{"100:3s", "100..300:2s", "300..100:2s", "0..200:1s,200:1s,0:1s,200..0:1s", "50:1s,1000..50:2s"} {
		r, err := ParseRate(text)
		if err != nil {
			t.Fatal(err)
		}
		// sent is the integral of the rate, by small steps.
		sent := func(until time.Duration) (n float64) {
			const step = 100 * time.Microsecond
			for at := time.Duration(0); at < until; at += step {
				n += r.at(at+step/2) * min(step, until-at).Seconds()
			}
			return n
		}
		s := schedule{steps: r}
		var i uint64
		last := time.Duration(-1)
		for ; ; i++ {
			at, ok := s.due(i)
			if !ok {
				break
			}
			if at < last || at > r.lasts() {
				t.Fatalf("%s: send %d is due at %v, the one before at %v", text, i, at, last)
			}
			if i%37 == 0 && math.Abs(sent(at)-float64(i)) > .5 {
				t.Errorf("%s: send %d is due at %v, when %.1f are", text, i, at, sent(at))
			}
			last = at
		}
		if n := r.dueBy(r.lasts()); n != i {
			t.Errorf("%s: %d are due by the end, want %d", text, n, i)
		}
		if math.Abs(float64(i)-r.count()) > 1 {
			t.Errorf("%s: %d sends, want %v", text, i, r.count())
		}
	}
}

func TestParseMix(t *testing.T) {
	m, err := ParseMix("login=8, withdrawal=2,abc==")
	if err != nil || m.String() != "login=8,withdrawal=2,abc===1" {
		t.Errorf("%v, %v", m, err)
	}
	counts := map[string]int{}
	for _, i := range m.cycle() {
		counts[m[i].Name]++
	}
	if counts["login"] != 8 || counts["withdrawal"] != 2 || counts["abc=="] != 1 {
		t.Errorf("%v", counts)
	}
	for _, text := range []string{"", "a,", "a=0", "a=-1", "a=1001", "a=600,b=600", "=3"} {
		if m, err := ParseMix(text); err == nil {
			t.Errorf("%q is taken for %v", text, m)
		}
	}
}

func TestClasses(t *testing.T) {
	for code, want := range map[string]string{
		"503 overloaded": "overloaded", "503": "overloaded", "429 rate_limited": "limited", "403 blocked": "refused", "423 frozen": "refused",
		"400 invalid_request": "invalid", "422 invalid_number": "invalid", "500": "server", "timeout": "transport", "connect": "transport", "closed": "transport",
	} {
		if got := class(code); got != want {
			t.Errorf("%s is of class %s, want %s", code, got, want)
		}
	}
}
