package fraud_test

import (
	"reflect"
	"testing"
	"time"

	"tollgate/fraud"
)

func TestExplainAddsUpToTheDecision(t *testing.T) {
	p := shipped(t, "default")
	f := clean("withdrawal")
	for _, e := range []edit{imsi(time.Hour), iccid(0), ported(time.Hour), line(fraud.LineVoIP), trusted} {
		e(&f)
	}
	e, d := p.Explain(&f), p.Decide(&f)
	if !reflect.DeepEqual(e.Decision, d) {
		t.Errorf("explained %+v, decided %+v", e.Decision, d)
	}
	points := map[string]float64{}
	for _, s := range e.Signals {
		points[s.Code] = s.Points
		if s.Evidence == "" || s.Group == "" || s.Raw < s.Points {
			t.Errorf("signal %+v", s)
		}
	}
	for _, r := range d.Reasons {
		if got, ok := points[r.Code]; !ok || got != r.Points {
			t.Errorf("%s: explained %g points, %g were given", r.Code, got, r.Points)
		}
	}
	if len(points) != len(d.Reasons) || len(e.Silent) == 0 {
		t.Errorf("%d signals explained, %d reasons given, %d silent", len(points), len(d.Reasons), len(e.Silent))
	}
	decided := 0
	for _, r := range e.Rules {
		if r.Decided {
			decided++
			if r.Name != "sim_swap" || r.Then != "freeze" || !r.Matched {
				t.Errorf("rule %+v decided", r)
			}
		}
	}
	if decided != 1 {
		t.Errorf("%d rules decided", decided)
	}
}

// A counterfactual is the decision on facts in which the signal does not fire.
func TestExplainSaysWhatWouldChangeTheDecision(t *testing.T) {
	p := shipped(t, "default")
	f := clean("login")
	line(fraud.LineVoIP)(&f)
	unchanged := f
	imsi(time.Hour)(&f)
	e := p.Explain(&f)
	for _, w := range e.Without {
		if len(w.Codes) == 1 && w.Codes[0] == "SIM_IMSI_CHANGED" {
			if d := p.Decide(&unchanged); w.Decision != d.Kind || w.Score != d.Score || w.Changes != (d.Kind != e.Decision.Kind) {
				t.Errorf("without the change of SIM it says %+v, and it is %+v", w, d)
			}
			return
		}
	}
	t.Errorf("nothing is said of the change of SIM: %+v", e.Without)
}
