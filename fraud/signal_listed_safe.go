package fraud

import (
	"fmt"
	"strings"
)

// listedSafe speaks for a send that an operator's list vouches for. It is
// worth points only: a frozen number and a changed SIM are rules of their own.
var listedSafe = &Signal{
	Code: "LISTED_SAFE", Group: groupHistory, Description: "an operator's safe list names the number, address, device or account",
	flag:     func(f *Facts) float64 { return when(f.Listed.Safe.Kind != "") },
	evidence: func(f *Facts) string { return "safe by " + f.Listed.Safe.words() },
}

// words tells the entry, never what it names.
func (l *Listing) words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "its %s on list %s", l.Kind, l.List)
	if l.Reason != "" {
		fmt.Fprintf(&b, ": %s", l.Reason)
	}
	if l.Source != "" {
		fmt.Fprintf(&b, " (%s)", l.Source)
	}
	if l.Age > 0 {
		fmt.Fprintf(&b, ", added %s ago", span(l.Age))
	}
	if l.Left > 0 {
		fmt.Fprintf(&b, ", for %s more", span(l.Left))
	}
	return b.String()
}
