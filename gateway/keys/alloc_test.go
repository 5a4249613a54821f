//go:build !race

package keys

import "testing"

// The race detector drops pooled objects at random, so this runs without it.
func TestAllocations(t *testing.T) {
	r := newTestRing(t)
	plain, context := make([]byte, 300), make([]byte, 17)
	buf, out := make([]byte, 0, 1024), make([]byte, 0, 1024)
	sealed := r.Seal(nil, plain, context)
	for name, f := range map[string]func(){
		"Seal":  func() { r.Seal(buf, plain, context) },
		"Open":  func() { _, _ = r.Open(out, sealed, context) },
		"Hash":  func() { r.Hash("imsi", "262011234567890") },
		"Index": func() { r.Index("number", "acme", "+491701234567") },
	} {
		if n := testing.AllocsPerRun(100, f); n > 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
