package fraud

import "strings"

// dataMissing counts the critical facts that were asked for and did not come.
// What no configured source can tell counts nothing, and an answer that the
// network does not know the number is an answer.
var dataMissing = &Signal{
	Code: "DATA_MISSING", Group: groupData, Description: "critical facts were asked for and did not come; the points are for each",
	flag: func(f *Facts) float64 {
		n := 0
		for _, c := range critical {
			if f.missing(c.known) {
				n++
			}
		}
		return float64(n)
	},
	evidence: func(f *Facts) string {
		var names []string
		for _, c := range critical {
			if f.missing(c.known) {
				names = append(names, c.name)
			}
		}
		return "not answered in time: " + strings.Join(names, ", ")
	},
}

// critical is what a decision should not have to do without. Reachability is
// not among them.
var critical = [...]struct {
	name  string
	known func(*Lookup) Known
}{
	{"identity", func(l *Lookup) Known { return l.Identity }},
	{"porting", func(l *Lookup) Known { return l.Porting }},
	{"location", func(l *Lookup) Known { return l.Location }},
	{"roaming", func(l *Lookup) Known { return l.Roaming }},
	{"line type", func(l *Lookup) Known { return l.LineType }},
}

func (f *Facts) missing(known func(*Lookup) Known) bool {
	return !f.Lookup.Absent && known(&f.Lookup) == Unknown
}
