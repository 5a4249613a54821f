package static

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tollgate/hlr"
)

// readCSV reads a header line with the names of the columns and one line a
// subscriber, separated by commas or, where the header has them, semicolons.
// Lines that begin with # are left out.
func (c *content) readCSV(data []byte) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	if first := firstLine(data); bytes.Contains(first, []byte(";")) && !bytes.Contains(first, []byte(",")) {
		r.Comma = ';'
	}
	header, at, ok := c.csvHeader(r)
	for ok {
		var row []string
		if row, ok = c.csvRow(r); ok {
			line, _ := r.FieldPos(0)
			c.csvRecord(header, at, row, line)
		}
	}
}

func firstLine(data []byte) []byte {
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return line
		}
	}
	return nil
}

// csvHeader returns the names of the columns and which one is the number.
func (c *content) csvHeader(r *csv.Reader) (header []string, at int, ok bool) {
	row, ok := c.csvRow(r)
	if !ok {
		return nil, 0, false
	}
	at = -1
	line, _ := r.FieldPos(0)
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(name))
		col, known := columns[name]
		switch {
		case slices.Contains(header, name):
			c.problem(line, fmt.Errorf("column %s stands there twice", show(name)))
		case name == "msisdn":
			at = i
		case !known:
			c.problem(line, set(&hlr.Subscriber{}, name, ""))
		}
		c.columns |= col.fields
		header = append(header, name)
	}
	if at < 0 {
		c.problem(line, errors.New("the header line has no column msisdn"))
	}
	return header, at, len(c.problems) == 0
}

// csvRow reads one line; one that is broken ends the reading.
func (c *content) csvRow(r *csv.Reader) ([]string, bool) {
	row, err := r.Read()
	if err == nil {
		return row, true
	}
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		c.problem(bad.Line, bad.Err)
	} else if err != io.EOF {
		c.problem(0, err)
	}
	return nil, false
}

func (c *content) csvRecord(header []string, at int, row []string, line int) {
	var rec hlr.Subscriber
	for i, text := range row {
		if i == at {
			continue
		}
		if err := set(&rec, header[i], text); err != nil {
			c.problem(line, err)
		}
	}
	n, err := number(row[at])
	if err != nil {
		c.problem(line, err)
		return
	}
	c.add(n, rec, line)
}
