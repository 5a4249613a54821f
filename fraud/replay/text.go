package replay

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// Text writes the report for people.
func (r *Report) Text(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "policy %s: %d sends\n", r.Policy, r.Sends.Total)
	for _, k := range slices.Sorted(maps.Keys(r.Decisions)) {
		fmt.Fprintf(w, "%s\t%d\t\n", k, r.Decisions[k])
	}
	fmt.Fprintf(w, "AUC\t%s\t\n", show(r.AUC))
	return w.Flush()
}

func show(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f", *v)
}
