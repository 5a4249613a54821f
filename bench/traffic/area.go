package traffic

import (
	"math"
	"strconv"
)

// area is where a subscriber is: one of a network's cities, with the few cells
// between home and work.
type area struct {
	city  int
	cells [3]uint32
}

const cities = 14

func (d dice) area() area {
	a := area{city: int(cities * math.Pow(d.Float64(), 1.8))}
	for i := range a.cells {
		a.cells[i] = uint32(1000 + d.IntN(60_000))
	}
	return a
}

// settle puts the line's record at one of its area's cells.
func (d dice) settle(l *line, o *operator) {
	h := hash(uint64(l.area.city), o.plmn)
	which := d.IntN(len(l.area.cells))
	l.id.cid = l.area.cells[which]
	l.id.lac = uint32(100+h%40_000) + uint32(which/2) // work may lie in the next location area
	// a city is served by a pool of two or three MSCs; a subscriber mostly stays with one
	msc := int(l.area.cells[0]) % 3
	if d.chance(0.04) {
		msc = d.IntN(3)
	}
	l.id.vlr = o.vlr(l.area.city, msc)
	l.id.plmn = o.plmn
}

// vlr is the global title of an MSC: the country and an operator's own number series.
func (o *operator) vlr(city, msc int) string {
	h := hash(uint64(city/2*3+msc), "vlr"+o.plmn) % 100_000
	s := strconv.FormatUint(100_000+h, 10)
	return o.country.code + o.prefixes[0].digits + s[1:]
}

// hours is how long a flight between two countries takes, from door to door.
func flight(a, b *country) millis {
	const rad = math.Pi / 180
	dLat, dLon := (b.lat-a.lat)*rad/2, (b.lon-a.lon)*rad/2
	s := math.Pow(math.Sin(dLat), 2) + math.Cos(a.lat*rad)*math.Cos(b.lat*rad)*math.Pow(math.Sin(dLon), 2)
	km := 12_742 * math.Asin(math.Sqrt(s))
	return seconds((3 + km/750) * 3600)
}
