package receipt

import (
	"strconv"
	"testing"
)

// BenchmarkMatcher opens, matches and closes one attempt among 10 000 others.
func BenchmarkMatcher(b *testing.B) {
	m := NewMatcher[int](Auto, 0)
	for i := range 10000 {
		m.Add(strconv.Itoa(1e9+i), handset, i)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Add("812FC7470000001B", handset, 1)
		if _, ok := m.Match("9308878062554710043", handset); !ok {
			b.Fatal("no match")
		}
		m.Remove("812FC7470000001B", handset)
	}
}
