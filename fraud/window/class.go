package window

import "tollgate/fraud"

// classBits is how many bits the marks of a class take; the purpose takes the rest.
const classBits = 8

// classMarks are the marks but the newcomer's.
const classMarks = 1<<classBits - 1 - 1

// classOf is what a send looks like at a glance beside its purpose, a bit a mark. Of a class that
// gets no answers, or of which there are suddenly many, a part is an attack's,
// whatever numbers and addresses it draws from.
func classOf(s *Send, newcomer bool, out *fraud.Velocity) (class uint64) {
	for i, is := range [...]bool{
		newcomer, out.Account.Approved > 0, out.Account.OtherDevice || s.OtherDevice && !out.Account.SameDevice,
		out.Account.OtherSystem && out.Account.OtherNet, s.Datacentre, s.OddLine, s.Device == 0,
	} {
		if is {
			class |= 1 << i
		}
	}
	return class
}

// enough is how many sends make a history.
const enough = 30

// excess is the part, 0 to 1, of a key's latest sends that are more than its
// share of the tenant's is used to; 0 where there is no history to tell.
func excess(all, of *flow) float64 {
	history := float64(all.base - all.slow)
	if history < enough {
		return 0
	}
	share := (float64(max(0, of.base-of.slow)) + 0.5) / (history + 1)
	const extra = 3
	return round(min(1, max(0, 1-(share*float64(all.slow)+extra)/(float64(of.slow)+extra))))
}
