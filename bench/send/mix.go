package send

import (
	"fmt"
	"strconv"
	"strings"
)

// Share is one part of a mix.
type Share struct {
	Name   string
	Weight int
}

// Mix is what sends are made of, by weight.
type Mix []Share

// weightsMax bounds the weights of a mix together.
const weightsMax = 1000

// ParseMix reads NAME or NAME=WEIGHT, with commas between: login=8,withdrawal=2.
func ParseMix(text string) (m Mix, err error) {
	total := 0
	for part := range strings.SplitSeq(text, ",") {
		s := Share{Name: strings.TrimSpace(part), Weight: 1}
		if i := strings.LastIndexByte(s.Name, '='); i >= 0 {
			if w, err := strconv.Atoi(s.Name[i+1:]); err == nil { // a key may end with = itself
				s.Name, s.Weight = s.Name[:i], w
			}
		}
		if s.Name == "" || s.Weight < 1 || s.Weight > weightsMax {
			return nil, fmt.Errorf("%q: write NAME or NAME=WEIGHT, a weight from 1 to %d", part, weightsMax)
		}
		m, total = append(m, s), total+s.Weight
	}
	if total > weightsMax {
		return nil, fmt.Errorf("%q: the weights add up to %d, at most %d", text, total, weightsMax)
	}
	return m, nil
}

// String is what ParseMix reads. Set and String make Mix a flag.
func (m Mix) String() string {
	var parts []string
	for _, s := range m {
		part := s.Name
		if len(m) > 1 {
			part += "=" + strconv.Itoa(s.Weight)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// Set reads a flag.
func (m *Mix) Set(text string) (err error) { *m, err = ParseMix(text); return err }

// cycle is an order of the parts that repeats, each as often as it weighs and
// spread evenly: the part that is furthest behind its share comes next.
func (m Mix) cycle() (order []int) {
	total := 0
	for _, s := range m {
		total += s.Weight
	}
	behind := make([]int, len(m))
	for range total {
		next := 0
		for i, s := range m {
			if behind[i] += s.Weight; behind[i] > behind[next] {
				next = i
			}
		}
		behind[next] -= total
		order = append(order, next)
	}
	return order
}
