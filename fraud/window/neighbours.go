package window

const (
	recentCount  = 8
	recentWindow = 600 // seconds
)

// neighbours finds runs of neighbouring numbers in a range, in any order, from
// the last eight different ones.
type neighbours [recentCount]recent

type recent struct {
	tail uint16 // the last three digits, plus 1; 0 is an empty place
	at   uint16 // tens of seconds, modulo 2^16
	run  uint16 // length of the run that it was last seen in
}

// add notes a number's last three digits and returns how long the run of
// neighbours is that it belongs to. again says that the number itself is one of
// the last eight: a repeat continues no run.
func (n *neighbours) add(tail uint16, was, now uint32) (run float64, again bool) {
	now = max(now, was)
	if now-was > recentWindow {
		*n = neighbours{}
	}
	tail++
	at := uint16(now / 10)
	place := 0
	var below, above *recent
	for i := range n {
		r := &n[i]
		if r.tail != 0 && at-r.at > recentWindow/10 {
			*r = recent{}
		}
		switch {
		case r.tail == tail:
			r.at = at
			return float64(r.run), true
		case r.tail != 0 && r.tail == tail-1:
			below = r
		case r.tail == tail+1:
			above = r
		}
		if n[place].tail != 0 && (r.tail == 0 || at-r.at > at-n[place].at) {
			place = i
		}
	}
	length := uint16(1)
	for _, r := range [...]*recent{below, above} {
		if r != nil {
			length += r.run
		}
	}
	length = min(length, 1000) // numbers that go round in a circle are no longer run than the range
	for _, r := range [...]*recent{below, above} {
		if r != nil {
			r.run = length
		}
	}
	n[place] = recent{tail: tail, at: at, run: length}
	return float64(length), false
}
