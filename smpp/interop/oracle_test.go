package interop

import (
	"bytes"
	"fmt"
	"testing"

	"tollgate/smpp/pdu"
)

// judge has tshark dissect what the tape recorded, and compares. Of what we sent
// nothing may be malformed; what the peer sent may differ only when explained says
// so, which wants a row in QUIRKS.md.
func (t *tape) judge(tb *testing.T, explained func(h pdu.Header, difference string) bool) {
	tb.Helper()
	tb.Run("tshark", func(tb *testing.T) {
		chunks := t.recorded()
		seen := dissect(tb, chunks)
		count := 0
		for conn := range t.conns {
			for _, sent := range []bool{true, false} {
				count += compare(tb, direction(chunks, conn, sent), only(seen, conn, sent), func(h pdu.Header, difference string) {
					if sent || explained == nil || !explained(h, difference) {
						tb.Errorf("connection %d, sent by us %v, %v %d: %s", conn, sent, h.ID, h.Sequence, difference)
					}
				})
			}
		}
		if count == 0 {
			tb.Error("nothing was recorded")
		}
		tb.Logf("%d PDUs agree", count)
	})
}

// direction returns one direction's octets.
func direction(chunks []chunk, conn int, sent bool) []byte {
	var b []byte
	for _, c := range chunks {
		if c.conn == conn && c.sent == sent {
			b = append(b, c.data...)
		}
	}
	return b
}

// cut returns the whole PDUs of a stream.
func cut(stream []byte) (wires [][]byte) {
	r := pdu.NewReader(bytes.NewReader(stream), 0)
	for {
		_, wire, err := r.Next()
		if err != nil { // the end, perhaps inside a PDU
			return wires
		}
		wires = append(wires, bytes.Clone(wire))
	}
}

func only(all []dissected, conn int, sent bool) (some []dissected) {
	for _, d := range all {
		if d.conn == conn && d.sent == sent {
			some = append(some, d)
		}
	}
	return some
}

// compare reads a stream as we do and returns how many PDUs are the same as
// tshark's; report is told of the others.
func compare(tb *testing.T, stream []byte, seen []dissected, report func(pdu.Header, string)) (same int) {
	tb.Helper()
	wires := cut(stream)
	if len(wires) != len(seen) {
		tb.Errorf("%d PDUs by our count, %d by tshark's", len(wires), len(seen))
		return 0
	}
	for i, wire := range wires {
		h := pdu.DecodeHeader(wire)
		if d := difference(h, wire, &seen[i]); d != "" {
			report(h, d)
		} else {
			same++
		}
	}
	return same
}

// difference says how tshark and package pdu differ about a PDU, or nothing.
func difference(h pdu.Header, wire []byte, seen *dissected) string {
	if seen.malformed {
		return "tshark calls it malformed"
	}
	_, p, err := pdu.Decode(wire)
	if err != nil {
		return fmt.Sprintf("we do not decode it: %v", err)
	}
	ours, err := leaves(h, p)
	if err != nil {
		return err.Error()
	}
	theirs := seen.fields
	for _, l := range ours {
		switch {
		case len(theirs) > 0 && theirs[0] == l:
			theirs = theirs[1:]
		case l.value == "00": // tshark leaves most empty strings out
		case len(theirs) > 0:
			return fmt.Sprintf("we read %v, tshark %v", l, theirs[0])
		default:
			return fmt.Sprintf("we read %v, tshark nothing", l)
		}
	}
	if len(theirs) > 0 {
		return fmt.Sprintf("tshark reads %v, we do not", theirs)
	}
	return ""
}
