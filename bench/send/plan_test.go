package send

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// Pumped numbers are valid, of a few ranges, and nearly in sequence; every
// message is found again by its code.
func TestPumping(t *testing.T) {
	c := (&Config{Seed: 3, Attack: 1}).withDefaults()
	p, err := newPlan(&c)
	if err != nil {
		t.Fatal(err)
	}
	ranges, sources := map[string]int{}, map[string]bool{}
	for i := range uint64(4000) {
		var body struct {
			To, Code string
			Context  struct {
				IP       string `json:"ip"`
				DeviceID string `json:"device_id"`
			}
		}
		if err := json.Unmarshal(p.body(nil, i), &body); err != nil {
			t.Fatal(err)
		}
		number, err := phonenumbers.Parse(body.To, "")
		if err != nil || !phonenumbers.IsValidNumber(number) {
			t.Fatalf("%s is not valid: %v", body.To, err)
		}
		if _, err := netip.ParseAddr(body.Context.IP); err != nil || body.Context.DeviceID == "" {
			t.Fatalf("%+v: %v", body, err)
		}
		ranges[body.To[:len(body.To)-3]]++
		sources[body.Context.IP] = true
		if got, ok := p.index(body.To, body.Code+" is your code for 24 h"); !ok || got != i {
			t.Fatalf("send %d is taken for %d, %v", i, got, ok)
		}
	}
	if len(ranges) > pumpRanges || len(sources) > 2*pumpSources {
		t.Errorf("%d ranges from %d addresses", len(ranges), len(sources))
	}
	if _, ok := p.index("+6281200000000", "0000000001 is your code"); ok {
		t.Error("another number's code is taken for ours")
	}
}

func TestFindCode(t *testing.T) {
	for text, want := range map[string]uint64{
		"0000000042 is your code": 42, "Your code: 1234567890": 1234567890, "in 5 minutes 0000000007.": 7,
		"12345678901 is too long": 0, "123456 too short": 0, "": 0,
	} {
		if got, ok := findCode(text); got != want || ok != (want != 0) {
			t.Errorf("%q: %d, %v", text, got, ok)
		}
	}
}

// Without repeats a request says no more than it has to.
func TestPlainBody(t *testing.T) {
	c := (&Config{Seed: 3}).withDefaults()
	p, err := newPlan(&c)
	if err != nil {
		t.Fatal(err)
	}
	if body := string(p.body(nil, 1)); !strings.HasPrefix(body, `{"to":"+49`) || !strings.HasSuffix(body, `","purpose":"login"}`) {
		t.Error(body)
	}
}
