package spend

import "time"

const (
	hourStep, hourSlices = 300, 12
	dayStep, daySlices   = 3600, 24
)

// counter is what was spent in the latest hour and day, in slices. Slice 0 of
// each ring belongs to the step whose number is a multiple of its length.
type counter struct {
	hour [hourSlices]Money
	day  [daySlices]Money
	at   int64 // second of the latest addition
}

func (c *counter) spent(at time.Time) (hour, day Money) {
	if c == nil {
		return 0, 0
	}
	now := max(at.Unix(), c.at)
	return sum(c.hour[:], c.at/hourStep, now/hourStep), sum(c.day[:], c.at/dayStep, now/dayStep)
}

// sum adds up the slices that are still inside the window at step now; was is
// the newest.
func sum(ring []Money, was, now int64) (total Money) {
	n := int64(len(ring))
	for s := max(now-n+1, 0); s <= was; s++ {
		total += ring[s%n]
	}
	return total
}

func (c *counter) add(at time.Time, m Money) {
	now := max(at.Unix(), c.at)
	clean(c.hour[:], c.at/hourStep, now/hourStep)
	clean(c.day[:], c.at/dayStep, now/dayStep)
	c.at = now
	c.hour[now/hourStep%hourSlices] += m
	c.day[now/dayStep%daySlices] += m
}

// clean empties the slices between two steps.
func clean(ring []Money, was, now int64) {
	n := int64(len(ring))
	for s := max(was+1, now-n+1); s <= now; s++ {
		ring[s%n] = 0
	}
}
