package replay

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// A file with words of a million octets is no way to fill the memory, and they
// are still different words.
func TestWordsAreBounded(t *testing.T) {
	one, other := bytes.Repeat([]byte("x"), 1<<20), append(bytes.Repeat([]byte("x"), 1<<20), 'y')
	if a, b := bounded(one), bounded(other); len(a) != maxWord || len(b) != maxWord || bytes.Equal(a, b) || !bytes.HasPrefix(a, []byte("xxx")) {
		t.Errorf("%d and %d octets: %s, %s", len(a), len(b), a, b)
	}
	if short := []byte("legit:flash"); !bytes.Equal(bounded(short), short) {
		t.Errorf("%s", bounded(short))
	}
	w := words{}
	for i := range 2 * maxWords {
		w.get(fmt.Append(nil, i))
	}
	if w.get(one) != string(bounded(one)) || len(w) != maxWords {
		t.Errorf("%d words are kept", len(w))
	}
	tally := NewTally(func(string) float64 { return 0 })
	if l := tally.label([]byte("pump:" + strings.Repeat("7", 1<<20))); l.campaign == nil || len(l.campaign.instance) > maxWord || l.campaign.kind != "pump" {
		t.Error("a long label is kept whole, or is no campaign")
	}
}
