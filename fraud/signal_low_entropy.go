package fraud

import "fmt"

// lowEntropy catches numbers that were made up: people's numbers spread over a
// range as chance would have it, a generator's often do not.
var lowEntropy = &Signal{
	Code: "LOW_ENTROPY", Group: groupRange, Description: "the numbers lately asked for in a range crowd in a part of it",
	ramp: func(f *Facts) float64 { return f.Velocity.Concentration },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("numbers asked for in range %s crowd together (%.2f; 0 is chance, 1 all in one tenth)", f.Number.Range, f.Velocity.Concentration)
	},
}
