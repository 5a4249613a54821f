package hlr

import "time"

// Known says that a SIM was seen behind the number.
func (h *History) Known() bool { return !h.IMSI.IsZero() || !h.ICCID.IsZero() }

// Vanished says that the network knew the number before and does not now: a
// SIM swap may be in flight.
func (h *History) Vanished() bool { return !h.AbsentSince.IsZero() }

// Latest returns the newest change of any fact in f that came after ackAt, when
// a person last confirmed the number (zero: never).
func (h *History) Latest(f Field, ackAt time.Time) (c Change, ok bool) {
	for i := len(h.Changes) - 1; i >= 0; i-- {
		if c := h.Changes[i]; c.Field&f != 0 && c.NewFirst.After(ackAt) {
			return c, true
		}
	}
	return Change{}, false
}

// Change is the age at now of the newest change of any fact in f after ackAt:
// it happened at least min and at most max ago. ok is false when there is none.
func (h *History) Change(f Field, now, ackAt time.Time) (min, max time.Duration, ok bool) {
	c, ok := h.Latest(f, ackAt)
	if !ok {
		return 0, 0, false
	}
	min, max = now.Sub(c.NewFirst), now.Sub(c.OldLast)
	if min < 0 {
		min = 0
	}
	if max < min {
		max = min
	}
	return min, max, true
}

// suddenKept is for how long a jump tells something about the one who is
// served now.
const suddenKept = 24 * time.Hour

// Sudden says that within the last day, and after ackAt, the subscriber was
// served at a place that could not be reached in the time.
func (h *History) Sudden(now, ackAt time.Time) bool {
	for _, c := range h.Changes {
		if c.Sudden && c.NewFirst.After(ackAt) && now.Sub(c.NewFirst) < suddenKept {
			return true
		}
	}
	return false
}

// VanishedBefore says that the network had stopped knowing the number right
// before the newest SIM after ackAt came.
func (h *History) VanishedBefore(ackAt time.Time) bool {
	c, ok := h.Latest(FieldIdentity, ackAt)
	return ok && c.Vanished
}
