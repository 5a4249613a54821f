package replay

import (
	_ "embed"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
)

//go:embed report.html
var pageText string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"figure": func(v *float64) string { return figure("", v).value }, "percent": func(v *float64) string { return percent("", v).value },
	"becomes": func(k string) string { return strings.Replace(k, ">", " becomes ", 1) }, "printable": printable,
}).Parse(pageText))

// view is what the page is made of.
type view struct {
	Reports    []*view1
	First      *Report
	Warnings   []string
	Tables     []table
	ROC        template.HTML
	Comparison *Comparison
	Labelled   bool
}

// view1 is what it shows of one report.
type view1 struct {
	*Report
	Class                     string
	Scores, Calibrated, Costs template.HTML
	Courses                   []course
}

// table is a section with a column a report.
type table struct {
	Title string
	Rows  []tableRow
}

type tableRow struct {
	Name   string
	Values []string
	Change string
}

// HTML writes reports of one file as a page that needs nothing from the
// network. With two, c tells where they differ.
func HTML(out io.Writer, reports []*Report, c *Comparison) error {
	v := view{First: reports[0], Warnings: reports[0].Warnings(), Tables: tables(reports), Comparison: c, Labelled: reports[0].Sends.Labelled > 0}
	for i, r := range reports {
		one := &view1{Report: r, Class: []string{"one", "other"}[i]}
		if v.Labelled {
			one.Scores, one.Calibrated, one.Courses = r.scorePlot(), r.calibrationPlot(), r.courses()
		}
		if len(r.tally.costLine.line.slots) > 0 {
			one.Costs = r.costPlot()
		}
		v.Reports = append(v.Reports, one)
	}
	if v.Labelled {
		v.ROC = rocPlot(reports)
	}
	return page.Execute(out, v)
}

func tables(reports []*Report) (all []table) {
	columns := make([][]section, len(reports))
	for i, r := range reports {
		columns[i] = r.sections()
	}
	for s := range columns[0] {
		t := table{Title: columns[0][s].title}
		for _, name := range names(columns, s) {
			line := tableRow{Name: name}
			var found []row
			for i := range columns {
				found = append(found, find(columns[i][s].rows, name))
				line.Values = append(line.Values, found[i].value)
			}
			if len(found) == 2 {
				line.Change = change(found[0], found[1])
			}
			t.Rows = append(t.Rows, line)
		}
		all = append(all, t)
	}
	return all
}

// KindNames and GroupNames are in order.
func (r *Report) KindNames() []string  { return slices.Sorted(maps.Keys(r.Kinds)) }
func (r *Report) GroupNames() []string { return slices.Sorted(maps.Keys(r.Groups)) }
