package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong, and where it was written.
type Problem struct {
	Where string // file, or the variable or flag that set it
	Line  int    // 0 where there are no lines
	Path  string // as in carriers[0].tps
	Text  string
}

func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Where)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Path != "" {
		b.WriteString(": " + p.Path)
	}
	return b.String() + ": " + p.Text
}

// Problems is everything wrong with a configuration, in the order of its lines.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// place is where a setting was written.
type place struct {
	where string
	line  int
}

// problems gathers what is wrong while a configuration is read and judged.
type problems struct {
	list   Problems
	file   string
	places map[string]place // path -> where it was set
}

func (p *problems) addf(path, format string, args ...any) {
	at := p.at(path)
	p.list = append(p.list, Problem{Where: at.where, Line: at.line, Path: path, Text: fmt.Sprintf(format, args...)})
}

// at finds where a setting was written, or the section that it is missing from.
func (p *problems) at(path string) place {
	for path != "" {
		if at, ok := p.places[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return place{where: p.file}
}

func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Where, b.Where), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Path, b.Path))
	})
	return p.list
}
