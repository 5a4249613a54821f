package window

// What was refused brings no outcome: its range would be forgotten while the
// attack goes on, and the next range of a campaign that rotates begins unknown.
// So it is kept how many newcomers looked suspect where an attack stays longer
// than in one range: in a country of the tenant, and in what a send looks like
// at a glance.

// suspect notes a newcomer that looked like an attack's.
func (v *Velocity) suspect(s *keyed, now uint32) {
	for _, k := range [...]uint64{v.hash(kindCountry, s.tenant, s.country), v.hash(kindClass, s.tenant, s.class)} {
		v.flows.use(k, now, func(f *flow) { f.suspected++ })
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

// suspects is the part, 0 to 1, of the latest of many sends that looked
// suspect. A few extra ones keep the first from saying much.
func (f *flow) suspects() float64 {
	const extra = 3
	return round(min(1, float64(f.suspected)/(float64(max(f.slow, f.suspected))+extra)))
}
