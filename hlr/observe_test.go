package hlr

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

// keyring hashes under its newest key and compares under each hash's own.
type keyring struct{ newest uint32 }

func (k keyring) under(key uint32, kind, value string) (h subscriber.Hash) {
	m := hmac.New(sha256.New, []byte{byte(key)})
	m.Write([]byte(kind + "\x00" + value))
	h.Key = key
	copy(h.Sum[:], m.Sum(nil))
	return h
}

func (k keyring) Hash(kind, value string) subscriber.Hash { return k.under(k.newest, kind, value) }
func (k keyring) Matches(h subscriber.Hash, kind, value string) bool {
	return !h.IsZero() && h == k.under(h.Key, kind, value)
}

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// told is the answer of a lookup of its own that began at t and took 10 ms.
func told(t time.Time, s Subscriber) *Answer {
	f := s.Tells()
	return &Answer{
		Subscriber: s, Asked: FieldAll, Known: f, IdentityAt: t, IdentityDone: t.Add(10 * time.Millisecond),
		Sources: []Source{{Provider: "p", Fields: f}},
	}
}

func person(imsi, iccid, imei string) Subscriber {
	return Subscriber{Identity: subscriber.Identity{IMSI: imsi, ICCID: iccid, IMEI: imei}}
}

func served(plmn subscriber.PLMN, vlr string, lac, cid uint32) Subscriber {
	return Subscriber{Identity: subscriber.Identity{IMSI: "262011234567890", PLMN: plmn, VLR: vlr, LAC: lac, CID: cid}}
}

var gone = Subscriber{Absent: true}

// sight is one answer of a run, so long after day0.
type sight struct {
	at  time.Duration
	sub Subscriber
	key uint32 // newest at that time; 0: 1
}

func run(sights []sight) (h History, stored []bool) {
	for _, s := range sights {
		var store bool
		now := day0.Add(s.at)
		h, store = Observe(h, told(now, s.sub), now, Observer{Hasher: keyring{max(1, s.key)}})
		stored = append(stored, store)
	}
	return h, stored
}

func changes(h History) (list []string) {
	for _, c := range h.Changes {
		s := fmt.Sprintf("%v %v..%v", c.Field, c.OldLast.Sub(day0), c.NewFirst.Sub(day0).Truncate(time.Second))
		if c.Vanished {
			s += " vanished"
		}
		if c.Sudden {
			s += " sudden"
		}
		list = append(list, s)
	}
	return list
}

const (
	simA, simB   = "262011234567890", "262019876543210"
	cardA, cardB = "8949020000012345678", "8949020000087654321"
	foneA, foneB = "356938035643809", "490154203237518"
)

