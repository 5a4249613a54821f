package fraud_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/fraud"
)

const day = 24 * time.Hour

var loaded sync.Map // name -> *fraud.Policy

func shipped(t testing.TB, name string) *fraud.Policy {
	t.Helper()
	if p, ok := loaded.Load(name); ok {
		return p.(*fraud.Policy)
	}
	p, err := fraud.LoadPolicy(name, policyText(t, name))
	if err != nil {
		t.Fatal(err)
	}
	loaded.Store(name, p)
	return p
}

// clean is a mobile number that nothing else is known of.
func clean(purpose string) fraud.Facts {
	return fraud.Facts{
		At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Tenant: "t", Purpose: purpose,
		Number:   fraud.Number{Region: "DE", LineType: fraud.LineMobile, Range: "+491701234", RegionAllowed: true, CarrierAllowed: true},
		Velocity: fraud.Velocity{Number10m: 1, NumberDay: 1, RangeMinute: 1, RangeHour: 1, SequentialRun: 1},
	}
}

func changed(ago time.Duration) fraud.Age {
	return fraud.Age{Changed: true, Min: ago, Max: ago + time.Hour}
}

type edit func(*fraud.Facts)

var (
	imsi      = func(ago time.Duration) edit { return func(f *fraud.Facts) { f.SIM.IMSI = changed(ago) } }
	iccid     = func(ago time.Duration) edit { return func(f *fraud.Facts) { f.SIM.ICCID = changed(ago) } }
	claim     = func(f *fraud.Facts) { f.SIM.TenantIMSI = changed(0); f.SIM.TenantICCID = changed(0) }
	vanished  = func(f *fraud.Facts) { f.SIM.Vanished = true; f.Lookup.Absent = true }
	vanishNew = func(f *fraud.Facts) { f.SIM.VanishedNew = true; f.SIM.IMSI = changed(time.Hour) }
	jump      = func(f *fraud.Facts) { f.Location.Sudden = true; f.Location.Cell = changed(time.Minute) }
	moved     = func(f *fraud.Facts) { f.Location.Cell = changed(time.Minute) }
	ported    = func(ago time.Duration) edit {
		return func(f *fraud.Facts) { f.Porting = fraud.Porting{Ported: true, Dated: true, Since: ago} }
	}
	line       = func(l fraud.LineType) edit { return func(f *fraud.Facts) { f.Number.LineType = l } }
	disposable = func(f *fraud.Facts) { f.Number.Disposable = true }
	roams      = func(f *fraud.Facts) { f.Location.Roaming = true }
	mvno       = func(f *fraud.Facts) { f.Number.MVNO = true }
	region     = func(f *fraud.Facts) { f.Number.RegionAllowed = false }
	carrier    = func(f *fraud.Facts) { f.Number.CarrierAllowed = false }
	down       = func(f *fraud.Facts) {
		f.Lookup = fraud.Lookup{Identity: fraud.Unknown, Porting: fraud.Unknown, Location: fraud.Unknown, Roaming: fraud.Unknown, LineType: fraud.Unknown, Reach: fraud.Unknown}
	}
	answered = func(f *fraud.Facts) { f.Lookup = fraud.Lookup{Identity: fraud.Yes, Porting: fraud.Yes} }
	proof    = func(age time.Duration) edit {
		return func(f *fraud.Facts) { f.Assurance = fraud.Assurance{Factor: "passkey", Age: age} }
	}
	trusted = func(f *fraud.Facts) {
		f.History = fraud.History{Verified: 3, SinceVerified: day, SameIdentity: true, SameDevice: true}
	}
)

// Verdicts: the kind, or one of these two.
const (
	freeze = fraud.Kind("freeze")
	refuse = fraud.Kind("refuse") // block with a refusal of its own
)

func verdict(d fraud.Decision) fraud.Kind {
	switch {
	case d.Freeze && d.Kind == fraud.Review:
		return freeze
	case d.Freeze:
		return "freeze that is no review"
	case d.Refusal != "" && d.Kind == fraud.Block:
		return refuse
	}
	return d.Kind
}

