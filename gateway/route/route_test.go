package route

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tollgate/hlr/subscriber"
)

func names(plan []Choice) string {
	var s []string
	for _, c := range plan {
		s = append(s, c.Carrier)
	}
	return strings.Join(s, " ")
}

func TestPlanOrder(t *testing.T) {
	carriers := []Carrier{
		{Name: "any"},
		{Name: "tmo", Networks: []subscriber.PLMN{"26201"}},
		{Name: "de", Networks: []subscriber.PLMN{"262"}, Prefixes: []string{"49"}},
		{Name: "mobile", Prefixes: []string{"4917"}},
		{Name: "uk", Prefixes: []string{"44"}},
	}
	up := State{Up: true}
	tests := []struct {
		name  string
		to    subscriber.MSISDN
		plmn  subscriber.PLMN
		state map[string]State
		want  string
	}{
		{"the longest prefix first", "+491701234567", "", nil, "mobile de any"},
		{"a network before a prefix", "+491701234567", "26202", nil, "de mobile any"},
		{"nobody names the country", "+33612345678", "20801", nil, "any"},
		{"another country's carrier is left out", "+447700900123", "", nil, "uk any"},
		{"down comes after up", "+491701234567", "", map[string]State{"mobile": {}}, "de any mobile"},
		{"dead comes last", "+491701234567", "", map[string]State{"mobile": {Up: true, Dead: true}, "de": {}}, "any de mobile"},
	}
	for _, test := range tests {
		state := func(name string) State {
			if s, ok := test.state[name]; ok {
				return s
			}
			return up
		}
		r, err := New(carriers, state, func() float64 { return 0 })
		if err != nil {
			t.Fatal(err)
		}
		if got := names(r.Plan(test.to, test.plmn)); got != test.want {
			t.Errorf("%s: plan %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPlanSharesByWeight(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	r, err := New([]Carrier{{Name: "a", Weight: 3}, {Name: "b", Weight: 1}, {Name: "c"}},
		func(name string) State { return State{Up: name != "c"} }, rnd.Float64)
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]int{}
	for range 4000 {
		plan := r.Plan("+491701234567", "")
		if len(plan) != 3 || plan[2].Carrier != "c" {
			t.Fatalf("plan %v: want three carriers, the one that is down last", plan)
		}
		first[plan[0].Carrier]++
	}
	if first["a"] < 2800 || first["a"] > 3200 {
		t.Errorf("a came first %d times of 4000, want about 3000", first["a"])
	}
}

// TestServes keeps what a choice says later to what is not of the moment of routing.
func TestServes(t *testing.T) {
	for why, state := range map[string]State{"prefix 49": {Up: true}, "prefix 49, down": {}, "prefix 49, dead": {Up: true, Dead: true}} {
		r, err := New([]Carrier{{Name: "a", Prefixes: []string{"49"}}}, func(string) State { return state }, func() float64 { return 0 })
		if err != nil {
			t.Fatal(err)
		}
		if c := r.Plan("+491701234567", "")[0]; c.Why != why || c.Serves() != "prefix 49" {
			t.Errorf("%+v: %q, then %q; want %q, then %q", state, c.Why, c.Serves(), why, "prefix 49")
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, carriers := range map[string][]Carrier{
		"no name": {{}}, "twice": {{Name: "a"}, {Name: "a"}}, "weight": {{Name: "a", Weight: -1}},
	} {
		if _, err := New(carriers, nil, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
