package fraud

import "fmt"

// spendNear warns before a spend cap is reached; it shows, and costs nothing
// unless a policy gives it points.
var spendNear = &Signal{
	Code: "SPEND_NEAR", Group: groupControls, Description: "a spend cap of the tenant or the destination is nearly used up",
	ramp:     func(f *Facts) float64 { return f.Spend.Used },
	evidence: func(f *Facts) string { return f.Spend.words() },
}

func (s *Spend) words() string {
	return fmt.Sprintf("spend cap %s: %.0f %% of the %s with this send", s.Cap, 100*s.Used, s.Window)
}