func TestShippedPolicies(t *testing.T) {
	all := []string{"login", "signup", "bind", "number_change", "withdrawal", "recovery", "anything"}
	sensitive := []string{"bind", "number_change", "withdrawal", "recovery"}
	everyday := []string{"login", "signup", "anything"}
	for _, v := range []struct {
		name         string
		purposes     []string
		edits        []edit
		dflt, strict fraud.Kind
	}{
		{"nothing known", all, nil, fraud.Allow, fraud.Allow},
		{"all well", all, []edit{answered}, fraud.Allow, fraud.Allow},
		{"North American number", all, []edit{line(fraud.LineFixedOrMobile)}, fraud.Allow, fraud.Allow},
		{"VoIP", all, []edit{line(fraud.LineVoIP)}, fraud.StepUp, fraud.Block},
		{"disposable", all, []edit{disposable}, fraud.Block, fraud.Block},
		{"premium", all, []edit{line(fraud.LinePremium)}, fraud.Block, fraud.Block},
		{"fixed line", all, []edit{line(fraud.LineFixed)}, fraud.StepUp, fraud.StepUp},
		{"toll-free", all, []edit{line(fraud.LineTollFree)}, fraud.Block, fraud.Block},
		{"personal", all, []edit{line(fraud.LinePersonal)}, fraud.Block, fraud.Block},
		{"region", all, []edit{region}, refuse, refuse},
		{"carrier", all, []edit{carrier}, refuse, refuse},
		{"roaming", all, []edit{roams}, fraud.Allow, refuse},
		{"MVNO", all, []edit{mvno}, fraud.Allow, refuse},

		{"IMSI just changed", everyday, []edit{imsi(0)}, fraud.StepUp, freeze},
		{"IMSI changed 2 days ago", everyday, []edit{imsi(2 * day)}, fraud.StepUp, freeze},
		{"IMSI changed 9 days ago", everyday, []edit{imsi(9 * day)}, fraud.Allow, freeze},
		{"IMSI changed 11 days ago", all, []edit{imsi(11 * day)}, fraud.Allow, freeze},
		{"IMSI just changed", sensitive, []edit{imsi(0)}, freeze, freeze},
		{"IMSI changed 9 days ago", sensitive, []edit{imsi(9 * day)}, freeze, freeze},
		{"ICCID just changed", everyday, []edit{iccid(0)}, fraud.StepUp, freeze},
		{"ICCID changed 9 days ago", sensitive, []edit{iccid(9 * day)}, freeze, freeze},
		{"vanished", all, []edit{vanished}, freeze, freeze},
		{"vanished before the new SIM", all, []edit{vanishNew}, freeze, freeze},
		{"app claims another SIM", everyday, []edit{claim}, fraud.StepUp, fraud.StepUp},
		{"app claims another SIM", sensitive, []edit{claim}, fraud.StepUp, fraud.Review},
		{"honest new SIM and phone", everyday, []edit{imsi(0), iccid(0), func(f *fraud.Facts) { f.Device.IMEI = changed(0) }}, fraud.StepUp, freeze},
		{"honest port", everyday, []edit{imsi(0), iccid(0), ported(time.Hour), jump, func(f *fraud.Facts) { f.Location.Network = changed(0) }}, fraud.StepUp, freeze},
		{"freeze before refusal", all, []edit{vanished, roams, carrier}, freeze, freeze},

		{"jump", everyday, []edit{jump}, fraud.Allow, freeze},
		{"moved", all, []edit{moved}, fraud.Allow, fraud.Allow},
		{"ported today", everyday, []edit{ported(time.Hour)}, fraud.StepUp, fraud.StepUp},
		{"ported 3 days ago", everyday, []edit{ported(3 * day)}, fraud.StepUp, fraud.StepUp},
		{"ported 20 days ago", everyday, []edit{ported(20 * day)}, fraud.Allow, fraud.StepUp},
		{"ported 40 days ago", all, []edit{ported(40 * day)}, fraud.Allow, fraud.Allow},
		{"ported 3 days ago", []string{"bind"}, []edit{ported(3 * day)}, fraud.StepUp, fraud.Review},
		{"ported 20 days ago", []string{"bind"}, []edit{ported(20 * day)}, fraud.Allow, fraud.StepUp},
		{"ported long ago", all, []edit{func(f *fraud.Facts) { f.Porting.Ported = true }}, fraud.Allow, fraud.Allow},

		{"providers down", everyday, []edit{down}, fraud.Allow, fraud.Allow},
		{"providers down", sensitive, []edit{down}, fraud.StepUp, fraud.Review},
		{"unknown to the network", everyday, []edit{func(f *fraud.Facts) { f.Lookup.Absent = true }}, fraud.Allow, fraud.Allow},
		{"unknown to the network", sensitive, []edit{func(f *fraud.Facts) { f.Lookup.Absent = true }}, fraud.StepUp, fraud.Review},

		{"proof lifts a step_up", all, []edit{line(fraud.LineVoIP), proof(9 * time.Minute)}, fraud.Allow, fraud.Block},
		{"old proof lifts nothing", all, []edit{line(fraud.LineFixed), proof(11 * time.Minute)}, fraud.StepUp, fraud.StepUp},
		{"proof lifts no freeze", sensitive, []edit{imsi(0), proof(0)}, freeze, freeze},
		{"proof lifts no block", all, []edit{disposable, proof(0)}, fraud.Block, fraud.Block},
		{"trusted history", []string{"login"}, []edit{line(fraud.LineVoIP), trusted}, fraud.Allow, fraud.Block},
		{"trusted history of a withdrawal", []string{"withdrawal"}, []edit{line(fraud.LineVoIP), trusted}, fraud.StepUp, fraud.Block},
	} {
		for _, purpose := range v.purposes {
			f := clean(purpose)
			for _, e := range v.edits {
				e(&f)
			}
			for name, want := range map[string]fraud.Kind{"default": v.dflt, "strict": v.strict} {
				if d := shipped(t, name).Decide(&f); verdict(d) != want {
					t.Errorf("%s, %s, %s: %s, want %s: %+v", v.name, purpose, name, verdict(d), want, d)
				}
			}
			checkObserve(t, v.name, &f)
		}
	}
}