func TestObserve(t *testing.T) {
	a, b := person(simA, cardA, foneA), person(simB, cardB, foneA)
	tests := []struct {
		name    string
		sights  []sight
		changes []string
		stored  []bool
	}{
		{"nothing changes", []sight{{0, a, 0}, {30 * time.Second, a, 0}, {time.Minute, a, 0}}, nil, []bool{true, false, true}},
		{"a swap", []sight{{0, a, 0}, {time.Hour, b, 0}},
			[]string{"imsi 0s..1h0m0s", "iccid 0s..1h0m0s"}, []bool{true, true}},
		{"a swap after sights that were not stored", []sight{{0, a, 0}, {30 * time.Second, a, 0}, {50 * time.Second, b, 0}},
			[]string{"imsi 0s..50s", "iccid 0s..50s"}, []bool{true, false, true}},
		{"vanished, then another SIM", []sight{{0, a, 0}, {time.Hour, gone, 0}, {2 * time.Hour, gone, 0}, {3 * time.Hour, b, 0}},
			[]string{"imsi 0s..3h0m0s vanished", "iccid 0s..3h0m0s vanished"}, []bool{true, true, false, true}},
		{"vanished and the same SIM again", []sight{{0, a, 0}, {time.Hour, gone, 0}, {time.Hour + time.Second, a, 0}}, nil, []bool{true, true, true}},
		{"absent and never known", []sight{{0, gone, 0}, {time.Hour, a, 0}}, nil, []bool{false, true}},
		{"another handset", []sight{{0, a, 0}, {time.Hour, person(simA, cardA, foneB), 0}}, []string{"imei 0s..1h0m0s"}, []bool{true, true}},
		{"a software update of the handset", []sight{{0, a, 0}, {time.Second, person(simA, cardA, foneA[:14]+"42"), 0}}, nil, []bool{true, false}},
		{"an ICCID without its check digit", []sight{{0, a, 0}, {time.Second, person(simA, cardA[:18], foneA), 0}}, nil, []bool{true, false}},
		{"a card that is told late is no change", []sight{{0, person(simA, "", ""), 0}, {time.Second, a, 0}}, nil, []bool{true, true}},
		{"a partial answer leaves the rest", []sight{{0, a, 0}, {time.Hour, person(simA, "", ""), 0}, {2 * time.Hour, person(simA, cardB, ""), 0}},
			[]string{"iccid 0s..2h0m0s"}, []bool{true, true, true}},
		{"an answer without an identity", []sight{{0, a, 0}, {time.Hour, gone, 0}, {2 * time.Hour, Subscriber{LineType: "mobile"}, 0}, {3 * time.Hour, b, 0}},
			[]string{"imsi 0s..3h0m0s vanished", "iccid 0s..3h0m0s vanished"}, []bool{true, true, false, true}},
		{"a rotation of keys", []sight{{0, a, 1}, {time.Second, a, 2}, {2 * time.Second, a, 2}, {3 * time.Second, a, 3}}, nil, []bool{true, true, false, true}},
		{"a rotation and a swap at once", []sight{{0, a, 1}, {time.Hour, b, 2}}, []string{"imsi 0s..1h0m0s", "iccid 0s..1h0m0s"}, []bool{true, true}},
		{"a port", []sight{{0, a, 0}, {time.Hour, func() Subscriber { s := b; yes := true; s.Ported = &yes; return s }(), 0}},
			[]string{"imsi 0s..1h0m0s", "iccid 0s..1h0m0s"}, []bool{true, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, stored := run(tt.sights)
			if got := changes(h); fmt.Sprint(got) != fmt.Sprint(tt.changes) {
				t.Errorf("changes %q\nwant %q", got, tt.changes)
			}
			if fmt.Sprint(stored) != fmt.Sprint(tt.stored) {
				t.Errorf("stored %v, want %v", stored, tt.stored)
			}
		})
	}
}

func TestObservePlaces(t *testing.T) {
	home := served("26201", "491710760000", 100, 1)
	tests := []struct {
		name    string
		sights  []sight
		changes []string
	}{
		{"another cell", []sight{{0, home, 0}, {time.Second, served("26201", "491710760000", 100, 2), 0}}, []string{"location 0s..1s"}},
		{"another area of the same VLR", []sight{{0, home, 0}, {time.Second, served("26201", "491710760000", 101, 2), 0}}, []string{"location 0s..1s"}},
		{"another VLR soon after", []sight{{0, home, 0}, {29 * time.Minute, served("26201", "491710760001", 101, 2), 0}},
			[]string{"vlr 0s..29m0s sudden", "location 0s..29m0s sudden"}},
		{"another VLR later", []sight{{0, home, 0}, {31 * time.Minute, served("26201", "491710760001", 101, 2), 0}},
			[]string{"vlr 0s..31m0s", "location 0s..31m0s"}},
		{"another country's VLR", []sight{{0, home, 0}, {24 * time.Hour, served("", "447785016005", 0, 0), 0}}, []string{"vlr 0s..24h0m0s sudden"}},
		{"another network", []sight{{0, home, 0}, {24 * time.Hour, served("26202", "", 0, 0), 0}}, []string{"network 0s..24h0m0s sudden"}},
		{"a VLR with a name", []sight{{0, served("", "MSC-A", 0, 0), 0}, {time.Hour, served("", "MSC-B", 0, 0), 0}}, []string{"vlr 0s..1h0m0s"}},
		{"an area that nothing vouches for, at once", []sight{{0, served("", "", 100, 1), 0}, {time.Minute, served("", "", 900, 1), 0}},
			[]string{"location 0s..1m0s sudden"}},
		{"an area that nothing vouches for, later", []sight{{0, served("", "", 100, 1), 0}, {6 * time.Minute, served("", "", 900, 1), 0}},
			[]string{"location 0s..6m0s"}},
		{"a place that is told late", []sight{{0, person(simA, "", ""), 0}, {time.Second, home, 0}}, nil},
		{"a rotation of keys", []sight{{0, home, 1}, {time.Second, home, 2}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, _ := run(tt.sights)
			if got := changes(h); fmt.Sprint(got) != fmt.Sprint(tt.changes) {
				t.Errorf("changes %q\nwant %q", got, tt.changes)
			}
		})
	}
}

