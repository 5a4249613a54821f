package fraud

import (
	"fmt"
	"time"
)

// trustedHistory is a number that typed a code in before, with the SIM and the
// device that it has now.
var trustedHistory = &Signal{
	Code: "TRUSTED_HISTORY", Group: groupHistory, Description: "the number was verified before with the same SIM and device",
	aged: func(f *Facts) (time.Duration, bool) {
		h := &f.History
		return h.SinceVerified, h.Verified > 0 && h.SameIdentity && h.SameDevice && !f.recycled()
	},
	evidence: func(f *Facts) string {
		return fmt.Sprintf("verified %d times with this SIM and device, last %s ago", f.History.Verified, span(f.History.SinceVerified))
	},
}
