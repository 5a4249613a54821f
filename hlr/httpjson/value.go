package httpjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// digits never repeats what it refuses: errors are logged.
func digits[T ~string](to *T, s string, least, most int) error {
	if strings.ContainsAny(s, "*xX") {
		return errWord // masked by the vendor: not told
	}
	if len(s) < least || len(s) > most || strings.Trim(s, "0123456789") != "" {
		return fmt.Errorf("is not %d to %d digits", least, most)
	}
	*to = T(s)
	return nil
}

// title reads a global title or name of a VLR or MSC.
func title(to *string, s string) error {
	if s = strings.TrimPrefix(s, "+"); s == "" || len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("is no title or name of an element")
	}
	*to = s
	return nil
}

// plmn reads 26201, 262-01 or 262/01 (ITU-T E.212).
func plmn[T ~string](to *T, s string) error {
	if len(s) > 3 && (s[3] == '-' || s[3] == '/') {
		s = s[:3] + s[4:]
	}
	if digits(to, s, 5, 6) != nil {
		return errors.New("is no network as MCC and MNC")
	}
	return nil
}

// longMNC begins the MCCs of networks whose MNC has three digits (ITU-T E.212):
// Canada, the USA and Mexico.
const longMNC = " 302 310 311 312 313 314 315 316 334 "

// network joins an MCC and an MNC. A vendor that writes them as numbers has lost
// the zeros in front.
func (f *fact) network(r *reply) (string, error) {
	mcc, mnc := f.mcc.find(r), f.mnc.find(r)
	country, ok1 := scalar(mcc)
	network, ok2 := scalar(mnc)
	switch {
	case mcc != nil && !ok1 || mnc != nil && !ok2:
		return "", errKind
	case country == "" || network == "":
		return "", nil
	case has(f.unknown, strings.ToLower(country)) || has(f.unknown, strings.ToLower(network)):
		return "", nil
	}
	if _, number := mcc.(json.Number); number {
		country = zeros(country, 3)
	}
	if _, number := mnc.(json.Number); number {
		size := 2
		if strings.Contains(longMNC, " "+country+" ") {
			size = 3
		}
		network = zeros(network, size)
	}
	if len(country) != 3 || len(network) < 2 || len(network) > 3 {
		return "", errors.New("has no MCC of three digits with an MNC of two or three")
	}
	return country + network, nil
}

func zeros(s string, size int) string {
	return strings.Repeat("0", max(0, size-len(s))) + s
}

// The words of a yes and a no that need no list.
var (
	plainYes = []string{"true", "yes", "y", "1"}
	plainNo  = []string{"false", "no", "n", "0"}
)

func (f *fact) flag(to **bool, s string) error {
	yes, no := f.yes, f.no
	if yes == nil && no == nil {
		yes, no = plainYes, plainNo
	}
	s = strings.ToLower(s)
	is := has(yes, s)
	if !is && !has(no, s) {
		return errWord
	}
	*to = &is
	return nil
}

// lineTypes are the words of fraud.LineType.
var lineTypes = []string{
	"mobile", "fixed", "fixed_or_mobile", "voip", "premium", "toll_free",
	"shared_cost", "pager", "personal", "uan", "voicemail",
}

// lineTypes reads the vendor's words for ours.
func (m *mapping) lineTypes(f *fact, n *yaml.Node, at string) {
	f.words = map[string]string{}
	for _, p := range m.pairs(n, at) {
		ours := m.scalar(p.value, at).value
		if !has(lineTypes, ours) {
			m.addf(p.value.Line, "%s: %s is no line type%s", at, show(ours), didYouMean(ours, slices.Clone(lineTypes)))
		}
		f.words[strings.ToLower(p.key.Value)] = ours
	}
}

func (f *fact) lineType(to *string, s string) error {
	s = strings.ToLower(s)
	ours, ok := f.words[s]
	if f.words == nil {
		ours, ok = s, has(lineTypes, s)
	}
	if !ok {
		return errWord
	}
	*to = ours
	return nil
}

// The formats of a time that have a name; any other is a layout of Go's.
const (
	formatAny    = "" // RFC 3339, or a date, or a date and time without zone, in UTC
	formatUnix   = "unix"
	formatUnixMS = "unix_ms"
	formatDate   = "date"
	formatRFC    = "rfc3339"
)

var anyLayouts = []string{time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05"}

func (m *mapping) timeFormat(f *fact, n *yaml.Node, at string) {
	f.format = m.scalar(n, at).value
	named := []string{formatUnix, formatUnixMS, formatDate, formatRFC}
	if !has(named, f.format) && !strings.Contains(f.format, "2006") {
		m.addf(n.Line, "%s: must be a layout such as 02/01/2006 15:04, or a name%s", at, didYouMean(f.format, named))
	}
}

var errTime = errors.New("is no time in the mapping's format")

func (f *fact) time(to *time.Time, s string) error {
	layouts := []string{f.format}
	switch f.format {
	case formatUnix, formatUnixMS:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n <= 0 {
			return errTime
		}
		if f.format == formatUnix {
			n *= 1000
		}
		*to = time.UnixMilli(n).UTC()
		return plausible(*to)
	case formatAny:
		layouts = anyLayouts
	case formatDate:
		layouts[0] = time.DateOnly
	case formatRFC:
		layouts[0] = time.RFC3339
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			*to = t.UTC()
			return plausible(*to)
		}
	}
	return errTime
}

// plausible refuses a time that is no time of a mobile number: seconds taken
// for milliseconds, say. Where the vendor has a word for never, list it under
// unknown.
func plausible(t time.Time) error {
	if t.Year() < 1985 || t.Year() > 2200 {
		return errTime
	}
	return nil
}
