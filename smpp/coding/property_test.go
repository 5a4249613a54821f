package coding

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"tollgate/smpp/pdu"
)

// pools are what random texts are made of; the pieces must not come apart.
var pools = [][]string{
	strings.Split("abcdefgh 0123456789@£$", ""),
	{"a", "b", "€", "{", "}", "[", "\f"},
	{"ê", "á", "ç", "a", "õ"},
	{"ş", "ğ", "ı", "a", "€", "İ"},
	{"क", "कि", "क्", "ा", "०", "a", " "},
	{"я", "😀", "e\u0301\u0323", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "한", "\u1112\u1161\u11ab", "\r\n"},
}

func randomText(rng *rand.Rand) string {
	pool, n := pools[rng.IntN(len(pools))], rng.IntN(400)
	var b strings.Builder
	for range n {
		b.WriteString(pool[rng.IntN(len(pool))])
	}
	return b.String()
}

func randomOptions(rng *rand.Rand) Options {
	o := Options{
		Alphabet: Alphabet(rng.IntN(3)), Concat: Concat(rng.IntN(4)), Ref: uint16(rng.Uint32()), MaxParts: PartsMax,
		Latin1: rng.IntN(2) == 0, Flash: rng.IntN(4) == 0,
	}
	for l := Turkish; l <= Urdu; l++ {
		if rng.IntN(4) == 0 {
			o.Single = append(o.Single, l)
		}
		if rng.IntN(4) == 0 {
			o.Locking = append(o.Locking, l)
		}
	}
	return o
}

// TestWhatIsSentArrives splits random texts in every way, checks each part
// against the limits, and reads the text back from parts in random order.
func TestWhatIsSentArrives(t *testing.T) {
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		text, o := randomText(rng), randomOptions(rng)
		parts, err := Split(text, o)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		_, n, err := Count(text, o)
		if err != nil || o.Concat != Payload && n != len(parts) {
			t.Fatalf("seed %d: %d parts, Count %d, %v", seed, len(parts), n, err)
		}
		for i := range parts {
			if err := checkPart(parts[i], o); err != nil {
				t.Fatalf("seed %d part %d: %v", seed, i, err)
			}
		}
		if got := reassemble(t, parts, o.Alphabet, rng); got != text {
			t.Fatalf("seed %d, %+v:\n sent %q\n came %q", seed, o, text, got)
		}
		checkCuts(t, seed, text, parts, o)
	}
}

// checkPart compares a part with what a short message holds.
func checkPart(p Part, o Options) error {
	header := 0
	if p.ESMClass&pdu.ESMClassUDHI != 0 {
		b := p.ShortMessage
		if v, ok := p.TLVs.Get(pdu.TagMessagePayload); ok {
			b = v
		}
		_, rest, ok := CutHeader(b)
		if !ok {
			return fmt.Errorf("UDHI without a header: %x", b)
		}
		header = len(b) - len(rest)
	}
	most := octetsMax
	if CodingOf(p.DataCoding) == GSM7 && o.Alphabet != AlphabetGSM7Packed {
		most = header + (octetsMax-header)*8/7
	}
	if len(p.ShortMessage) > most {
		return fmt.Errorf("%d octets, %d fit", len(p.ShortMessage), most)
	}
	return nil
}

func reassemble(t *testing.T, parts []Part, a Alphabet, rng *rand.Rand) string {
	r := NewReassembler(a, 4)
	order := rng.Perm(len(parts))
	for i, k := range order {
		text, whole := r.Add("sender", parts[k])
		if whole != (i == len(order)-1) {
			t.Fatalf("whole after %d of %d", i+1, len(order))
		}
		if whole {
			return text
		}
		if again, whole := r.Add("sender", parts[k]); whole {
			t.Fatalf("whole by a repeated part: %q", again)
		}
	}
	return ""
}

// checkCuts requires that each part is readable by itself and that no piece of a
// pool was cut: the parts' texts begin and end where clusters do.
func checkCuts(t *testing.T, seed uint64, text string, parts []Part, o Options) {
	if len(parts) < 2 {
		return
	}
	ends, at := map[int]bool{}, 0
	for at < len(text) {
		at = clusterEnd(text, at)
		ends[at] = true
	}
	at = 0
	for i := range parts {
		piece := o.Alphabet.DecodePart(parts[i])
		if !utf8.ValidString(piece) || !strings.HasPrefix(text[at:], piece) {
			t.Fatalf("seed %d: part %d is not readable by itself: %q", seed, i, piece)
		}
		at += len(piece)
		if !ends[at] {
			t.Fatalf("seed %d: part %d ends inside a cluster: %q", seed, i, piece)
		}
	}
}

func TestClusters(t *testing.T) {
	for _, pool := range pools {
		for _, piece := range pool {
			if end := clusterEnd(piece+"x", 0); end != len(piece) {
				t.Errorf("%q is cut after %d of %d octets", piece, end, len(piece))
			}
		}
	}
	for text, want := range map[string]int{"ab": 1, "яя": 2, "🇩🇪🇫🇷": 8, "a\n": 1, "a": 1} {
		if end := clusterEnd(text, 0); end != want {
			t.Errorf("%q is cut after %d, want %d", text, end, want)
		}
	}
}

