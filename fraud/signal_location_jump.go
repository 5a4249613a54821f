package fraud

import "time"

// locationJump is a handset served where it cannot have got to in the time, or
// by another network or country than just before.
var locationJump = &Signal{
	Code: "LOCATION_JUMP", Group: groupSubscriber, Description: "the handset is served at a place that it cannot have reached in the time, or by another network or country",
	aged:     func(f *Facts) (time.Duration, bool) { return f.move().Min, f.Location.Sudden },
	evidence: func(f *Facts) string { return "location changed suddenly, " + f.move().between() },
}

// move is the freshest change of place.
func (f *Facts) move() (freshest Age) {
	for _, a := range [...]Age{f.Location.Cell, f.Location.VLR, f.Location.Network} {
		if a.Changed && (!freshest.Changed || a.Min < freshest.Min) {
			freshest = a
		}
	}
	return freshest
}
