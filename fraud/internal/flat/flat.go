// Package flat is the form of the compiled tables: a line of JSON that says
// where the facts come from and how long each section is, then the sections,
// little-endian arrays one behind the other. A table is embedded and read in
// place: it takes no time to load and no memory of its own.
package flat

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"tollgate/fraud"
)

// Header is the first line of a table.
type Header struct {
	Form     string         `json:"form"` // name and version of the sections' layout
	Sources  []fraud.Source `json:"sources"`
	Sections []int          `json:"sections"` // their lengths in octets
	SHA256   string         `json:"sha256"`   // of all sections
}

// Append appends a table.
func Append(b []byte, form string, sources []fraud.Source, sections ...[]byte) ([]byte, error) {
	h := Header{Form: form, Sources: sources}
	for _, s := range sections {
		h.Sections = append(h.Sections, len(s))
	}
	h.SHA256 = Sum(sections)
	line, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	b = append(append(b, line...), '\n')
	for _, s := range sections {
		b = append(b, s...)
	}
	return b, nil
}

// Sum is the SHA-256 of the sections, in hexadecimal.
func Sum(sections [][]byte) string {
	sum := sha256.New()
	for _, s := range sections {
		sum.Write(s)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Read finds the sections of a table; they are parts of b.
func Read(b []byte, form string, sections int) (h Header, parts [][]byte, err error) {
	line, rest, ok := bytes.Cut(b, []byte("\n"))
	if !ok {
		return h, nil, errors.New("the table has no header")
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, nil, fmt.Errorf("the table's header: %w", err)
	}
	if h.Form != form || len(h.Sections) != sections {
		return h, nil, fmt.Errorf("the table is %q with %d sections, not %q with %d", h.Form, len(h.Sections), form, sections)
	}
	for i, n := range h.Sections {
		if n < 0 || n > len(rest) {
			return h, nil, fmt.Errorf("section %d of the table is cut short", i)
		}
		parts = append(parts, rest[:n:n])
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return h, nil, errors.New("the table is longer than its header says")
	}
	return h, parts, nil
}