// TestGiantCluster: more marks on one letter than a segment holds still go out.
func TestGiantCluster(t *testing.T) {
	text := "a" + strings.Repeat("\u0301", 200)
	parts, err := Split(text, Options{})
	if err != nil || len(parts) != 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	if got := reassemble(t, parts, 0, rand.New(rand.NewPCG(1, 1))); got != text {
		t.Errorf("came %q", got)
	}
}

func TestPack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for header := range 20 {
		for n := range 40 {
			septets := make([]byte, n)
			for i := range septets {
				septets[i] = byte(rng.IntN(128))
			}
			if n > 0 && septets[n-1] == carriageReturn {
				septets[n-1] = 'x' // one at the end of the last octet reads as fill
			}
			packed := appendPacked(nil, septets, header)
			if got := unpack(packed, header); !bytes.Equal(got, septets) {
				t.Fatalf("header %d: packed %x, unpacked %x, want %x", header, packed, got, septets)
			}
			if bits := int(fillBits(header)) + 7*n; n > 0 && len(packed) != (bits+7)/8 {
				t.Fatalf("header %d: %d septets in %d octets", header, n, len(packed))
			}
		}
	}
}

func TestReassemblerIsBounded(t *testing.T) {
	r := NewReassembler(0, 3)
	for ref := range 100 {
		parts, err := Split(strings.Repeat("a", 200), Options{Ref: uint16(ref)})
		if err != nil {
			t.Fatal(err)
		}
		r.Add("s", parts[0])
		if r.Open() > 3 || len(r.order) > 8 {
			t.Fatalf("%d open, %d in order", r.Open(), len(r.order))
		}
		if ref%2 == 0 {
			if _, whole := r.Add("s", parts[1]); !whole {
				t.Fatalf("message %d was given up too early", ref)
			}
		}
	}
}

func TestDecodeOfOtherSets(t *testing.T) {
	for _, c := range []struct {
		dataCoding byte
		octets     string
		want       string
	}{
		{0, "\x00\x1b\x65\x1b", "@€ "},
		{0, "caf\xe9", "café"}, // Latin-1 in the GSM alphabet's place
		{0, "\x1b\x61", "a"},   // the extension has nothing there
		{1, "a@b|\n", "a@b|\n"},
		{1, "gr|\x1eer", "größer"}, // GSM under another name
		{1, "STOP \x00home", "STOP @home"},
		{3, "\xe9", "é"},
		{4, "\x00\xff", "\x00ÿ"},
		{6, "\xbf", "П"},
		{7, "\xe0", "א"},
		{8, "\x04\x1f\xd8\x3d\xde\x00", "П😀"},
		{8, "\x04\x1f\x04", "П"},
		{8, "\xd8\x3d", "\uFFFD"},
		{0x18, "\x04\x1f", "П"},
		{0xF0, "a", "a"},
		{0xF5, "\xe9", "é"},
		{0xE0, "\x04\x1f", "П"},
		{0xC8, "a", "a"},
	} {
		if got := Decode(c.dataCoding, []byte(c.octets)); got != c.want {
			t.Errorf("data_coding %#x, %x = %q, want %q", c.dataCoding, c.octets, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(byte(0x40), byte(0), []byte("\x05\x00\x03\x01\x02\x01abc"))
	f.Add(byte(0x40), byte(8), []byte("\x06\x08\x04\x00\x01\x02\x01\x04\x1f"))
	f.Add(byte(0x40), byte(0), []byte("\x06\x24\x01\x01\x25\x01\x06abc\x1b"))
	f.Fuzz(func(t *testing.T, esmClass, dataCoding byte, b []byte) {
		for a := AlphabetGSM7; a <= AlphabetGSM7Packed; a++ {
			p := Part{ESMClass: esmClass, DataCoding: dataCoding, ShortMessage: b}
			if s := a.DecodePart(p); !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
			r := NewReassembler(a, 1)
			if s, _ := r.Add("s", p); !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Your code is 123456", byte(0), uint16(1))
	f.Add(strings.Repeat("€", 100), byte(9), uint16(2))
	f.Add(strings.Repeat("👩\u200d👩", 60), byte(200), uint16(3))
	f.Fuzz(func(t *testing.T, text string, how byte, ref uint16) {
		o := Options{
			Alphabet: Alphabet(how % 3), Concat: Concat(how / 3 % 4), Latin1: how&64 != 0, Ref: ref, MaxParts: PartsMax,
			Single: []Language{Turkish, Hindi}, Locking: []Language{Portuguese, Urdu},
		}
		parts, err := Split(text, o)
		if err != nil || o.Alphabet == AlphabetGSM7Packed && strings.Contains(text, "\r") {
			return // packed: a carriage return at the end of an octet reads as fill
		}
		if got := reassemble(t, parts, o.Alphabet, rand.New(rand.NewPCG(uint64(ref), 0))); got != text {
			t.Errorf("%+v:\n sent %q\n came %q", o, text, got)
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Split("Your Tollgate code is 123456. It expires in 5 minutes.", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
