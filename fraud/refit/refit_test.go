package refit

import (
	"math"
	"math/rand/v2"
	"testing"

	"tollgate/fraud"
)

const policyText = `
mode: enforce
bands: {step_up: 300, review: 600, block: 800}
signals:
  VELOCITY_IP: {curve: [[2, 0], [4, 50], [8, 60]]}
  TOR: {points: 100}
  DATACENTRE: {points: 10}
  KNOWN_ACCOUNT: {points: -50, except: [withdrawal]}
purposes:
  withdrawal: {scale: {TOR: 2}}
`

// sampleOf draws sends whose chance to be an attack is known.
func sampleOf(t *testing.T, n int) *Sample {
	t.Helper()
	p, err := fraud.LoadPolicy("test", []byte(policyText))
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	s := NewSample(p)
	for range n {
		f := fraud.Facts{Purpose: "login"}
		z := -4.0
		if dice.Float64() < 0.2 {
			f.Client.Tor = true
			z += 3
		}
		if dice.Float64() < 0.3 {
			f.Velocity.IPMinute = 8
			z += 2
		}
		if dice.Float64() < 0.3 { // speaks for people, against what the policy thinks
			f.Client.Datacentre = true
			z--
		}
		if dice.Float64() < 0.1 {
			f.Purpose = "withdrawal"
			if f.Client.Tor {
				z += 3
			}
		}
		s.Add(&f, dice.Float64() < 1/(1+math.Exp(-z)))
	}
	return s
}

func estimate(f *Fit, code string) (sum Estimate) {
	for _, t := range f.Terms {
		if t.Code == code {
			sum.Nats += t.Nats
			sum.Points += t.Points
			sum.Implausible = sum.Implausible || t.Implausible
		}
	}
	return sum
}

func TestSolveFindsWhatTheSampleWasDrawnBy(t *testing.T) {
	fit, err := sampleOf(t, 40_000).Solve(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]float64{"TOR": 3, "VELOCITY_IP": 2, "DATACENTRE": -1} {
		if got := estimate(fit, code); math.Abs(got.Nats-want) > 0.2 || got.Implausible != (want < 0) {
			t.Errorf("%s = %.2f nats, implausible %v; want %g", code, got.Nats, got.Implausible, want)
		}
	}
	if math.Abs(fit.Intercept+4) > 0.2 || math.Abs(fit.Nat-300/4.0) > 5 || fit.Error > 0.02 {
		t.Errorf("intercept %.2f, %.1f points a nat, calibration error %.3f", fit.Intercept, fit.Nat, fit.Error)
	}
}

func TestASignedFitLeavesTheImplausibleOut(t *testing.T) {
	fit, err := sampleOf(t, 20_000).Solve(Options{Signed: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range fit.Terms {
		if term.Nats*term.Sign < -1e-3 {
			t.Errorf("%s = %g nats", term.Code, term.Nats)
		}
	}
	if d := estimate(fit, "DATACENTRE"); d.Points != 0 || !d.Implausible {
		t.Errorf("DATACENTRE: %+v, want none, and told", d)
	}
	text, err := fraud.SetPoints([]byte(policyText), fit.Points())
	if err != nil {
		t.Fatal(err)
	}
	p, err := fraud.LoadPolicy("fitted", text)
	if err != nil {
		t.Fatal(err)
	}
	for i, term := range p.Terms("") {
		if want := fit.Terms[i].Points; math.Abs(term.Points-want) > 1e-6 {
			t.Errorf("%s %g to %g: the file has %g points, the fit %g", term.Code, term.From, term.To, term.Points, want)
		}
	}
}
