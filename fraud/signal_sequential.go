package fraud

import "fmt"

// sequential catches a bot that counts its way through a block.
var sequential = &Signal{
	Code: "SEQUENTIAL", Group: groupRange, Description: "the number continues a run of neighbouring numbers within ten minutes",
	ramp: func(f *Facts) float64 { return f.Velocity.SequentialRun },
	evidence: func(f *Facts) string {
		return fmt.Sprintf("run of %.0f neighbouring numbers in range %s", f.Velocity.SequentialRun, f.Number.Range)
	},
}
