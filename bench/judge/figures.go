package judge

import "slices"

// Figures are what a policy is judged by.
type Figures struct {
	AUC      float64 // a tie counts half
	Recall01 float64 // at 0.1 % false positives
	Recall1  float64 // at 1 %
	Median   float64 // allowed sends of a campaign before it was stopped
	P95      float64
	Refused  float64 // share of people's sends that were not allowed
}

// list names the figures' fields in order.
func (f *Figures) list() [6]*float64 {
	return [...]*float64{&f.AUC, &f.Recall01, &f.Recall1, &f.Median, &f.P95, &f.Refused}
}

// figures computes them with each unit counted weight times. The sends are
// sorted. Sends of one score are never split.
func (s *Sample) figures(weight []int64) (f Figures) {
	var people, attacks, refused int64
	var before []int64
	for i, u := range s.units {
		w := weight[i]
		if !u.attack {
			people += w * u.sends
			refused += w * u.refused
			continue
		}
		attacks += w * u.sends
		for range w {
			before = append(before, u.before)
		}
	}
	if people == 0 || attacks == 0 {
		return f
	}
	f.Refused = float64(refused) / float64(people)
	slices.Sort(before)
	f.Median, f.P95 = quantile(before, 0.5), quantile(before, 0.95)
	s.curve(weight, float64(people), float64(attacks), &f)
	return f
}

// curve walks down the scores.
func (s *Sample) curve(weight []int64, people, attacks float64, f *Figures) {
	var hits, alarms int64
	area := 0.0
	for i := 0; i < len(s.sends); {
		var a, b int64
		for score := s.sends[i].score; i < len(s.sends) && s.sends[i].score == score; i++ {
			u := s.sends[i].unit
			if s.units[u].attack {
				a += weight[u]
			} else {
				b += weight[u]
			}
		}
		area += float64(b) * (float64(hits) + float64(a)/2)
		hits, alarms = hits+a, alarms+b
		if float64(alarms) <= 0.001*people {
			f.Recall01 = float64(hits) / attacks
		}
		if float64(alarms) <= 0.01*people {
			f.Recall1 = float64(hits) / attacks
		}
	}
	f.AUC = area / people / attacks
}

// quantile interpolates between the two nearest of sorted counts.
func quantile(sorted []int64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	low, high := float64(sorted[i]), float64(sorted[i+1])
	return low + (high-low)*(at-float64(i))
}
