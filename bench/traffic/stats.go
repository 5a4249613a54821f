package traffic

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Stats is what was written.
type Stats struct {
	Events, Sends, Attacks int64
	Bytes                  int64
	Labels                 map[string]int64 // sends by label: legit:GROUP or KIND:INSTANCE
}

func newStats() *Stats { return &Stats{Labels: map[string]int64{}} }

func (s *Stats) count(label string) {
	s.Sends++
	s.Labels[label]++
	if !strings.HasPrefix(label, legit) {
		s.Attacks++
	}
}

// Campaigns is how many campaigns made a send.
func (s *Stats) Campaigns() (n int) {
	for label := range s.Labels {
		if !strings.HasPrefix(label, legit) {
			n++
		}
	}
	return n
}

// Write prints a table: totals, benign groups, and the campaigns of each kind.
func (s *Stats) Write(out io.Writer) {
	fmt.Fprintf(out, "%d events, %.1f MB: %d sends, %d of them (%.2f %%) of %d attack campaigns\n",
		s.Events, float64(s.Bytes)/1e6, s.Sends, s.Attacks, 100*float64(s.Attacks)/float64(max(s.Sends, 1)), s.Campaigns())
	kinds := map[string][]int64{}
	for label, n := range s.Labels {
		kind, _, _ := strings.Cut(label, ":")
		if kind == legit {
			kind = label
		}
		kinds[kind] = append(kinds[kind], n)
	}
	for _, kind := range slices.SortedFunc(maps.Keys(kinds), benignFirst) {
		sizes := slices.Sorted(slices.Values(kinds[kind]))
		var all int64
		for _, n := range sizes {
			all += n
		}
		fmt.Fprintf(out, "  %-20s %8d", kind, all)
		if !strings.HasPrefix(kind, legit) {
			fmt.Fprintf(out, "  campaigns of %s", strings.Trim(fmt.Sprint(sizes), "[]"))
		}
		fmt.Fprintln(out)
	}
}

func benignFirst(a, b string) int {
	if x, y := strings.HasPrefix(a, legit), strings.HasPrefix(b, legit); x != y {
		if x {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}
