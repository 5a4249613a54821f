package fraud

// classSuspected remembers a campaign whose next number looks the same at a
// glance, wherever it lies.
var classSuspected = suspectedSignal("CLASS_SUSPECTED", "the tenant's sends that look like this one at a glance",
	"that look like this one", func(s *Suspects) float64 { return s.Class })
