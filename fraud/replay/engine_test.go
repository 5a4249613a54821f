package replay

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/hlr/subscriber"
)

// recorder is windows and subscribers that write down what they are told.
type recorder struct {
	told    []string
	numbers map[subscriber.MSISDN]int // sends a number
}

func (r *recorder) note(format string, args ...any) {
	r.told = append(r.told, fmt.Sprintf(format, args...))
}

func (r *recorder) Send(s *window.Send, out *fraud.Velocity) {
	if r.numbers == nil {
		r.numbers = map[subscriber.MSISDN]int{}
	}
	r.numbers[s.To]++
	out.Number10m = float64(r.numbers[s.To])
	r.note("send %s", s.To)
}
func (r *recorder) Await(s *window.Send, suspect float64) { r.note("await %s %g", s.To, suspect) }
func (r *recorder) Refuse(s *window.Send, suspect float64) {
	r.note("refuse %s %g", s.To, suspect)
}
func (r *recorder) Check(c *window.Check)     { r.note("check %d", c.Result) }
func (r *recorder) Receipt(c *window.Receipt) { r.note("receipt %d", c.Result) }

func (r *recorder) Record(n subscriber.MSISDN, _ *Record) { r.note("record %s", n) }
func (r *recorder) Facts(c *Subject, f *fraud.Facts) Seen {
	if c.Claim != nil {
		r.note("claim %s", c.Claim.IMSI)
	}
	return Seen{Past: 1}
}
func (r *recorder) Remember(*Seen, time.Time) { r.note("remember") }
func (r *recorder) Approved(*Seen, time.Time) { r.note("approved") }
func (r *recorder) Forgotten() int64          { return 0 }

const testPolicy = `
mode: %s
bands: {step_up: 300, review: 600, block: 800}
signals:
  LINE_VOIP: {points: 650}
  VELOCITY_NUMBER: {points: 400, from: 2, to: 3}
`

