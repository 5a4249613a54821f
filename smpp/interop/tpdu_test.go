package interop

import (
	"encoding/hex"
	"strings"
	"testing"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// lastShown returns the last text that the fake handset got whole, and its sender,
// from the RP-DATA (3GPP TS 24.011 §7.3.1) that the fake BSC printed.
func lastShown(t *testing.T, radio string) (from, text string) {
	t.Helper()
	parts := coding.NewReassembler(coding.AlphabetGSM7Packed, 10)
	for line := range strings.Lines(radio) {
		_, digits, ok := strings.Cut(strings.TrimSpace(line), "RP-DATA ")
		if !ok {
			continue
		}
		rp, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		const head = 2 // message type, reference; then three fields with their lengths
		originator, rest := field(rp[head:])
		destination, rest := field(rest)
		tpdu, rest := field(rest)
		if len(originator) == 0 || len(destination) != 0 || len(rest) != 0 {
			t.Fatalf("RP-DATA %x", rp)
		}
		sender, part := deliver(t, tpdu)
		if whole, ok := parts.Add(sender, part); ok {
			from, text = sender, whole
		}
	}
	return from, text
}

// field cuts a field that starts with its length in octets.
func field(b []byte) (value, rest []byte) { return b[1 : 1+b[0]], b[1+b[0]:] }

// deliver reads an SMS-DELIVER (3GPP TS 23.040 §9.2.2.1) from an alphanumeric
// address.
func deliver(t *testing.T, b []byte) (from string, p coding.Part) {
	t.Helper()
	const udhi, alphanumeric, timestamp = 0x40, 0xD0, 7
	if b[0]&3 != 0 || b[2] != alphanumeric {
		t.Fatalf("TPDU %x is no SMS-DELIVER from a name", b)
	}
	semiOctets := int(b[1])
	octets := (semiOctets + 1) / 2
	from = coding.AlphabetGSM7Packed.Decode(0, b[3:3+octets])[:semiOctets*4/7]
	b, header := b[3+octets:], b[0]&udhi
	p.DataCoding = b[1]
	length, data := int(b[2+timestamp]), b[3+timestamp:]
	if header != 0 {
		p.ESMClass = pdu.ESMClassUDHI
	}
	if coding.CodingOf(p.DataCoding) == coding.GSM7 {
		length = (length*7 + 7) / 8
	}
	if length != len(data) {
		t.Fatalf("TP-UDL says %d octets of %d", length, len(data))
	}
	p.ShortMessage = data
	return from, p
}
