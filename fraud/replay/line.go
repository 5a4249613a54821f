package replay

import (
	"strconv"
	"unicode/utf8"

	"tollgate/fraud"
)

// AppendLine appends the decision as a line of JSON: {"id", "score",
// "decision", "reasons"}.
func (d *Decided) AppendLine(b []byte) []byte {
	b = appendString(append(b, `{"id":`...), string(d.Event.ID))
	b = strconv.AppendFloat(append(b, `,"score":`...), d.Decision.Score, 'f', -1, 64)
	b = appendString(append(b, `,"decision":`...), string(d.Decision.Shown()))
	b = append(b, `,"reasons":[`...)
	for i, r := range d.Decision.Reasons {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendReason(b, &r)
	}
	return append(b, "]}\n"...)
}

func appendReason(b []byte, r *fraud.Reason) []byte {
	b = appendString(append(b, `{"code":`...), r.Code)
	b = strconv.AppendFloat(append(b, `,"points":`...), r.Points, 'f', -1, 64)
	b = appendString(append(b, `,"evidence":`...), r.Evidence)
	return append(b, '}')
}

const hexDigits = "0123456789abcdef"

// appendString appends s in quotes (RFC 8259 §7). What is no UTF-8 becomes the
// replacement character.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}