func policyOf(t testing.TB, mode string) *fraud.Policy {
	t.Helper()
	p, err := fraud.LoadPolicy("test", []byte(fmt.Sprintf(testPolicy, mode)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newLane(t testing.TB, mode string, r *recorder) *Lane {
	p := policyOf(t, mode)
	cfg := Config{
		Policy: Same(p), Windows: r, Subscribers: r, Awaiting: 4,
		Number: func(n *numbering.Number) fraud.Number {
			return fraud.Number{Region: n.Region, LineType: n.LineType, Range: n.MSISDN.Range(3), RegionAllowed: true, CarrierAllowed: true}
		},
		Client: func(ip netip.Addr, asn uint32) fraud.Client { return fraud.Client{ASN: asn} },
	}
	return &Lane{Name: p.Version(), Engine: NewEngine(cfg), Tally: NewTally(func(string) float64 { return 0.5 })}
}

// replayed runs lines through a lane and returns its decisions as they are
// written.
func replayed(t testing.TB, l *Lane, lines ...string) (decisions []string, r *Report) {
	t.Helper()
	in, err := Stream(context.Background(), NewReader(strings.NewReader(strings.Join(lines, "\n"))), func(e *Event) error {
		if d := l.Feed(e); d != nil {
			decisions = append(decisions, strings.TrimSpace(string(d.AppendLine(nil))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return decisions, l.Report(in)
}

func event(second int, kind, id, more string) string {
	return fmt.Sprintf(`{"at":%q,"event":%q,"id":%q%s}`, at(second), kind, id, more)
}

const (
	mobile = `,"to":"+4915112345678"`
	voip   = `,"to":"+445612345678"`
)

func TestOutcomesCountOnlyWhereTheSendWasAllowed(t *testing.T) {
	r := &recorder{}
	decisions, report := replayed(t, newLane(t, "enforce", r),
		event(1, "send", "a", mobile), event(2, "receipt", "a", `,"result":"delivered","carrier":"x"`), event(3, "check", "a", `,"result":"wrong"`),
		event(4, "check", "a", `,"result":"approved"`), event(5, "check", "a", `,"result":"approved"`),
		event(6, "send", "b", voip), event(7, "check", "b", `,"result":"approved"`), event(8, "receipt", "b", `,"result":"delivered"`),
		event(9, "check", "nobody", `,"result":"approved"`), event(10, "check", "a", `,"result":"guessed"`), event(11, "receipt", "a", `,"result":"lost"`),
	)
	want := []string{
		`{"id":"a","score":0,"decision":"allow","reasons":[]}`,
		`{"id":"b","score":650,"decision":"review","reasons":[{"code":"LINE_VOIP","points":650,"evidence":"VoIP number: no SIM stands behind it"}]}`,
	}
	if strings.Join(decisions, "\n") != strings.Join(want, "\n") {
		t.Errorf("decisions\n%s\nwant\n%s", strings.Join(decisions, "\n"), strings.Join(want, "\n"))
	}
	told := strings.Join(r.told, ", ")
	if told != "send +4915112345678, remember, await +4915112345678 0, receipt 1, check 2, check 1, approved, check 1, send +445612345678, remember, refuse +445612345678 650" {
		t.Errorf("told: %s", told)
	}
	o := report.Outcomes
	if o.Approved != 1 || o.AfterRefusal != 2 || o.UnknownIDs != 1 || o.UnknownResults != 2 || report.Decisions[fraud.Review] != 1 || report.Events["check"] != 6 {
		t.Errorf("%+v, %v, %v", o, report.Decisions, report.Events)
	}
}

func TestARefusedSendStillCounts(t *testing.T) {
	decisions, report := replayed(t, newLane(t, "enforce", &recorder{}),
		event(1, "send", "a", mobile), event(2, "send", "b", mobile), event(3, "send", "c", mobile), event(4, "send", "d", mobile))
	if report.Decisions[fraud.Allow] != 2 || report.Decisions[fraud.StepUp] != 2 || !strings.Contains(decisions[3], "4 sends") {
		t.Errorf("%v: %s", report.Decisions, decisions)
	}
}

// An observing policy shows what it would decide, and nothing is learnt from
// what it would have refused.
func TestObservingPolicyShowsWhatItWouldDecide(t *testing.T) {
	lines := []string{event(1, "send", "a", voip), event(2, "check", "a", `,"result":"approved"`), event(3, "send", "b", mobile)}
	enforced, observed := &recorder{}, &recorder{}
	one, _ := replayed(t, newLane(t, "enforce", enforced), lines...)
	other, _ := replayed(t, newLane(t, "observe", observed), lines...)
	if strings.Join(one, "\n") != strings.Join(other, "\n") || strings.Join(enforced.told, "\n") != strings.Join(observed.told, "\n") {
		t.Errorf("enforcing:\n%s\n%s\nobserving:\n%s\n%s", one, enforced.told, other, observed.told)
	}
}

func TestEverySendGivesOneDecision(t *testing.T) {
	r := &recorder{}
	decisions, report := replayed(t, newLane(t, "enforce", r),
		event(1, "send", "no number", `,"to":"hello"`), event(2, "send", "nothing", ""), event(3, "send", "null", `,"to":null`),
		event(4, "send", "not in use", `,"to":"+4915"`), event(5, "send", "", mobile),
		`{"at":"`+at(6)+`","event":"send","to":"+4915112345678"}`, event(7, "send", "twice", mobile), event(8, "send", "twice", mobile))
	if len(decisions) != 8 || report.Sends.Total != 8 || report.Sends.Invalid != 4 || report.Sends.DuplicateIDs != 1 || report.Rules["invalid_number"] != 4 {
		t.Errorf("%d decisions: %+v\n%s", len(decisions), report.Sends, strings.Join(decisions, "\n"))
	}
	for _, d := range decisions[:4] {
		if !strings.Contains(d, `"decision":"block"`) || !strings.Contains(d, `{"code":"INVALID_NUMBER","points":0,"evidence":"invalid phone number: `) {
			t.Errorf("an invalid number: %s", d)
		}
	}
	if got := strings.Join(r.told[:3], ", "); got != "send +4915, refuse +4915 0, send +4915112345678" { // what has digits counts, what has none does not
		t.Errorf("told first: %s", got)
	}
}

// The outcome of a send goes with the newest of its id, and the oldest sends
// are forgotten.
func TestAwaitingIsBounded(t *testing.T) {
	lines := []string{event(1, "send", "x", voip), event(2, "send", "x", mobile), event(3, "check", "x", `,"result":"approved"`)}
	for i := range 5 {
		lines = append(lines, event(4+i, "send", fmt.Sprint("s", i), fmt.Sprintf(`,"to":"+491511234567%d"`, i)))
	}
	lines = append(lines, event(20, "check", "x", `,"result":"approved"`), event(21, "check", "s1", `,"result":"approved"`))
	_, report := replayed(t, newLane(t, "enforce", &recorder{}), lines...)
	if o := report.Outcomes; o.Approved != 2 || o.UnknownIDs != 1 || o.Forgotten != 3 {
		t.Errorf("%+v", o)
	}
}

func TestLabelsAreMeasuredAndNeverSeen(t *testing.T) {
	lines := func(label func(string) string) []string {
		return []string{
			event(1, "send", "a", mobile+label("legit")), event(2, "send", "b", `,"to":"+4915112345679"`+label("legit:travel")),
			event(3, "send", "c", voip+label("pump:1")), event(4, "send", "d", voip+label("pump:1")), event(5, "send", "e", `,"to":"+4915112345670"`+label("swap")),
			event(6, "send", "f", `,"to":"+445612345679"`+label("legit:travel")), event(7, "send", "g", mobile),
		}
	}
	with, r := replayed(t, newLane(t, "enforce", &recorder{}), lines(func(l string) string { return `,"label":"` + l + `"` })...)
	without, bare := replayed(t, newLane(t, "enforce", &recorder{}), lines(func(string) string { return "" })...)
	if strings.Join(with, "\n") != strings.Join(without, "\n") {
		t.Error("decisions depend on labels")
	}
	// people 0, 0, 650; attacks 650, 650, 0: pairs won 4, ties 2 + 2 halves
	if *r.AUC != rounded((4+2)/9.0) || *r.Recall01 != 0 || r.Threshold01 != nil || *r.AttackRefused != rounded(2.0/3) || *r.BenignRefused != rounded(1.0/3) {
		t.Errorf("AUC %g, recall %g, refused %g and %g", *r.AUC, *r.Recall01, *r.AttackRefused, *r.BenignRefused)
	}
	if p := r.Kinds["pump"]; p.Sends != 2 || p.Refused != 2 || p.Campaigns != 1 || *p.AUC != rounded((4+1)/6.0) {
		t.Errorf("pump: %+v", p)
	}
	if s := r.Kinds["swap"]; s.Sends != 1 || s.Refused != 0 || s.Median != 1 || s.Stopped != 0 {
		t.Errorf("swap: %+v", s)
	}
	if g := r.Groups["travel"]; g.Sends != 2 || g.Refused != 1 || *g.Share != 0.5 || *g.Above01 != 0 {
		t.Errorf("travel: %+v", g)
	}
	if r.Sends.Labelled != 6 || r.Cost.Saved != 2 || r.Cost.USDSaved != 1 || r.Cost.USDLost != 0.5 || r.Cost.USDBenignRefused != 0.5 || r.Cost.USDOffered != 3.5 {
		t.Errorf("%+v, %+v", r.Sends, r.Cost)
	}
	if bare.AUC != nil || bare.Recall1 != nil || bare.Calibration != nil || bare.Cost.Saved != 3 || bare.Cost.USDSaved != 1.5 {
		t.Errorf("without labels: %+v", bare)
	}
}

func TestExplainReproducesTheDecision(t *testing.T) {
	l := newLane(t, "enforce", &recorder{})
	for _, v := range []struct{ id, more, want string }{
		{"v", voip + `,"context":{"asn":64500}`, "LINE_VOIP"}, {"i", `,"to":"+49"`, "invalid_number"},
	} {
		e := Event{}
		if err := NewReader(strings.NewReader(event(1, "send", v.id, v.more))).Next(&e); err != nil {
			t.Fatal(err)
		}
		x, err := l.Feed(&e).Explain()
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := x.Text(&text); err != nil {
			t.Fatal(err)
		}
		if !x.Reproduced || !strings.Contains(text.String(), v.want) || !strings.Contains(text.String(), `"purpose": "login"`) {
			t.Errorf("%s: reproduced %v:\n%s", v.id, x.Reproduced, &text)
		}
	}
}

// A number with a plus is read before its tenant's region is known: it is the
// same in every region.
func TestNumbersAreReadAhead(t *testing.T) {
	for _, to := range []string{"+4915112345678", "+1 602 401 8831", "+49", "+", "", "015112345678", "4915112345678", "+44 7400 123456", "+0049151", "++49151", "+49 (0)151 12345678", "+２３4", "+888123456789"} {
		for _, region := range []string{"", "DE", "US", "GB", "JP"} {
			e := Event{To: []byte(to)}
			e.prepare()
			got, err := e.number(region)
			want, wantErr := numbering.Parse(to, region)
			if got != want || fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Errorf("%q in %q: %+v, %v; want %+v, %v", to, region, got, err, want, wantErr)
			}
		}
	}
}
