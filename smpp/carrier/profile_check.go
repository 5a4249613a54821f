package carrier

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // receipt_zone may name a zone on a machine without a time zone database

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// impossible is a value that no carrier can have.
type impossible struct{ path, text string }

// profileCheck turns the words of a profile into what they mean, and gathers those
// that mean nothing.
type profileCheck struct{ bad []impossible }

func (k *profileCheck) add(path, format string, args ...any) {
	k.bad = append(k.bad, impossible{path, fmt.Sprintf(format, args...)})
}

// problems lists every impossible value of p.
func (p *Profile) problems() []impossible {
	var k profileCheck
	p.config(&k)
	return k.bad
}

// between wants 0 for none, or low to high.
func between[T int | float64 | time.Duration](k *profileCheck, path string, v, low, high T) {
	if v != 0 && (v < low || v > high) {
		k.add(path, "%v is not between %v and %v", v, low, high)
	}
}

func (k *profileCheck) oneOf(path, v string, words ...string) {
	if v != "" && !slices.Contains(words, v) {
		k.add(path, "%q is none of %s", v, strings.Join(words, ", "))
	}
}

func (k *profileCheck) length(path, v string, most int) {
	if len(v) > most || strings.ContainsRune(v, 0) {
		k.add(path, "must have at most %d octets, none of them 0", most)
	}
}

// parsed gives the value of a word, by a parser of another package.
func parsed[T any](k *profileCheck, path, word string, parse func(string) (T, error)) T {
	v, err := parse(word)
	if err != nil {
		k.add(path, "%v", err)
	}
	return v
}

func (k *profileCheck) languages(path string, words []string) (list []coding.Language) {
	for i, w := range words {
		list = append(list, parsed(k, fmt.Sprintf("%s[%d]", path, i), w, coding.ParseLanguage))
	}
	return list
}

func (k *profileCheck) address(path string, a *ProfileAddress) *AddressType {
	if a == nil {
		return nil
	}
	if a.TON < 0 || a.TON > 255 || a.NPI < 0 || a.NPI > 255 {
		k.add(path, "ton and npi have one octet each: 0 to 255")
	}
	return &AddressType{byte(a.TON), byte(a.NPI)}
}

func (k *profileCheck) parameters(list []ProfileParameter) (tlvs pdu.TLVs) {
	for i, p := range list {
		path := fmt.Sprintf("parameters[%d]", i)
		tag, err := strconv.ParseUint(p.Tag, 0, 16)
		if err != nil || tag == 0 {
			k.add(path, "tag %q is no number from 0x0001 to 0xFFFF", p.Tag)
		}
		value, err := p.value()
		if err != nil {
			k.add(path, "%v", err)
		}
		tlvs = append(tlvs, pdu.TLV{Tag: pdu.Tag(tag), Value: value})
	}
	return tlvs
}

// value is the one form that was written.
func (p *ProfileParameter) value() (v []byte, err error) {
	forms := 0
	for _, f := range []struct {
		text *string
		read func(string) ([]byte, error)
	}{
		{p.Text, func(s string) ([]byte, error) { return []byte(s), nil }},
		{p.CString, func(s string) ([]byte, error) { return append([]byte(s), 0), nil }},
		{p.Hex, hex.DecodeString},
	} {
		if f.text != nil {
			forms++
			v, err = f.read(*f.text)
		}
	}
	switch {
	case forms != 1:
		return nil, errors.New("write one of text, cstring and hex")
	case err != nil:
		return nil, fmt.Errorf("hex: %w", err)
	case len(v) > 255:
		return nil, fmt.Errorf("%d octets are more than any carrier takes", len(v))
	}
	return v, nil
}

// statusesByName maps the names that pdu knows to their numbers.
var statusesByName = sync.OnceValue(func() map[string]pdu.Status {
	names := map[string]pdu.Status{}
	for _, s := range pdu.Statuses() {
		names[s.String()] = s
	}
	return names
})

// parseStatus reads a command_status by its name or its number.
func parseStatus(s string) (pdu.Status, error) {
	if known, ok := statusesByName()[s]; ok {
		return known, nil
	}
	v, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no command_status: write a name such as ESME_RTHROTTLED or a number such as 0x58", s)
	}
	return pdu.Status(v), nil
}

// parseZone reads UTC, an offset such as +05:30, or a zone of the tz database.
func parseZone(s string) (*time.Location, error) {
	if s == "" {
		return nil, nil
	}
	if s[0] == '+' || s[0] == '-' {
		if t, err := time.Parse("-07:00", s); err == nil {
			_, offset := t.Zone()
			return time.FixedZone(s, offset), nil
		}
	} else if zone, err := time.LoadLocation(s); err == nil && s != "Local" {
		return zone, nil
	}
	return nil, fmt.Errorf("%q is no time zone: write UTC, an offset such as +05:30, or a name such as Asia/Kolkata", s)
}