// checkObserve wants what default decides recorded, and everything sent.
func checkObserve(t *testing.T, name string, f *fraud.Facts) {
	t.Helper()
	would, d := shipped(t, "default").Decide(f), shipped(t, "observe").Decide(f)
	if d.Kind != fraud.Allow || d.Freeze || d.Refusal != "" || d.Observed != would.Kind {
		t.Errorf("%s, %s: observe decides %+v, default %+v", name, f.Purpose, d, would)
	}
	if d.Score != would.Score || d.Rule != would.Rule || !reflect.DeepEqual(d.Reasons, would.Reasons) {
		t.Errorf("%s, %s: observe scores %+v, default %+v", name, f.Purpose, d, would)
	}
}

func TestNothingKnownIsANewcomer(t *testing.T) {
	for _, name := range []string{"default", "strict", "observe"} {
		f := clean("login")
		d := shipped(t, name).Decide(&f)
		if d.Kind == fraud.Block || d.Score > 50 || len(d.Reasons) != 1 || d.Reasons[0].Code != "NEWCOMER" || d.Rule != "" {
			t.Errorf("%s: %+v, want a low score for a newcomer and nothing else", name, d)
		}
	}
}

func TestRefusalsAreNamed(t *testing.T) {
	for _, v := range []struct {
		policy string
		edit   edit
		want   string
	}{
		{"default", region, "unsupported_region"},
		{"default", carrier, "unsupported_carrier"},
		{"strict", roams, "unsupported_carrier"},
		{"strict", mvno, "unsupported_carrier"},
	} {
		f := clean("login")
		v.edit(&f)
		if d := shipped(t, v.policy).Decide(&f); d.Refusal != v.want {
			t.Errorf("%s: refusal %q, want %q", v.policy, d.Refusal, v.want)
		}
	}
}

func TestScoreRanksHeavyEvidence(t *testing.T) {
	p := shipped(t, "default")
	f := clean("withdrawal")
	last := -1.0
	for _, e := range []edit{imsi(0), jump, ported(time.Hour), iccid(0), line(fraud.LinePremium), disposable, down,
		func(f *fraud.Facts) { f.Velocity.IPRange, f.Velocity.RangeMinute = 40, 200 },
		func(f *fraud.Facts) { f.Velocity.SequentialRun = 30 },
		func(f *fraud.Facts) { f.Velocity.DeviceNumbers = 30 },
		func(f *fraud.Facts) { f.Client.Tor = true }} {
		e(&f)
		d := p.Decide(&f)
		if !(d.Score > last && d.Score < 1000) {
			t.Errorf("score %g after %g: more evidence must weigh more, below 1000", d.Score, last)
		}
		last = d.Score
	}
}

