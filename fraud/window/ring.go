package window

// slices is how many slices a window has; a ring keeps one more, of which the
// share that is still inside the window counts.
const slices = 5

// ring is one sliding count.
type ring [slices + 1]uint16

// count moves the ring from when it was last used to now, adds one, and
// returns the count of the window of slices x width seconds.
func (r *ring) count(was, now, width uint32) float64 {
	now = max(now, was)
	r.advance(was/width, now/width)
	cur := now / width % (slices + 1)
	if r[cur] != 1<<16-1 {
		r[cur]++
	}
	return r.total(now, width)
}

// read returns the count of the window without adding to it.
func (r ring) read(was, now, width uint32) float64 {
	now = max(now, was)
	r.advance(was/width, now/width)
	return r.total(now, width)
}

// total is the count of the window, whose slices all are of its time.
func (r *ring) total(now, width uint32) float64 {
	total := 0.0
	cur := now / width % (slices + 1)
	oldest := (cur + 1) % (slices + 1)
	for i, n := range r {
		if uint32(i) != oldest {
			total += float64(n)
		}
	}
	return total + float64(r[oldest])*float64(width-now%width)/float64(width)
}

func (r *ring) advance(was, now uint32) {
	if now-was > slices {
		*r = ring{}
		return
	}
	for s := was + 1; s <= now; s++ {
		r[s%(slices+1)] = 0
	}
}
