package window

import "math"

// What was refused brings no outcome: its range would be forgotten while the
// attack goes on, and the next range of a campaign that rotates begins unknown.
// So it is kept how many newcomers looked suspect where an attack stays longer
// than in one range: in a country of the tenant, and in what a send looks like
// at a glance.

// suspectLevel is the size of the ranges that suspects are counted for too. They
// say nothing of their own range, which has its own evidence: a crowd that was
// once refused would else confirm itself.
const suspectLevel = 1

// suspect notes a newcomer that looked like an attack's.
func (v *Velocity) suspect(s *keyed, now uint32) {
	for _, k := range v.suspectKeys(s) {
		v.flows.use(k, now, func(f *flow) { f.suspected++ })
	}
}

func (v *Velocity) suspectKeys(s *keyed) [3]uint64 {
	return [...]uint64{v.hash(kindCountry, s.tenant, s.country), v.hash(kindClass, s.tenant, s.class), v.rangeKey(s.tenant, s.digits, suspectLevel)}
}

// clear takes a suspect back that was let go and has proved itself.
func (v *Velocity) clear(p *pending, worth float32, now uint32) {
	left := worth * float32(math.Exp(-float64(now-p.at)/slowLife))
	for _, k := range v.suspectKeys(&p.keyed) {
		v.flows.use(k, now, func(f *flow) { f.suspected = max(0, f.suspected-left) })
	}
}

// Refuse says that a send was not let go, and how suspect it was. It is the
// counterpart of Await.
func (v *Velocity) Refuse(s *Send, suspect float64) {
	if s.newcomer && suspect >= suspectFrom {
		k := s.keyed()
		v.suspect(&k, v.second(s.At))
	}
}

// suspects is the part, 0 to 1, of the latest of many sends, those of one range
// left out, that looked suspect. A few extra ones keep the first from saying
// much.
func (f *flow) suspects(own *flow) float64 {
	const extra = 3
	suspected, of := max(0, f.suspected-own.suspected), max(0, f.slow-own.slow)
	return round(min(1, float64(suspected)/(float64(max(of, suspected))+extra)))
}
