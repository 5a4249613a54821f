package replay

import "time"

// parseTime reads RFC 3339, as in 2026-01-31T08:00:00.25Z; the common form
// without time.Parse, which takes three times as long.
func parseTime(b []byte) (time.Time, bool) {
	if t, ok := commonTime(b); ok {
		return t, true
	}
	return rareTime(b)
}

// maxTime is the longest time that is read, in octets.
const maxTime = 64

// rareTime reads what else RFC 3339 §5.6 allows: other zones, small letters, a
// space for the T, and a leap second, which is the last moment of its minute so
// that it stays before the next.
func rareTime(b []byte) (time.Time, bool) {
	var buf [maxTime]byte
	n := copy(buf[:], b)
	if n < len(b) || n < 20 {
		return time.Time{}, false
	}
	if c := &buf[10]; *c == 't' || *c == ' ' {
		*c = 'T'
	}
	if c := &buf[n-1]; *c == 'z' {
		*c = 'Z'
	}
	leap := string(buf[16:19]) == ":60"
	if leap {
		copy(buf[16:], ":59")
	}
	t, err := time.Parse(time.RFC3339Nano, string(buf[:n]))
	if t = t.UTC(); err != nil || leap && (t.Hour() != 23 || t.Minute() != 59) {
		return time.Time{}, false
	}
	if leap {
		t = t.Truncate(time.Second).Add(time.Second - 1)
	}
	return t, true
}

// commonTime reads UTC times with T and Z.
func commonTime(b []byte) (time.Time, bool) {
	n := len(b)
	if n < 20 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[n-1] != 'Z' {
		return time.Time{}, false
	}
	var bad bool
	two := func(i int) int {
		hi, lo := b[i]-'0', b[i+1]-'0'
		bad = bad || hi > 9 || lo > 9
		return int(hi)*10 + int(lo)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if bad || month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	nanos, ok := fraction(b[19 : n-1])
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(unixDay(year, month, day)*86400+int64(hour*3600+minute*60+second), nanos).UTC(), true
}

// fraction reads ".25" as nanoseconds; digits beyond the ninth are cut.
func fraction(b []byte) (nanos int64, ok bool) {
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) == 1 {
		return 0, false
	}
	unit := int64(time.Second)
	for _, c := range b[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		unit /= 10
		nanos += int64(c-'0') * unit
	}
	return nanos, true
}

func daysIn(year, month int) int {
	switch {
	case month == 2 && (year%4 == 0 && year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// unixDay is the days from 1970-01-01 to a date of the Gregorian calendar,
// counted in years that begin in March.
func unixDay(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return int64(365*year+year/4-year/100+year/400+(153*(month-3)+2)/5+day-1) - 719468
}
