package static

import (
	"bytes"
	"errors"
	"fmt"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// maxRecords and maxBytes bound a file; above them a real subscriber database
// is the right provider.
const (
	maxRecords = 1_000_000
	maxBytes   = 256 << 20
	maxErrors  = 10 // reported at once
)

// content is what one reading of the file gave.
type content struct {
	records  map[subscriber.MSISDN]record
	columns  hlr.Field // all that its columns can tell
	absent   bool      // default: absent
	problems []error
	more     int // problems beyond maxErrors
}

type record struct {
	hlr.Subscriber
	line int
}

func newContent() *content {
	return &content{records: map[subscriber.MSISDN]record{}}
}

// parse reads a whole file. All that is wrong in it comes as one error, each
// with its line. A file without a single octet of content is refused: it is
// most likely being written.
func parse(data []byte, csv bool) (*content, error) {
	c := newContent()
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("the file is empty; for no subscribers write {} or, in CSV, a header line")
	}
	if csv {
		c.readCSV(data)
	} else {
		c.readYAML(data)
	}
	if c.more > 0 {
		c.problems = append(c.problems, fmt.Errorf("and %d more", c.more))
	}
	return c, errors.Join(c.problems...)
}

func (c *content) problem(line int, err error) {
	if len(c.problems) == maxErrors {
		c.more++
		return
	}
	c.problems = append(c.problems, fmt.Errorf("line %d: %w", line, err))
}

func (c *content) add(n subscriber.MSISDN, r hlr.Subscriber, line int) {
	if former, ok := c.records[n]; ok {
		c.problem(line, fmt.Errorf("the number stands in line %d already", former.line))
		return
	}
	if len(c.records) == maxRecords {
		c.problem(line, fmt.Errorf("more than %d subscribers", maxRecords))
		return
	}
	c.records[n] = record{r, line}
}
