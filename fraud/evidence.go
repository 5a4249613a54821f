package fraud

import (
	"fmt"
	"strings"
	"time"
)

// told is evidence that is the same for every send.
func told(s string) func(*Facts) string {
	return func(*Facts) string { return s }
}

// between words an Age: the change lies somewhere in its interval.
func (a Age) between() string {
	if a.Max < time.Second {
		return "just now"
	}
	if a.Max <= a.Min {
		return span(a.Min) + " ago"
	}
	if a.Min == 0 {
		return "within the last " + span(a.Max)
	}
	return fmt.Sprintf("between %s and %s ago", span(a.Min), span(a.Max))
}

// span words a duration with two units at most, as in "3d 4h" or "12m".
func span(d time.Duration) string {
	d = d.Round(time.Second)
	day := 24 * time.Hour
	parts := []struct {
		unit time.Duration
		name string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}}
	var b strings.Builder
	shown := 0
	for _, p := range parts {
		n := d / p.unit
		if n == 0 && (shown == 0 || shown == 2) {
			continue
		}
		if shown == 2 || shown == 1 && n == 0 {
			break
		}
		if shown > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d%s", n, p.name)
		d -= n * p.unit
		shown++
	}
	if shown == 0 {
		return "0s"
	}
	return b.String()
}

// fresher is the one of two changes that can be the younger.
func (a Age) fresher(b Age) Age {
	if !a.Changed || b.Changed && b.Min < a.Min {
		return b
	}
	return a
}

// aged reads an Age for a signal of the aged shape: a change is judged by how
// fresh it can be.
func (a Age) aged() (time.Duration, bool) { return a.Min, a.Changed }

// tenTo words the size of a range.
func tenTo(digits int) string {
	switch digits {
	case 2:
		return "a hundred"
	case 3:
		return "a thousand"
	case 4:
		return "ten thousand"
	case 5:
		return "a hundred thousand"
	case 6:
		return "a million"
	}
	return "a country's"
}
