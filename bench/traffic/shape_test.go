package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEveryPopulationIsThere(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		groups := []string{"new", "returning", "dropout"}
		for _, p := range populations[1:] {
			groups = append(groups, p.group)
		}
		for _, g := range groups {
			if n := f.stats.Labels["legit:"+g]; n < 30 {
				t.Errorf("legit:%s has %d sends, want 30 or more", g, n)
			}
		}
		sends := map[string]int64{}
		for label, n := range f.stats.Labels {
			kind, _, _ := strings.Cut(label, ":")
			sends[kind] += n
		}
		for _, a := range attacks {
			if sends[a.name] < 20 {
				t.Errorf("%s has %d sends, want 20 or more", a.name, sends[a.name])
			}
		}
	})
}

func TestAttacksHaveTheirShare(t *testing.T) {
	for _, test := range []struct {
		kind  Kind
		share float64
		want  float64
	}{{Crude, 0, 0.10}, {Adaptive, 0, 0.04}, {Drift, 0, 0.06}, {Crude, 0.25, 0.25}} {
		c := Config{Kind: test.kind, Seed: 9, Rate: 6000, AttackShare: test.share}
		stats, err := Generate(c, discard{})
		if err != nil {
			t.Fatal(err)
		}
		if got := float64(stats.Attacks) / float64(stats.Sends); got < test.want*0.8 || got > test.want*1.25 {
			t.Errorf("%s: attacks are %.3f of all sends, want %.2f", test.kind, got, test.want)
		}
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// conversion is the share of sends that were approved, by label without instance.
func (f *file) conversion() map[string]float64 {
	label, sends, approved := map[string]string{}, map[string]float64{}, map[string]float64{}
	for _, r := range f.events {
		switch {
		case r.Event == "send":
			l := r.Label
			if kind, _, _ := strings.Cut(l, ":"); kind != legit {
				l = kind
			}
			label[r.ID] = l
			sends[l]++
		case r.Result == "approved":
			approved[label[r.ID]]++
		}
	}
	for l := range sends {
		approved[l] /= sends[l]
	}
	return approved
}

func TestConversionIsAsDescribed(t *testing.T) {
	for _, test := range []struct {
		kind     Kind
		label    string
		min, max float64
	}{
		{Crude, "legit:new", 0.75, 0.95}, {Crude, "legit:returning", 0.78, 0.97}, {Crude, "legit:dropout", 0.3, 0.45},
		{Crude, "legit:outage", 0, 0.3}, {Crude, "pump_sequential", 0, 0.01}, {Crude, "pump_random", 0, 0.01},
		{Crude, "pump_converted", 0.12, 1}, {Crude, "brute_force", 0, 0.01}, {Crude, "sim_swap", 0.4, 0.9},
		{Adaptive, "legit:returning", 0.78, 0.97}, {Adaptive, "device_farm", 0.4, 1},
	} {
		if got := files[test.kind]().conversion()[test.label]; got < test.min || got > test.max {
			t.Errorf("%s %s: %.3f of the sends are approved, want %.2f to %.2f", test.kind, test.label, got, test.min, test.max)
		}
	}
}

// What is told of an attack's sends must not be a mark that no honest send has:
// the same fields, the same forms, the same software.
func TestAdaptiveAttackersBearNoMark(t *testing.T) {
	benign, attack := map[string]int{}, map[string]int{}
	identity := map[string]string{}
	for _, r := range files[Adaptive]().events {
		if r.Event == "identity" {
			identity[r.To] = r.fields()
		}
		if r.Event != "send" || strings.HasPrefix(r.Label, "irsf:") {
			continue
		}
		of := benign
		if !strings.HasPrefix(r.Label, legit) {
			of = attack
		}
		for _, mark := range r.marks() {
			of[mark]++
		}
		of["identity "+identity[r.To]]++
	}
	for mark, n := range attack {
		if n >= 15 && benign[mark] == 0 {
			t.Errorf("%q marks %d sends of attackers, and no honest one", mark, n)
		}
	}
	if len(attack) < 50 {
		t.Errorf("only %d marks were looked at", len(attack))
	}
}

// marks are a send's traits that should tell nothing by themselves.
func (r *record) marks() []string {
	marks := []string{
		"purpose " + r.Purpose,
		fmt.Sprintf("account %s %s %d", r.Tenant, r.Purpose, len(r.Account)),
		fmt.Sprintf("number %d", len(r.To)),
		fmt.Sprintf("milliseconds %v", r.At.Nanosecond()%1e6 == 0),
	}
	c := r.Context
	if c == nil {
		return append(marks, r.Tenant+" no context")
	}
	return append(marks,
		fmt.Sprintf("context %s %v %v %v %v %v", r.Tenant, c.IP != "", c.ASN != 0, c.Device != "", c.Agent != "", c.JA4 != ""),
		fmt.Sprintf("claim %s %v", r.Tenant, c.Claim != nil),
		fmt.Sprintf("device %s %d", r.Tenant, len(c.Device)),
		"ja4 "+c.JA4, fmt.Sprint("v6 ", strings.Contains(c.IP, ":")),
	)
}

// fields are which of them an identity record has, and its words.
func (r *record) fields() string {
	return fmt.Sprint(r.IMSI != "", r.ICCID != "", r.IMEI != "", r.VLR != "", r.LAC != 0, r.PLMN != "", r.LineType, r.Absent)
}

// A traveller is not seen in two countries within less than a flight.
func TestTravellersFly(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		lastSend, roaming := map[string]time.Time{}, map[string]bool{}
		changes := 0
		for _, r := range f.events {
			switch {
			case r.Event == "identity" && r.Roaming != roaming[r.To] && !r.Absent:
				roaming[r.To] = r.Roaming
				changes++
				if gap := r.At.Sub(lastSend[r.To]); gap < 3*time.Hour {
					t.Errorf("%s is in another country %v after it was last seen", r.To, gap)
				}
			case r.Event == "send" && strings.HasPrefix(r.Label, legit):
				lastSend[r.To] = r.At
			}
		}
		if changes < 50 {
			t.Errorf("%d journeys, want 50 or more", changes)
		}
	})
}

// The sends of a swap follow a change of the card that the network shows.
func TestSwapsAreShown(t *testing.T) {
	eachKind(t, func(t *testing.T, f *file) {
		first, now := map[string]string{}, map[string]string{}
		shown, sends := 0, 0
		for _, r := range f.events {
			if r.Event == "identity" && r.IMSI != "" {
				if first[r.To] == "" {
					first[r.To] = r.IMSI
				}
				now[r.To] = r.IMSI
			}
			if r.Event == "send" && (strings.HasPrefix(r.Label, "sim_swap:") || strings.HasPrefix(r.Label, "port_out:")) {
				sends++
				if now[r.To] != first[r.To] {
					shown++
				}
			}
		}
		if shown < sends/2 || shown == sends {
			t.Errorf("%d of %d sends after another IMSI: want most, and some before it or where the network tells none", shown, sends)
		}
	})
}
