// Package judge measures how well scores tell attacks from people, with
// intervals. It knows sends by their score, decision and label alone.
package judge

import (
	"math"
	"slices"
)

// Sample is the labelled sends of several files as one policy decided them.
type Sample struct {
	sends []send
	units []unit // of which a resample takes some more than once, and some not
	names map[string]uint32
	files int
}

// send is one send. Scores have three decimals.
type send struct {
	score   int32
	unit    uint32
	allowed bool
}

// unit is a campaign of a file, or a file's people.
type unit struct {
	file    int
	attack  bool
	sends   int64
	refused int64
	before  int64 // allowed before stopAfter refusals in a row
	row     int
}

// stopAfter is how many refusals in a row stop a campaign, as in a replay.
const stopAfter = 10

// NewSample begins an empty one.
func NewSample() *Sample { return &Sample{names: map[string]uint32{}} }

// File begins the next file: its campaigns are others than those before, and
// what people of it do is resampled as one.
func (s *Sample) File() {
	s.files++
	clear(s.names)
}

// Add takes a labelled send of the current file. campaign is the attack's
// label, "" for people.
func (s *Sample) Add(campaign string, score float64, allowed bool) {
	i, ok := s.names[campaign]
	if !ok {
		i = uint32(len(s.units))
		s.names[campaign] = i
		s.units = append(s.units, unit{file: s.files - 1, attack: campaign != ""})
	}
	s.sends = append(s.sends, send{int32(math.Round(score * 1000)), i, allowed})
	s.units[i].add(allowed)
}

func (u *unit) add(allowed bool) {
	u.sends++
	switch {
	case !allowed:
		u.refused++
		u.row++
	case u.row < stopAfter:
		u.row = 0
		u.before++
	}
}

// sort puts the highest scores first.
func (s *Sample) sort() {
	slices.SortStableFunc(s.sends, func(a, b send) int { return int(b.score) - int(a.score) })
}

// Append takes the files of another sample behind its own.
func (s *Sample) Append(o *Sample) {
	units := uint32(len(s.units))
	for _, u := range o.units {
		u.file += s.files
		s.units = append(s.units, u)
	}
	for _, x := range o.sends {
		x.unit += units
		s.sends = append(s.sends, x)
	}
	s.files += o.files
}
