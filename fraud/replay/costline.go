package replay

import "time"

// costLine is what attacks cost and what was saved of it, over time.
type costLine struct {
	line        timeline // its slots' widths and places
	spent, kept [timelineSlots]float64
}

func (c *costLine) add(at time.Time, price float64, allowed bool) {
	width := c.line.width
	c.line.add(at, allowed)
	for ; width > 0 && width < c.line.width; width *= 2 {
		for i := range timelineSlots {
			if 2*i+1 < timelineSlots {
				c.spent[i], c.kept[i] = c.spent[2*i]+c.spent[2*i+1], c.kept[2*i]+c.kept[2*i+1]
			} else {
				c.spent[i], c.kept[i] = 0, 0
			}
		}
	}
	i := int(max(0, at.Unix()-c.line.start) / c.line.width)
	if allowed {
		c.spent[i] += price
	} else {
		c.kept[i] += price
	}
}
