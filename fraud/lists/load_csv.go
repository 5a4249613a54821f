package lists

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// csv reads a table whose first line names its columns.
func (l *loading) csv(text []byte) {
	in := csv.NewReader(bytes.NewReader(text))
	in.ReuseRecord, in.Comment = true, '#'
	header, err := in.Read()
	if err != nil {
		l.wrong(1, "the first line must name the columns, as list,kind,value,reason: %v", err)
		return
	}
	columns := make([]string, len(header))
	copy(columns, header)
	for _, c := range columns {
		if !strings.Contains(" list kind value tenant reason source added expires ", " "+c+" ") {
			l.wrong(1, "%q is not a known column: use list, kind, value, tenant, reason, source, added, expires", c)
			return
		}
	}
	for len(l.problems) < maxProblems {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line, _ := in.FieldPos(0)
		if err != nil {
			l.wrong(line, "%v", err)
			continue
		}
		r := raw{line: line}
		for i, c := range columns {
			switch v := record[i]; c {
			case "list":
				r.list = v
			case "kind":
				r.kind = v
			case "value":
				r.value = v
			default:
				r.set(c, v)
			}
		}
		l.add(&r)
	}
}
