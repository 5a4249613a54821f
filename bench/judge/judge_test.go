package judge

import (
	"fmt"
	"math"
	"testing"
)

// Ten people score 0 to 9, a campaign of four 9.5 each, one of four 4.5 each.
func twoCampaigns() *Sample {
	s := NewSample()
	s.File()
	for i := range 10 {
		s.Add("", float64(i), i < 9)
	}
	for range 4 {
		s.Add("a", 9.5, false)
		s.Add("b", 4.5, true)
	}
	return s
}

func TestFiguresAreThoseByHand(t *testing.T) {
	r := twoCampaigns().Judge(0, 1)
	want := Figures{AUC: (4*10 + 4*5) / 80.0, Recall01: 0.5, Recall1: 0.5, Median: 2, P95: 3.8, Refused: 0.1}
	for i, v := range want.list() {
		if math.Abs(r[i].Value-*v) > 1e-9 {
			t.Errorf("figure %d = %v, want %v", i, r[i].Value, *v)
		}
	}
}

// A campaign counts what was allowed until ten refusals in a row, not after.
func TestAStoppedCampaignCountsNoMore(t *testing.T) {
	s := NewSample()
	s.File()
	s.Add("", 0, true)
	for i := range 30 {
		s.Add("a", 5, i < 3 || i == 5 || i > 20)
	}
	if r := s.Judge(0, 1); r[3].Value != 4 {
		t.Errorf("allowed before the stop = %v, want 4", r[3].Value)
	}
}

func TestIntervalsHoldTheFigureAndRepeat(t *testing.T) {
	s := NewSample()
	for range 5 {
		s.File()
		for i := range 400 {
			s.Add("", float64(i%97), true)
		}
		for c := range 12 {
			for i := range 20 {
				s.Add(fmt.Sprint(c), float64(60+8*c-i), i > 3)
			}
		}
	}
	a, b := s.Judge(200, 7), s.Judge(200, 7)
	if a != b {
		t.Error("the same seed gave other intervals")
	}
	auc := a[0]
	if !(auc.Low < auc.Value && auc.Value < auc.High && auc.High-auc.Low < 0.2) {
		t.Errorf("AUC %+v", auc)
	}
}
