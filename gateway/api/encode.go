package api

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"tollgate/fraud"
)

// The encoders append to the caller's slice and use no reflection: the answer
// to a send is on the hot path.

// appendMember appends ,"name":"value".
func appendMember(b []byte, name, value string) []byte {
	return appendString(appendName(b, name), value)
}

// appendName appends ,"name": for one of our own names.
func appendName(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string (RFC 8259 §7). Octets that are not
// UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\uFFFD"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = appendEscape(append(b, s[from:i]...), c)
			from = i + 1
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// appendFloat appends the shortest form that reads back the same; what JSON
// has no word for becomes 0.
func appendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, '0')
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// appendTime appends RFC 3339 in UTC with milliseconds, null for the zero time.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return t.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000Z"`)
}

// appendIn appends d in a unit, with at most three decimals.
func appendIn(b []byte, d, unit time.Duration) []byte {
	return appendFloat(b, math.Round(float64(d)/float64(unit)*1000)/1000)
}

// appendDecision appends "decision", "score" and "reasons", and "observed"
// where the decision was only recorded.
func appendDecision(b []byte, d *fraud.Decision) []byte {
	b = appendString(append(b, `"decision":`...), string(d.Shown()))
	if d.Observed != "" {
		b = append(b, `,"observed":true`...)
	}
	if d.Explored {
		b = append(b, `,"explored":true`...)
	}
	b = appendFloat(appendName(b, "score"), d.Score)
	b = append(appendName(b, "reasons"), '[')
	for i := range d.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		r := &d.Reasons[i]
		b = appendString(append(b, `{"code":`...), r.Code)
		b = appendFloat(appendName(b, "points"), r.Points)
		b = append(appendMember(b, "evidence", r.Evidence), '}')
	}
	return append(b, ']')
}

// appendValue appends a fact's value, null for one that was not answered.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return appendInt(b, int64(v))
	case float64:
		return appendFloat(b, v)
	case time.Time:
		return appendTime(b, v)
	case time.Duration:
		return appendIn(b, v, time.Second)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, text...)
}
