package compile

import (
	"fmt"
	"strings"
)

// readTSV calls entry for each line of a file whose first line names its
// columns, separated by tabs. Empty lines and those that begin with # are
// skipped; a column that is not there is "".
func readTSV(file []byte, entry func(get func(column string) string) error) error {
	var columns map[string]int
	n := 0
	for line := range strings.Lines(string(file)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if columns == nil {
			columns = map[string]int{}
			for i, name := range fields {
				columns[name] = i
			}
			continue
		}
		err := entry(func(column string) string {
			if i, ok := columns[column]; ok && i < len(fields) {
				return strings.TrimSpace(fields[i])
			}
			return ""
		})
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}
