package compile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"regexp"
	"testing"

	"tollgate/fraud/numbering/internal/table"
)

// Each pattern's automaton must match what Go's regular expressions match.
func TestPattern(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, expr := range []string{
		"", "1", "[2-9]\\d{3}", "(?:1[0-3]|2)\\d{2,4}", "0|80?", "1(?:2(?:3|4)?)?5", "[03-579]{0,3}1", "(?:(?:1|12)3)|123?",
	} {
		p, err := newPattern(expr)
		if err != nil {
			t.Fatal(err)
		}
		want, matched := regexp.MustCompile("^(?:"+expr+")$"), 0
		for range 20_000 {
			b := make([]byte, rng.IntN(7))
			state := int32(1)
			for i := range b {
				b[i] = byte('0' + rng.IntN(10))
				if rng.IntN(2) == 0 {
					b[i] = "12380"[rng.IntN(5)]
				}
				state = p.step(state, int(b[i]-'0'))
			}
			if p.matches(state) != want.Match(b) {
				t.Fatalf("%q: %s matches: %v, want %v", expr, b, p.matches(state), want.Match(b))
			}
			if p.matches(state) {
				matched++
			}
		}
		if matched == 0 {
			t.Errorf("%q: nothing matched", expr)
		}
	}
}

func TestPatternRefuses(t *testing.T) {
	for _, expr := range []string{"(1", "1\\b2", "^1"} {
		if _, err := newPattern(expr); err == nil {
			t.Errorf("%q was taken", expr)
		}
	}
}

// An automaton of prefixes accepts by what the digits begin with, and $ only
// at the end; nothing at all is no prefix.
func TestAutomaton(t *testing.T) {
	p := newPool()
	root, err := automaton(p, "0?(?:1[23])?|([59]\\d)$", true)
	if err != nil {
		t.Fatal(err)
	}
	tb := &table.Table{Nodes: p.nodes}
	for digits, want := range map[string]bool{
		"0": true, "05": true, "12": true, "129": true, "1": false, "14": false, "55": true, "555": false, "7": false, "": false,
	} {
		if got := tb.Accepts(root, digits); got != want {
			t.Errorf("%q: %v, want %v", digits, got, want)
		}
	}
}

// A file of two names and three prefixes, and that file cut anywhere.
func TestReadCarriers(t *testing.T) {
	const names = "One\nTwo"
	raw := binary.LittleEndian.AppendUint32(nil, uint32(len(names)))
	raw = append(raw, names...)
	raw = binary.LittleEndian.AppendUint32(raw, 3)
	for _, e := range []struct{ diff, name uint16 }{{491, 0}, {1, 1}, {49000, 0}} {
		raw = binary.AppendUvarint(raw, uint64(e.diff))
		raw = binary.LittleEndian.AppendUint16(raw, e.name)
	}
	got, err := readCarriers(gzipped(t, raw))
	want := map[string]string{"491": "One", "492": "Two", "49492": "One"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("readCarriers = %v, %v; want %v", got, err, want)
	}
	for n := range raw {
		if _, err := readCarriers(gzipped(t, raw[:n])); err == nil {
			t.Errorf("read from its first %d octets", n)
		}
	}
	raw[len(raw)-2] = 2 // there is no third name
	if _, err := readCarriers(gzipped(t, raw)); err == nil {
		t.Error("a name that is not there was taken")
	}
	if _, err := readCarriers([]byte("not gzip")); err == nil {
		t.Error("not gzip was taken")
	}
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const networks = `mcc	mnc	country	brand	operator	status	type
262	01	DE	Telekom	Telekom Deutschland GmbH	Operational	National
262	02	DE	Vodafone	Vodafone D2 GmbH	Operational	National
262	03	DE	O2	Telefónica Germany GmbH & Co. oHG	Operational	National
262	07	DE	O2	Telefónica Germany GmbH & Co. oHG	Not operational	National
262	09	DE	Vodafone	Vodafone D2 GmbH	Operational	National
262	43	DE	Lycamobile	Lycamobile	Operational	National
362	51	BQ/CW/SX	Telcell	Telcell N.V.	Operational	National
704	01	GT	Claro	Telecomunicaciones de Guatemala, S.A.	Operational	National
901	?	DE	Odd	Odd	Operational	National
310	00	US	Liberty	Old Liberty Inc.	Unknown	National
310	01	US		Liberty	Operational	National
310	02	US	One Mobile	First Ltd	Operational	National
310	04	US	Red, Green, Blue	Shared Ltd	Operational	National
310	03	US	Two Mobile	Second Ltd	Operational	National
`

func TestNetworks(t *testing.T) {
	p, err := readPLMNs([]byte(networks))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.readHomes([]byte("# why\n\nregion\tcarrier\tplmn\nDE\tT-Mobile (D1)\t26201\n"), map[string]bool{"T-Mobile (D1)": true}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct{ country, carrier, want string }{
		{"DE", "T-Mobile (D1)", "26201"},
		{"DE", "O2", "26203"},
		{"DE", "Telefonica  Germany", "26203"},
		{"DE", "Lycamobile GmbH", "26243"},
		{"DE", "Vodafone", ""}, // has two
		{"DE", "T-Mobile", ""}, // says nothing but its trade
		{"DE", "Odd", ""},
		{"DE", "", ""},
		{"AT", "O2", ""},
		{"CW", "TELCELL", "36251"},
		{"SX", "Telcell NV", "36251"},
		{"GT", "Claro Guatemala", "70401"},
		{"US", "Liberty", "31001"}, // the operating one
		{"US", "Mobile", ""},
		{"US", "Green", ""}, // shared
	} {
		if got := p.find(v.country, v.carrier); got != v.want {
			t.Errorf("find(%s, %q) = %q, want %q", v.country, v.carrier, got, v.want)
		}
	}
	for _, bad := range []string{"DE\tO2\t26207", "DE\tO2\t20801", "AT\tO2\t26203", "DE\tGone\t26203"} {
		if err := p.readHomes([]byte("region\tcarrier\tplmn\n"+bad+"\n"), map[string]bool{"O2": true}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := readPLMNs([]byte("country,mcc\nDE,262\n")); err == nil {
		t.Error("another form was taken")
	}
}