// After a rotation the record and the change that brought its value are under
// the newest key; a swap is still found, and the way back too.
func TestRotationInMidRun(t *testing.T) {
	a, b := person(simA, "", ""), person(simB, "", "")
	h, _ := run([]sight{{0, a, 1}, {time.Hour, b, 1}, {2 * time.Hour, b, 2}})
	if h.IMSI.Key != 2 || len(h.Changes) != 1 || h.Changes[0].New != h.IMSI {
		t.Errorf("record %v, changes %v", h.IMSI, h.Changes)
	}
	h, _ = Observe(h, told(day0.Add(3*time.Hour), a), day0.Add(3*time.Hour), Observer{Hasher: keyring{2}})
	if len(h.Changes) != 2 {
		t.Errorf("changes %v; want the way back as well", changes(h))
	}
}

func TestACachedAnswerDoesNotContradictANewerOne(t *testing.T) {
	h, _ := run([]sight{{0, person(simA, "", ""), 0}, {time.Hour, person(simB, "", ""), 0}})
	for _, old := range []Subscriber{person(simA, "", ""), gone} {
		a := told(day0.Add(time.Hour-time.Second), old)
		a.Sources[0].Cached = true
		next, store := Observe(h, a, day0.Add(time.Hour+time.Second), Observer{Hasher: keyring{1}})
		if store || len(next.Changes) != 1 || next.Vanished() {
			t.Errorf("stored %v, changes %v, vanished %v", store, changes(next), next.Vanished())
		}
		a.Sources[0].Cached = false // a lookup of its own, whatever the clocks say
		if next, store := Observe(h, a, day0.Add(time.Hour+time.Second), Observer{Hasher: keyring{1}}); !store || len(next.Changes) == 1 && !next.Vanished() {
			t.Errorf("a fresh answer was left out: %v", changes(next))
		}
	}
}

func TestObserveDoesNotTouchItsArgument(t *testing.T) {
	h, _ := run([]sight{{0, person(simA, "", ""), 1}, {time.Hour, person(simB, "", ""), 1}})
	before := fmt.Sprint(h)
	for _, s := range []Subscriber{person(simB, "", ""), person(simA, cardA, foneA), gone} {
		Observe(h, told(day0.Add(2*time.Hour), s), day0.Add(2*time.Hour), Observer{Hasher: keyring{2}})
	}
	if after := fmt.Sprint(h); after != before {
		t.Errorf("history was\n%s\nis\n%s", before, after)
	}
}

func TestChangesAreBounded(t *testing.T) {
	h, _ := run([]sight{{0, person(simA, "", ""), 0}, {time.Second, person(simB, "", ""), 0}})
	at := day0.Add(time.Minute)
	for i := range 100 { // a commuter
		s := served("26201", "491710760000", uint32(i+1), 1)
		s.IMSI = simB
		at = at.Add(time.Hour)
		h, _ = Observe(h, told(at, s), at, Observer{Hasher: keyring{1}})
	}
	if n := len(h.Changes); n != 1+maxChanges/2 {
		t.Errorf("%d changes kept", n)
	}
	if _, ok := h.Latest(FieldIMSI, time.Time{}); !ok {
		t.Error("the places have pushed out the swap")
	}
	at = at.Add(changeKept)
	h, _ = Observe(h, told(at, person(simA, "", "")), at, Observer{Hasher: keyring{1}})
	if n := len(h.Changes); n > 2 {
		t.Errorf("%d changes kept after half a year: %q", n, changes(h))
	}
}
