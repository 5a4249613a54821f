package refit

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// model is a logistic regression under way.
type model struct {
	rows  []row
	ridge float64
	w     []float64 // of the terms, and the intercept at the end
	fixed []bool    // at 0
	loss  float64
}

func newModel(rows []row, terms int, ridge float64) *model {
	return &model{rows: rows, ridge: ridge, w: make([]float64, terms+1), fixed: make([]bool, terms+1)}
}

// solve goes on from where w is, by L-BFGS. The intercept has no ridge.
func (m *model) solve() error {
	for i, f := range m.fixed {
		if f {
			m.w[i] = 0
		}
	}
	problem := optimize.Problem{
		Func: func(w []float64) float64 { return m.evaluate(w, nil) },
		Grad: func(grad, w []float64) { m.evaluate(w, grad) },
	}
	settings := &optimize.Settings{MajorIterations: 300, GradientThreshold: 1e-7, Converger: &optimize.FunctionConverge{Relative: 1e-7, Iterations: 10}}
	got, err := optimize.Minimize(problem, m.w, settings, &optimize.LBFGS{Store: 20})
	if got == nil {
		return err
	}
	// A line search that cannot improve the last digits is an end, too.
	if err != nil && !(got.F < math.Inf(1) && len(got.X) == len(m.w)) {
		return errors.Join(errors.New("the loss cannot be lowered"), err)
	}
	copy(m.w, got.X)
	m.loss = got.F
	return nil
}

// evaluate returns the mean loss, and sets its gradient if grad is not nil.
func (m *model) evaluate(w, grad []float64) (loss float64) {
	clear(grad)
	last := len(w) - 1
	n := 1 / float64(len(m.rows))
	for i := range m.rows {
		r := &m.rows[i]
		z := r.logit(w)
		d := 1 / (1 + math.Exp(-z))
		if r.attack {
			loss += softplus(-z)
			d--
		} else {
			loss += softplus(z)
		}
		if grad == nil {
			continue
		}
		d *= n
		grad[last] += d
		for k, t := range r.terms {
			grad[t] += d * float64(r.shown[k])
		}
	}
	loss *= n
	for i := range last {
		loss += m.ridge / 2 * w[i] * w[i]
		switch {
		case grad == nil:
		case m.fixed[i]:
			grad[i] = 0
		default:
			grad[i] += m.ridge * w[i]
		}
	}
	return loss
}

func (r *row) logit(w []float64) float64 {
	z := w[len(w)-1]
	for k, t := range r.terms {
		z += w[t] * float64(r.shown[k])
	}
	return z
}

// softplus is ln(1 + e^z) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// calibration is the mean difference between the chance that the fit gives and
// the share of attacks, over twenty bins of equal width of the chance.
func (m *model) calibration() float64 {
	const bins = 20
	var n, attacks, chance [bins]float64
	for i := range m.rows {
		r := &m.rows[i]
		p := 1 / (1 + math.Exp(-r.logit(m.w)))
		b := min(bins-1, int(p*bins))
		n[b]++
		chance[b] += p
		if r.attack {
			attacks[b]++
		}
	}
	sum := 0.0
	for b := range n {
		sum += math.Abs(chance[b] - attacks[b])
	}
	return sum / float64(len(m.rows))
}