func TestDecideIsDeterministic(t *testing.T) {
	f := clean("withdrawal")
	for _, e := range []edit{imsi(time.Hour), jump, ported(time.Hour), down, line(fraud.LineVoIP)} {
		e(&f)
	}
	want, err := json.Marshal(shipped(t, "default").Decide(&f))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var again fraud.Facts
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(shipped(t, "default").Decide(&again))
		if err != nil || string(got) != string(want) {
			t.Fatalf("from stored facts: %s, %v; want %s", got, err, want)
		}
	}
}

func TestReasonsAddUpAndAreSorted(t *testing.T) {
	f := clean("login")
	for _, e := range []edit{imsi(time.Hour), iccid(0), ported(time.Hour), trusted, moved} {
		e(&f)
	}
	d := shipped(t, "default").Decide(&f)
	sum := 0.0
	for _, r := range d.Reasons {
		sum += r.Points
		if r.Evidence == "" {
			t.Errorf("%s has no evidence", r.Code)
		}
	}
	if diff := sum - d.Score; diff > 0.01 || diff < -0.01 {
		t.Errorf("reasons add up to %g, the score is %g", sum, d.Score)
	}
	if !slices.IsSortedFunc(d.Reasons, func(a, b fraud.Reason) int { return int(b.Points - a.Points) }) {
		t.Errorf("reasons are not sorted by points: %+v", d.Reasons)
	}
}

// A policy that observes must observe what default would do, and nothing else.
func TestObserveIsDefault(t *testing.T) {
	rest := func(name string) string {
		_, after, _ := strings.Cut(string(policyText(t, name)), "\nmode: ")
		_, after, found := strings.Cut(after, "\n")
		if !found {
			t.Fatalf("%s.yaml has no mode", name)
		}
		return after
	}
	if rest("default") != rest("observe") {
		t.Error("observe.yaml differs from default.yaml in more than its mode")
	}
}

func TestVersionNamesContent(t *testing.T) {
	a, b := shipped(t, "default"), shipped(t, "strict")
	if !strings.HasPrefix(a.Version(), "default@") || len(a.Version()) != len("default@")+12 || a.Version()[8:] == b.Version()[7:] {
		t.Errorf("versions %s and %s", a.Version(), b.Version())
	}
	if !a.Sensitive("withdrawal") || a.Sensitive("login") || a.Observes() || !shipped(t, "observe").Observes() {
		t.Error("what the gateway asks of a policy is wrong")
	}
}

// Reasons go into the caller's slice: a decision on facts whose evidence quotes
// nothing allocates nothing, and without evidence none does.
func TestDecideIntoAllocatesNothing(t *testing.T) {
	p := shipped(t, "default")
	swapped, plain := clean("login"), clean("login")
	for _, e := range []edit{imsi(time.Hour), iccid(0), jump} {
		e(&swapped)
	}
	reasons := make([]fraud.Reason, 0, 32)
	for name, decide := range map[string]func(){
		"plain":    func() { p.DecideInto(&plain, reasons[:0]) },
		"silently": func() { p.DecideSilently(&swapped, reasons[:0]) },
	} {
		if n := testing.AllocsPerRun(100, decide); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	one, other := p.Decide(&swapped), p.DecideSilently(&swapped, reasons[:0])
	if one.Score != other.Score || one.Kind != other.Kind || one.Rule != other.Rule || len(one.Reasons) != len(other.Reasons) {
		t.Errorf("%+v\nsilently %+v", one, other)
	}
	if into := p.DecideInto(&swapped, reasons[:0]); !reflect.DeepEqual(one, into) {
		t.Errorf("%+v\ninto %+v", one, into)
	}
}

func BenchmarkDecide(b *testing.B) {
	p := shipped(b, "default")
	for name, edits := range map[string][]edit{"clean": nil, "swap": {imsi(time.Hour), iccid(0), jump}} {
		b.Run(name, func(b *testing.B) {
			f := clean("login")
			for _, e := range edits {
				e(&f)
			}
			b.ReportAllocs()
			for b.Loop() {
				p.Decide(&f)
			}
		})
	}
}
