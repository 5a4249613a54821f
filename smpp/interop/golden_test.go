package interop

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"tollgate/smpp/pdu"
)

// golden returns the octets of package pdu's vectors, each under its name, as they
// came and, where we would send others, as we send them.
func golden(t *testing.T) (names []string, wires [][]byte) {
	t.Helper()
	text, err := os.ReadFile("../pdu/testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for line := range strings.Lines(string(text)) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "name":
			name = rest
		case "octets", "again":
			names, wires = append(names, name+", "+word), append(wires, nil)
		case "":
			digits, _, _ := strings.Cut(rest, ";")
			b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if len(b) > 0 {
				wires[len(wires)-1] = append(wires[len(wires)-1], b...)
			}
		}
	}
	return names, wires
}

// malformed are the vectors that tshark rightly refuses and we, being lenient,
// read: no one else's are excused.
var malformed = map[string]bool{
	"bind_transceiver_resp without NUL (seen in the field), octets": true,
	"submit_sm_resp without a body (seen in the field), octets":     true,
	"submit_sm_resp without NUL (seen in the field), octets":        true,
	"submit_sm_resp cut parameter (seen in the field), octets":      true,
}

// TestGoldenVectors has tshark read every vector of package pdu.
func TestGoldenVectors(t *testing.T) {
	t.Parallel()
	names, wires := golden(t)
	if len(wires) < 40 {
		t.Fatalf("%d vectors", len(wires))
	}
	var chunks []chunk
	for i, w := range wires {
		chunks = append(chunks, chunk{conn: i, sent: true, data: w})
	}
	seen := dissect(t, chunks)
	for i, w := range wires {
		mine := only(seen, i, true)
		if len(mine) != 1 {
			t.Errorf("%s: tshark sees %d PDUs", names[i], len(mine))
			continue
		}
		d := difference(pdu.DecodeHeader(w), w, &mine[0])
		if (d != "") != malformed[names[i]] {
			t.Errorf("%s: %s", names[i], d)
		}
	}
}
