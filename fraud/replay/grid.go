package replay

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// grid lays lines of tab-separated cells out as tables: the first column to the
// left, the others to the right. An empty line, or one without a tab, ends a
// table.
type grid struct {
	out   io.Writer
	cells bytes.Buffer
}

func (g *grid) Write(b []byte) (int, error) { return g.cells.Write(b) }

func (g *grid) flush() error {
	var out strings.Builder
	var rows [][]string
	for line := range strings.Lines(g.cells.String()) {
		cells := strings.Split(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\t"), "\t")
		if strings.Contains(line, "\t") {
			rows = append(rows, cells)
			continue
		}
		align(&out, rows)
		rows = rows[:0]
		out.WriteString(line)
	}
	align(&out, rows)
	_, err := io.WriteString(g.out, out.String())
	return err
}

func align(out *strings.Builder, rows [][]string) {
	var widths []int
	for _, cells := range rows {
		for i, c := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, cells := range rows {
		var line strings.Builder
		for i, c := range cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i == 0 {
				line.WriteString(c + pad)
			} else {
				line.WriteString("  " + pad + c)
			}
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}
