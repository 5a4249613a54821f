package replay

import (
	"html/template"
	"math"
	"slices"
	"time"
)

const (
	plotWidth  = 460
	plotHeight = 260
	scoreBins  = 50
)

// scorePlot shows how the scores of people and of attacks spread, as shares of
// each on a logarithmic axis.
func (r *Report) scorePlot() template.HTML {
	t := r.tally
	var people, attacks [scoreBins]float64
	fill := func(s *scores, to *[scoreBins]float64) {
		for v, n := range s.at {
			to[min(scoreBins-1, int(v)*scoreBins/1_000_000)] += float64(n) / float64(s.n)
		}
	}
	fill(t.benign.scores, &people)
	fill(t.attackers.scores, &attacks)
	least := 0.1 / math.Max(10, float64(max(t.benign.scores.n, t.attackers.scores.n)))
	p := newPlot("distribution of scores", plotWidth, plotHeight, axis{0, 1000, false}, axis{least, 1, true})
	p.axes(steps(p.x, short), decades(p.y, shortPercent), "score", "share of its class")
	const width = 1000.0 / scoreBins
	for i := range scoreBins {
		at := float64(i) * width
		p.bar("benign", at+0.08*width, at+0.5*width, least, people[i])
		p.bar("attack", at+0.5*width, at+0.92*width, least, attacks[i])
	}
	return p.done()
}

// rocPlot shows recall against false positives, a line a report.
func rocPlot(reports []*Report) template.HTML {
	least := 1e-4
	for _, r := range reports {
		if n := float64(r.Sends.Benign); n > 0 {
			least = math.Min(least, math.Pow(10, math.Floor(math.Log10(1/n))))
		}
	}
	p := newPlot("ROC curve", plotWidth, plotHeight, axis{least, 1, true}, axis{0, 1, false})
	p.axes(decades(p.x, shortPercent), steps(p.y, shortPercent), "false positives", "recall")
	for i, r := range reports {
		var points [][2]float64
		for _, at := range roc(r.tally.benign.scores, r.tally.attackers.scores) {
			points = append(points, [2]float64{at.falsePositives, at.recall})
		}
		p.line([]string{"one", "other"}[i], points)
	}
	return p.done()
}

// calibrationPlot shows the observed share of attacks against the fitted one.
func (r *Report) calibrationPlot() template.HTML {
	p := newPlot("calibration", plotWidth, plotHeight, axis{0, 1, false}, axis{0, 1, false})
	p.axes(steps(p.x, shortPercent), steps(p.y, shortPercent), "fitted share of attacks", "observed")
	p.line("grid", [][2]float64{{0, 0}, {1, 1}})
	for _, b := range r.Bins {
		if b.Sends > 0 {
			share := float64(b.Sends) / float64(max(1, r.Sends.Labelled))
			p.dot("one", b.Fitted, b.Observed, 3+6*math.Sqrt(share))
		}
	}
	return p.done()
}

// costPlot shows what attacks had cost by then, and what was saved, summed up.
func (r *Report) costPlot() template.HTML {
	c := &r.tally.costLine
	n := len(c.line.slots)
	var saved, lost [][2]float64
	var save, lose float64
	for i := range n {
		at := float64(c.line.start + int64(i)*c.line.width)
		save, lose = save+c.kept[i], lose+c.spent[i]
		saved, lost = append(saved, [2]float64{at, save}), append(lost, [2]float64{at, lose})
	}
	end := float64(c.line.start + int64(n)*c.line.width)
	p := newPlot("cost of attacks over time", plotWidth, plotHeight, axis{float64(c.line.start), end, false}, axis{0, math.Max(0.01, math.Max(save, lose)), false})
	p.axes(times(c.line.start, int64(end)), steps(p.y, short), "time (UTC)", "USD, summed up")
	p.line("saved", saved)
	p.line("lost", lost)
	return p.done()
}

// times are three marks between two times.
func times(from, to int64) (all []tick) {
	layout := "01-02 15:04"
	if to-from < 3600 {
		layout = "15:04:05"
	}
	for i := range int64(3) {
		at := from + (to-from)*(2*i+1)/6
		all = append(all, tick{float64(at), time.Unix(at, 0).UTC().Format(layout)})
	}
	return all
}

// course is the picture of one campaign.
type course struct {
	Name           string
	Sends, Allowed int64
	Stopped        bool
	Plot           template.HTML
}

// maxCourses bounds the campaigns that a page shows: the largest.
const maxCourses = 48

func (r *Report) courses() (all []course) {
	largest := slices.Clone(r.tally.drawn)
	slices.SortStableFunc(largest, func(a, b *campaign) int { return int(b.sends - a.sends) })
	keep := map[*campaign]bool{}
	for _, c := range largest[:min(len(largest), maxCourses)] {
		keep[c] = true
	}
	for _, c := range r.tally.drawn {
		if keep[c] {
			all = append(all, course{c.name(), c.sends, c.allowed, c.stopped, c.plot()})
		}
	}
	return all
}

func (c *campaign) name() string {
	if c.instance == "" {
		return printable(c.kind)
	}
	return printable(c.kind + ":" + c.instance)
}

func (c *campaign) plot() template.HTML {
	l := &c.line
	most := 1.0
	for _, s := range l.slots {
		most = math.Max(most, float64(s.allowed+s.refused))
	}
	from, to := l.start, l.start+int64(len(l.slots))*l.width
	p := newPlot("sends of "+c.name(), 260, 110, axis{float64(from), float64(to), false}, axis{0, most, false})
	p.left, p.bottom = 30, 18
	fmtInt := func(v float64) string { return short(math.Round(v)) }
	p.axes(times(from, to), []tick{{0, "0"}, {most, fmtInt(most)}}, "", "")
	for i, s := range l.slots {
		x0, x1 := float64(from+int64(i)*l.width), float64(from+int64(i+1)*l.width)
		p.bar("attack", x0, x1, 0, float64(s.allowed))
		p.bar("refused", x0, x1, float64(s.allowed), float64(s.allowed+s.refused))
	}
	return p.done()
}
