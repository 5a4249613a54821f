package fraud

import "time"

// assurance is fresh proof that the caller took after a step_up. Where it
// fires a step_up becomes allow; it never lifts anything stricter.
var assurance = &Signal{
	Code: "ASSURANCE", Group: groupHistory, Description: "the caller has just taken more proof; it satisfies a step_up and nothing stricter",
	aged: func(f *Facts) (time.Duration, bool) {
		return f.Assurance.Age, f.Assurance.Factor != "" && f.Assurance.Age >= 0
	},
	evidence: func(f *Facts) string { return "further proof was taken " + span(f.Assurance.Age) + " ago" },
}
