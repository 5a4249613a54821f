package judge

import (
	"math/rand/v2"
	"slices"
)

// Interval is a figure with the range in which 95 % of the resamples lie.
type Interval struct{ Value, Low, High float64 }

// Result has an interval for each of the figures, in the order of their fields.
type Result [6]Interval

// Judge computes the figures, and their intervals from so many resamples, of
// the files and of each file's campaigns, with replacement: sends of a campaign
// are one another's likeness, and so are those of a file. The seed makes it
// repeatable.
func (s *Sample) Judge(resamples int, seed uint64) (r Result) {
	s.sort()
	weight := make([]int64, len(s.units))
	for i := range weight {
		weight[i] = 1
	}
	f := s.figures(weight)
	for i, v := range f.list() {
		r[i] = Interval{*v, *v, *v}
	}
	var drawn [6][]float64
	dice := rand.New(rand.NewPCG(seed, 1))
	for range resamples {
		s.draw(dice, weight)
		f := s.figures(weight)
		for i, v := range f.list() {
			drawn[i] = append(drawn[i], *v)
		}
	}
	for i := range drawn {
		if n := len(drawn[i]); n > 0 {
			slices.Sort(drawn[i])
			r[i].Low, r[i].High = drawn[i][n*25/1000], drawn[i][min(n-1, n*975/1000)]
		}
	}
	return r
}

// draw sets how many times each unit is in a resample.
func (s *Sample) draw(dice *rand.Rand, weight []int64) {
	clear(weight)
	campaigns := make([][]int, s.files)
	people := make([][]int, s.files)
	for i, u := range s.units {
		if u.attack {
			campaigns[u.file] = append(campaigns[u.file], i)
		} else {
			people[u.file] = append(people[u.file], i)
		}
	}
	for range s.files {
		file := dice.IntN(s.files)
		for _, i := range people[file] {
			weight[i]++
		}
		for range campaigns[file] {
			weight[campaigns[file][dice.IntN(len(campaigns[file]))]]++
		}
	}
}
