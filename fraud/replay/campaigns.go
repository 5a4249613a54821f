package replay

import (
	"math"
	"slices"
)

// stopAfter is how many refusals in a row end a campaign: its people see that
// nothing gets through any more.
const stopAfter = 10

// campaign is one instance of a kind of attack.
type campaign struct {
	kind, instance string
	sends, allowed int64
	before         int64 // allowed sends before it was stopped
	row            int   // refusals in a row
	stopped        bool
	drawn          bool
	line           timeline // where drawn
}

func (c *campaign) add(allowed bool) {
	c.sends++
	if !allowed {
		c.row++
		c.stopped = c.stopped || c.row == stopAfter
		return
	}
	c.row = 0
	c.allowed++
	if !c.stopped {
		c.before++
	}
}

// Stops is how many sends campaigns got through before they were stopped.
type Stops struct {
	Campaigns int     `json:"campaigns"`
	Stopped   int     `json:"stopped"`
	Median    float64 `json:"allowed_before_stop_median"`
	P95       float64 `json:"allowed_before_stop_p95"`
}

func stops(all []*campaign) Stops {
	s := Stops{Campaigns: len(all)}
	counts := make([]int64, 0, len(all))
	for _, c := range all {
		counts = append(counts, c.before)
		if c.stopped {
			s.Stopped++
		}
	}
	slices.Sort(counts)
	s.Median, s.P95 = quantile(counts, 0.5), quantile(counts, 0.95)
	return s
}

// quantile interpolates between the two nearest of sorted counts.
func quantile(sorted []int64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	low, high := float64(sorted[i]), float64(sorted[i+1])
	return rounded(low + (high-low)*(at-float64(i)))
}

// attack is all campaigns of one kind.
type attack struct {
	scores    *scores
	allowed   int64
	campaigns []*campaign
}
