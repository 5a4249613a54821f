package hlr

import "time"

// LastChange is what a network tells of the latest time that something
// changed: not before one time, where that is told, and not after another. A
// date is both ends at once; "not within the last day" has only the second.
type LastChange struct {
	NotBefore time.Time // zero: it may lie any time back
	NotAfter  time.Time // zero: nothing is told
}

// ChangedAt is a change that the network dates.
func ChangedAt(t time.Time) LastChange { return LastChange{t, t} }

// Told says that there is something to compare.
func (c LastChange) Told() bool { return !c.NotAfter.IsZero() }

// Age is how long ago at now the change was, from min to max. ok is false
// where the network dates none after judged, up to when a person has looked at
// the number's changes, or only one so old that a History would have forgotten
// it. One that may lie on either side of judged is taken for one looked at.
func (c LastChange) Age(now, judged time.Time) (min, max time.Duration, ok bool) {
	if !c.NotBefore.After(judged) || now.Sub(c.NotAfter) > changeKept {
		return 0, 0, false
	}
	min = now.Sub(c.NotAfter)
	if min < 0 {
		min = 0 // the network's clock is ahead
	}
	max = now.Sub(c.NotBefore)
	if max < min {
		max = min
	}
	return min, max, true
}

// since compares what is told now with what a lookup that began at saw was told
// of the same number. known is false where neither "changed" nor "did not
// change" follows: twice "within the last day" may be two changes.
func (c LastChange) since(former LastChange, saw time.Time) (same, known bool) {
	switch {
	case !c.Told() || saw.IsZero():
		return false, false
	case former.Told() && !c.NotAfter.After(former.NotAfter):
		return true, true
	case former.Told() && c.NotBefore.After(former.NotAfter), c.NotBefore.After(saw):
		return false, true
	case !c.NotAfter.After(saw):
		return true, true
	}
	return false, false
}

// sameEvent is how far apart two networks may date one change: one counts the
// order, the other the first attach.
const sameEvent = 24 * time.Hour

// apart says that two sources cannot mean the same change.
func (c LastChange) apart(o LastChange) bool {
	return c.NotBefore.After(o.NotAfter.Add(sameEvent)) || o.NotBefore.After(c.NotAfter.Add(sameEvent))
}

// String is the date, or the ends of the interval.
func (c LastChange) String() string {
	switch {
	case !c.Told():
		return "not told"
	case c.NotBefore.IsZero():
		return "not since " + showTime(c.NotAfter)
	case c.NotBefore.Equal(c.NotAfter):
		return showTime(c.NotAfter)
	}
	return "between " + showTime(c.NotBefore) + " and " + showTime(c.NotAfter)
}
