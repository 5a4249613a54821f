package fraud

import "fmt"

// rangeBlocked is a number of a range that was attacked of late.
var rangeBlocked = &Signal{
	Code: "RANGE_BLOCKED", Group: groupControls, Description: "the number's range is blocked for a time, longer each time it is attacked again",
	flag: func(f *Facts) float64 { return when(f.RangeBlock.Active) },
	evidence: func(f *Facts) string {
		r := &f.RangeBlock
		return fmt.Sprintf("range %s is blocked for %s more, the %s time of late, for %s", r.Range, span(r.Left), ordinal(r.Times), r.Reason)
	},
}

// ordinal words a count: 1st, 2nd, 3rd, 11th.
func ordinal(n int) string {
	end := "th"
	if n%100/10 != 1 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, end)
}
