package httpjson

import (
	"slices"
	"strings"
)

// didYouMean ends an error text with the known word nearest to a wrong one, or
// with all that are known.
func didYouMean(word string, known []string) string {
	slices.Sort(known)
	best, least := "", 3
	for _, k := range known {
		if d := edits(strings.ToLower(word), k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return "; there are " + strings.Join(known, ", ")
	}
	return "; did you mean " + best + "?"
}

// edits is the Levenshtein distance, by one row of its table.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			swap := corner
			if a[i] != b[j] {
				swap++
			}
			corner = row[j+1]
			row[j+1] = min(swap, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
