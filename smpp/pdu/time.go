package pdu

import (
	"errors"
	"fmt"
	"time"
)

// ErrTime is a time that is neither form of §7.1.1.
var ErrTime = errors.New("not a time of the form YYMMDDhhmmsstnnp")

// relativeMax bounds a relative time: its days field has two digits, and SMSCs
// refuse more than a month.
const relativeMax = 31 * 24 * time.Hour

// FormatAbsoluteTime writes t in UTC as YYMMDDhhmmsstnn+ with tenths of a
// second (§7.1.1.1), 16 octets.
func FormatAbsoluteTime(t time.Time) string {
	t = t.UTC()
	tenths := byte('0' + t.Nanosecond()/1e8)
	b := make([]byte, 0, 16)
	b = t.AppendFormat(b, "060102150405")
	return string(append(b, tenths, '0', '0', '+'))
}

// FormatRelativeTime writes d as a relative time, YYMMDDhhmmss000R (§7.1.1.2),
// in whole seconds rounded down, from 0 to 31 days.
func FormatRelativeTime(d time.Duration) string {
	s := int(min(max(d, 0), relativeMax) / time.Second)
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", s/86400, s/3600%24, s/60%60, s%60)
}

// ParseTime reads either form; a relative one counts from now. The empty string
// is the zero time.
func ParseTime(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	n, ok := timeDigits(s)
	if !ok {
		return time.Time{}, ErrTime
	}
	year, month, day, hour, minute, second := n[0], n[1], n[2], n[3], n[4], n[5]
	rest := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	if s[15] == 'R' {
		return now.AddDate(year, month, day).Add(rest), nil
	}
	t := time.Date(2000+year, time.Month(month), day, hour, minute, second, int(s[12]-'0')*1e8, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, ErrTime
	}
	offset := time.Duration(int(s[13]-'0')*10+int(s[14]-'0')) * 15 * time.Minute
	switch s[15] {
	case '+': // local time is ahead of UTC
		return t.Add(-offset), nil
	case '-':
		return t.Add(offset), nil
	}
	return time.Time{}, ErrTime
}

// timeDigits returns the six pairs before the tenths when the first 15 octets
// of 16 are digits.
func timeDigits(s string) (n [6]int, ok bool) {
	if len(s) != 16 {
		return n, false
	}
	for i := range 15 {
		if s[i] < '0' || s[i] > '9' {
			return n, false
		}
	}
	for i := range n {
		n[i] = int(s[2*i]-'0')*10 + int(s[2*i+1]-'0')
	}
	return n, true
}
