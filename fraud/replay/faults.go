package replay

import (
	"errors"
	"fmt"
	"strconv"
)

// maxFaults bounds the kinds of faults that are named.
const maxFaults = 20

// faults are the kinds of faults of a file, in the order in which each was first
// met.
type faults struct {
	first []*LineError
	count []int64
	at    map[string]int
}

// add counts a fault. What is wrong is a kind; at which column is not.
func (f *faults) add(e *LineError) {
	kind := kindOf(e)
	i, there := f.at[kind]
	switch {
	case there:
		f.count[i]++
	case len(f.first) < maxFaults:
		if f.at == nil {
			f.at = map[string]int{}
		}
		f.at[kind] = len(f.first)
		f.first, f.count = append(f.first, e), append(f.count, 1)
	}
}

func kindOf(e *LineError) string {
	what := e.Err.Error()
	if s := (*syntaxError)(nil); errors.As(e.Err, &s) {
		what = s.what
	}
	return strconv.FormatBool(e.Cut) + what
}

// list names each kind with the line of the first, and how many there are.
func (f *faults) list() []string {
	all := make([]string, 0, len(f.first)) // none is [] in JSON
	for i, e := range f.first {
		text := e.Error()
		if n := f.count[i]; n > 1 {
			text += fmt.Sprintf(" (%d such lines)", n)
		}
		all = append(all, text)
	}
	return all
}
