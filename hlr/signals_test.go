package hlr

import (
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

func TestChangeIsAnIntervalOfAge(t *testing.T) {
	h, _ := run([]sight{{0, person(simA, "", ""), 0}, {time.Hour, person(simB, "", ""), 0}})
	now, first := day0.Add(3*time.Hour), h.Changes[0].NewFirst
	tests := []struct {
		name     string
		f        Field
		ack      time.Time
		min, max time.Duration
		ok       bool
	}{
		{"the swap", FieldIMSI, time.Time{}, 2*time.Hour - 10*time.Millisecond, 3 * time.Hour, true},
		{"any identity", FieldIdentity, time.Time{}, 2*time.Hour - 10*time.Millisecond, 3 * time.Hour, true},
		{"another field", FieldICCID, time.Time{}, 0, 0, false},
		{"confirmed before it", FieldIMSI, day0, 2*time.Hour - 10*time.Millisecond, 3 * time.Hour, true},
		{"confirmed at it", FieldIMSI, first, 0, 0, false},
		{"confirmed after it", FieldIMSI, now, 0, 0, false},
	}
	for _, tt := range tests {
		if min, max, ok := h.Change(tt.f, now, tt.ack); min != tt.min || max != tt.max || ok != tt.ok {
			t.Errorf("%s: %v, %v, %v; want %v, %v, %v", tt.name, min, max, ok, tt.min, tt.max, tt.ok)
		}
	}
	if min, max, _ := h.Change(FieldIMSI, first.Add(-time.Hour), time.Time{}); min != 0 || max < 0 {
		t.Errorf("with a clock that is behind: %v, %v", min, max)
	}
}

func TestSuddenAndVanished(t *testing.T) {
	h, _ := run([]sight{{0, served("26201", "", 0, 0), 0}, {time.Hour, served("20801", "", 0, 0), 0}})
	seen := h.Changes[0].NewFirst
	if !h.Sudden(seen, time.Time{}) || h.Sudden(seen, seen) || h.Sudden(seen.Add(suddenKept), time.Time{}) {
		t.Error("a jump counts for a day, and not after it was confirmed")
	}
	h, _ = run([]sight{{0, person(simA, "", ""), 0}, {time.Hour, gone, 0}})
	if !h.Vanished() || !h.Known() || h.VanishedBefore(time.Time{}) {
		t.Errorf("vanished %v, known %v, before %v", h.Vanished(), h.Known(), h.VanishedBefore(time.Time{}))
	}
	h, _ = Observe(h, told(day0.Add(2*time.Hour), person(simB, "", "")), day0.Add(2*time.Hour), Observer{Hasher: keyring{1}})
	if h.Vanished() || !h.VanishedBefore(time.Time{}) || h.VanishedBefore(day0.Add(3*time.Hour)) {
		t.Error("the SIM that came after the gap is not marked, or still is after it was confirmed")
	}
}

func TestSameSIM(t *testing.T) {
	old, now := keyring{1}, keyring{2}
	print := Fingerprint(told(day0, person(simA, cardA, foneA)), old)
	imsi, iccid := print.IMSI, print.ICCID
	var none subscriber.Hash
	tests := []struct {
		name        string
		imsi, iccid subscriber.Hash
		sub         Subscriber
		same, known bool
	}{
		{"the same", imsi, iccid, person(simA, cardA, foneB), true, true},
		{"another IMSI", imsi, iccid, person(simB, cardA, ""), false, true},
		{"another card", imsi, iccid, person(simA, cardB, ""), false, true},
		{"card not told now", imsi, iccid, person(simA, "", ""), true, true},
		{"card not told then", imsi, none, person(simA, cardB, ""), true, true},
		{"nothing told now", imsi, iccid, Subscriber{LineType: "mobile"}, false, false},
		{"nothing told then", none, none, person(simA, cardA, ""), false, false},
		{"nothing in common", imsi, none, person("", cardA, ""), false, false},
		{"absent", imsi, iccid, gone, false, true},
		{"absent, nothing told then", none, none, gone, false, true},
	}
	for _, tt := range tests {
		if same, known := SameSIM(SIM{IMSI: tt.imsi, ICCID: tt.iccid, SeenAt: day0}, told(day0, tt.sub), now); same != tt.same || known != tt.known {
			t.Errorf("%s: same %v, known %v; want %v, %v", tt.name, same, known, tt.same, tt.known)
		}
	}
	if s := Fingerprint(told(day0, gone), now); s.Known() {
		t.Errorf("an absent subscriber has the fingerprint %+v", s)
	}
}

func TestFactsShowNoWholeIdentity(t *testing.T) {
	sub := person(simA, cardA, foneA)
	sub.LineType, sub.LAC, sub.CID, sub.VLR = "mobile", 1, 2, "491710760000"
	a := told(day0, sub)
	a.Asked |= FieldRoaming
	a.Sources = append(a.Sources, Source{Provider: "late", Asked: FieldRoaming, Err: ErrBudget})
	a.Known &^= FieldRoaming
	got := map[string]Fact{}
	for _, f := range a.Facts() {
		got[f.Name] = f
		for _, id := range []string{simA, cardA, foneA} {
			if strings.Contains(f.Value, id[:len(id)-3]) {
				t.Errorf("%s shows %q", f.Name, f.Value)
			}
		}
	}
	for name, want := range map[string]string{"imsi": "26201…", "location": "1/2", "line_type": "mobile", "vlr": "491710760000", "roaming": ""} {
		if got[name].Value != want {
			t.Errorf("%s = %q, want %q", name, got[name].Value, want)
		}
	}
	if f := got["roaming"]; f.Known || f.Source != "late" || f.Err != ErrBudget {
		t.Errorf("a fact that did not come: %+v", f)
	}
}

func TestFieldNames(t *testing.T) {
	for i, one := range FieldAll.Each() {
		if f, ok := ParseField(one.String()); !ok || f != one || one.String() != fieldNames[i] {
			t.Errorf("bit %d: %q is read as %v", i, one, f)
		}
	}
	if s := FieldIdentity.String(); s != "imsi,iccid,sim_change" {
		t.Errorf("identity = %q", s)
	}
	if _, ok := ParseField("no such"); ok || Field(0).String() != "none" {
		t.Error("unknown names must be refused, and the empty set is none")
	}
}

func TestCallingCode(t *testing.T) {
	for vlr, want := range map[string]string{
		"491710760000": "49", "+447785016005": "44", "13125550100": "1", "79161234567": "7",
		"35385123456": "353", "MSC-TEST-1": "", "1234": "", "0491710760": "", "4917107x6000": "",
	} {
		if got := callingCode(vlr); got != want {
			t.Errorf("%s: %q, want %q", vlr, got, want)
		}
	}
}
