package replay

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Text writes reports of one file for people, side by side where there are two;
// with two, c tells where they differ.
func Text(out io.Writer, reports []*Report, c *Comparison) error {
	w := &grid{out: out}
	r := reports[0]
	fmt.Fprintf(w, "%d events: %d sends (%d of people, %d of attacks, %d without a label), %d checks, %d receipts, %d identities\n",
		r.Input.Lines-r.Input.Malformed, r.Sends.Total, r.Sends.Benign, r.Sends.Attack, r.Sends.Total-r.Sends.Labelled,
		r.Events["check"], r.Events["receipt"], r.Events["identity"])
	for _, warning := range r.Warnings() {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
	figures(w, reports)
	if r.Sends.Labelled > 0 {
		for _, r := range reports {
			r.kindTable(w)
			r.groupTable(w)
		}
	}
	if c != nil {
		c.table(w, reports)
	}
	return w.flush()
}

// Warnings are what a reader of the figures must know of the file.
func (r *Report) Warnings() (all []string) {
	warn := func(n int64, format string) {
		if n > 0 {
			all = append(all, fmt.Sprintf(format, n))
		}
	}
	in, o := &r.Input, &r.Outcomes
	warn(in.Malformed, "%d lines are no event and were passed")
	if in.Truncated {
		all = append(all, "the file ends in the middle of a line")
	}
	warn(in.OutOfOrder, "%d events are out of time (earlier than one before them, or far ahead) and count as made at that one's time")
	warn(in.Undated, "%d events have no time of use and count as made at that of the event before them")
	warn(in.IgnoredFields, "%d optional values are of a wrong type or out of range and count as not told")
	warn(r.Sends.DuplicateIDs, "%d sends have the id of one before; outcomes are the later one's")
	warn(o.UnknownIDs, "%d checks and receipts are of no known send")
	warn(o.UnknownResults, "%d checks and receipts have an unknown result")
	warn(o.BadIdentities, "%d identity events are of an invalid number")
	warn(o.Numbers, "%d numbers were too many to remember: the oldest were forgotten")
	return all
}

// figures writes the figures of each report in a column of its own.
func figures(w io.Writer, reports []*Report) {
	columns := make([][]section, len(reports))
	for i, r := range reports {
		columns[i] = r.sections()
	}
	for s := range columns[0] {
		fmt.Fprintf(w, "\n%s\t", strings.ToUpper(columns[0][s].title))
		for _, r := range reports {
			fmt.Fprintf(w, "%s\t", r.Policy)
		}
		if len(reports) == 2 {
			fmt.Fprint(w, "change\t")
		}
		fmt.Fprintln(w)
		for _, name := range names(columns, s) {
			fmt.Fprintf(w, "%s\t", name)
			var found []row
			for i := range columns {
				found = append(found, find(columns[i][s].rows, name))
				fmt.Fprintf(w, "%s\t", found[i].value)
			}
			if len(found) == 2 {
				fmt.Fprintf(w, "%s\t", change(found[0], found[1]))
			}
			fmt.Fprintln(w)
		}
	}
}

// names are those of a section's rows, in the order of the first report, then
// what only the second has.
func names(columns [][]section, s int) (all []string) {
	for i := range columns {
		for _, r := range columns[i][s].rows {
			if !slices.Contains(all, r.name) {
				all = append(all, r.name)
			}
		}
	}
	return all
}

func find(rows []row, name string) row {
	for _, r := range rows {
		if r.name == name {
			return r
		}
	}
	return row{name: name, value: "-"}
}

// change is how a figure of the second report differs from the first's.
func change(a, b row) string {
	if !a.told || !b.told || a.v == b.v {
		return ""
	}
	if strings.HasSuffix(a.value, "%") {
		return fmt.Sprintf("%+.2f points", 100*(b.v-a.v))
	}
	return signed(b.v - a.v)
}

func (r *Report) kindTable(w io.Writer) {
	if len(r.Kinds) == 0 {
		return
	}
	fmt.Fprintf(w, "\nATTACKS by %s\tsends\trefused\tAUC\trecall 0.1 %%\trecall 1 %%\tcampaigns\tstopped\tmedian\t95 %%\t\n", r.Policy)
	for _, kind := range slices.Sorted(maps.Keys(r.Kinds)) {
		k := r.Kinds[kind]
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%d\t%d\t%g\t%g\t\n", printable(kind), k.Sends, k.Refused, figure("", k.AUC).value,
			percent("", k.Recall01).value, percent("", k.Recall1).value, k.Campaigns, k.Stopped, k.Median, k.P95)
	}
}

func (r *Report) groupTable(w io.Writer) {
	if len(r.Groups) == 0 {
		return
	}
	fmt.Fprintf(w, "\nPEOPLE by %s\tsends\trefused\tshare\tabove 0.1 %%\tabove 1 %%\t\n", r.Policy)
	for _, name := range slices.Sorted(maps.Keys(r.Groups)) {
		g := r.Groups[name]
		if name == "" {
			name = "(no group)"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t\n", printable(name), g.Sends, g.Refused, percent("", g.Share).value,
			percent("", g.Above01).value, percent("", g.Above1).value)
	}
}

func (c *Comparison) table(w io.Writer, reports []*Report) {
	fmt.Fprintf(w, "\nDIFFERENCES\tsends\t\n")
	for _, k := range slices.Sorted(maps.Keys(c.Changes)) {
		fmt.Fprintf(w, "%s\t%d\t\n", strings.Replace(k, ">", " becomes ", 1), c.Changes[k])
	}
	if len(c.First) == 0 {
		fmt.Fprint(w, "none\t\t\n")
		return
	}
	fmt.Fprintf(w, "\nFIRST OF THEM\tlabel\t%s\t%s\t\n", reports[0].Policy, reports[1].Policy)
	for _, d := range c.First {
		fmt.Fprintf(w, "%s\t%s\t%s %g\t%s %g\t\n", printable(d.ID), printable(d.Label), d.One.Decision, d.One.Score, d.Other.Decision, d.Other.Score)
	}
}

// printable keeps control characters of a file out of a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

// signed has a sign, and at most six decimals.
func signed(v float64) string {
	s := strconv.FormatFloat(rounded(v), 'f', -1, 64)
	if v > 0 {
		return "+" + s
	}
	return s
}
