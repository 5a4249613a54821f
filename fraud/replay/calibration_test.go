package replay

import (
	"math"
	"testing"
)

func TestCalibrationByHand(t *testing.T) {
	c := newCalibration()
	// The first of each pair fits, the second judges. At 0 there are 40 pairs:
	// of those that fit 4 are attacks, of those that judge 2. At 500 there are
	// 40 pairs: 40 attacks fit, 30 judge.
	for i := range 40 {
		c.add(0, i < 4)
		c.add(0, i < 2)
		c.add(500, true)
		c.add(500, i < 30)
	}
	bins := c.bins()
	want := []Bin{{0, 0.1, 0.05, 40}, {500, 1, 0.75, 40}}
	if len(bins) != len(want) {
		t.Fatalf("bins %+v, want %+v", bins, want)
	}
	for i := range want {
		if bins[i] != want[i] {
			t.Errorf("bin %d: %+v, want %+v", i, bins[i], want[i])
		}
	}
	if got, want := calibrationError(bins), (0.05*40+0.25*40)/80; math.Abs(got-want) > 1e-12 {
		t.Errorf("error %g, want %g", got, want)
	}
}

func TestCalibrationBinsAreQuantiles(t *testing.T) {
	c := newCalibration()
	for i := range 400 { // 400 that fit, all of another score
		c.add(float64(i), i%2 == 0)
		c.add(float64(i)+0.5, i%2 == 0)
	}
	bins := c.bins()
	if len(bins) != 20 {
		t.Fatalf("%d bins", len(bins))
	}
	for i, b := range bins {
		if b.Upto != float64(20*i+19) || b.Sends < 19 || b.Sends > 21 {
			t.Errorf("bin %d: %+v", i, b)
		}
	}
	if last := bins[19]; last.Sends != 21 { // one that judges scores above all that fit
		t.Errorf("the last bin: %+v", last)
	}
}

func TestCalibrationOfNothing(t *testing.T) {
	c := newCalibration()
	if bins := c.bins(); len(bins) != 0 || !math.IsNaN(calibrationError(bins)) {
		t.Errorf("bins %v", bins)
	}
	c.add(1, true)
	if bins := c.bins(); len(bins) != 1 || !math.IsNaN(calibrationError(bins)) {
		t.Errorf("one send that nothing judges: %v", bins)
	}
}
