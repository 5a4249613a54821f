package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func sealed(t *testing.T, k *Key, chunks ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := newSealer(&b, k)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		if err := s.write([]byte(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSeal(t *testing.T) {
	k := NewKey()
	big := strings.Repeat("a line of traffic\n", 20_000)
	b := sealed(t, k, "first\n", big, "last\n")
	if bytes.Contains(b, []byte("traffic")) || !IsSealed(b) {
		t.Error("not sealed")
	}
	got, err := io.ReadAll(Open(bytes.NewReader(b), k))
	if err != nil || string(got) != "first\n"+big+"last\n" {
		t.Fatalf("%d octets, %v", len(got), err)
	}
	again := sealed(t, k, "first\n")
	if bytes.Equal(b[:headerSize], again[:headerSize]) {
		t.Error("two files have one salt")
	}
}

func TestSealRefuses(t *testing.T) {
	k := NewKey()
	b := sealed(t, k, "one\n", "two\n", "three\n")
	read := func(b []byte, k *Key) (string, error) {
		got, err := io.ReadAll(Open(bytes.NewReader(b), k))
		return string(got), err
	}
	if _, err := read(b, NewKey()); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := read([]byte("{\"at\": 1}\n"), k); !errors.Is(err, ErrNotSealed) {
		t.Errorf("plain lines: %v", err)
	}
	for n := headerSize; n < len(b); n++ { // cut anywhere: what was whole, and that it was cut
		got, err := read(b[:n], k)
		if !errors.Is(err, ErrTruncated) || !strings.HasPrefix("one\ntwo\nthree\n", got) {
			t.Fatalf("cut at %d: %q, %v", n, got, err)
		}
	}
	for i := range b { // changed anywhere: never taken for whole
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		if got, err := read(bad, k); err == nil {
			t.Fatalf("octet %d changed: %q", i, got)
		}
	}
	if _, err := read(append(bytes.Clone(b), b[headerSize:]...), k); !errors.Is(err, ErrTampered) {
		t.Errorf("something behind the end: %v", err)
	}
	size := 4 + 4 + 16 // of the first two chunks, which are alike in length
	swapped := bytes.Clone(b)
	copy(swapped[headerSize:], b[headerSize+size:headerSize+2*size])
	copy(swapped[headerSize+size:], b[headerSize:headerSize+size])
	if got, err := read(swapped, k); !errors.Is(err, ErrTampered) || got != "" {
		t.Errorf("chunks in another order: %q, %v", got, err)
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "record.key")
	if _, err := LoadKey(path, false); err == nil {
		t.Error("a key that is not there")
	}
	k, err := LoadKey(path, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadKey(path, true)
	if err != nil || !bytes.Equal(k.check(), again.check()) {
		t.Error("another key the second time", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(path, false); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("a key that all can read: %v", err)
	}
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("tollgate-record-1:short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadKey(bad, true); err == nil {
		t.Error("half a key")
	}
}

// shared is how many characters two strings begin alike.
func shared(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func TestNumbersKeepTheirPrefixes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, keep := range []int{0, 3} {
		p := NewKey().Pseudonyms("them", keep)
		numbers := make([]string, 400)
		for i := range numbers {
			numbers[i] = fmt.Sprintf("+49%s%0*d", []string{"170", "1511", "30"}[i%3], 5+r.IntN(3), r.IntN(100_000))
		}
		changed := 0
		for _, a := range numbers {
			x := p.Number(a)
			if len(x) != len(a) || x[:3+keep] != a[:3+keep] {
				t.Fatalf("%s becomes %s", a, x)
			}
			if x != a {
				changed++
			}
			for _, b := range numbers {
				if shared(a, b) != shared(x, p.Number(b)) {
					t.Fatalf("%s and %s share %d, %s and %s %d", a, b, shared(a, b), x, p.Number(b), shared(x, p.Number(b)))
				}
			}
		}
		if changed < 380 {
			t.Errorf("keep %d: only %d of 400 numbers changed", keep, changed)
		}
	}
}

// All numbers of a block become all numbers of another.
func TestNumbersAreABijection(t *testing.T) {
	p := NewKey().Pseudonyms("them", 3)
	seen := map[string]bool{}
	for i := range 100_000 {
		seen[p.Number(fmt.Sprintf("+4917012%05d", i))] = true
	}
	if len(seen) != 100_000 {
		t.Errorf("100 000 numbers become %d", len(seen))
	}
}

func TestNumbersStayValid(t *testing.T) {
	p, r := NewKey().Pseudonyms("them", DefaultKeep), rand.New(rand.NewPCG(3, 3))
	for prefix, rest := range map[string]int{"+49170": 7, "+4477": 8, "+1212": 7, "+336": 8, "+91981": 7, "+5511": 9, "+2348030": 6} {
		before, after := 0, 0
		for range 300 {
			n := prefix
			for range rest {
				n += string(rune('0' + r.IntN(10)))
			}
			if _, err := numbering.Parse(n, ""); err != nil {
				continue
			}
			before++
			if _, err := numbering.Parse(p.Number(n), ""); err == nil {
				after++
			}
		}
		if before == 0 || after*100 < before*90 {
			t.Errorf("%s: of %d valid numbers %d stay valid", prefix, before, after)
		}
	}
}

func TestAddressesKeepTheirPrefixes(t *testing.T) {
	p, r := NewKey().Pseudonyms("them", 3), rand.New(rand.NewPCG(5, 5))
	common := func(a, b netip.Addr) int {
		n := 0
		for x, y := a.AsSlice(), b.AsSlice(); n < 8*len(x) && x[n/8]>>(7-n%8)&1 == y[n/8]>>(7-n%8)&1; n++ {
		}
		return n
	}
	for _, family := range []string{"4", "6"} {
		all := make([]netip.Addr, 60)
		for i := range all {
			if family == "4" {
				all[i] = netip.AddrFrom4([4]byte{203, byte(r.IntN(2)), byte(r.IntN(4)), byte(r.IntN(256))})
			} else {
				b := netip.MustParseAddr("2001:db8::").As16()
				b[5], b[7], b[15] = byte(r.IntN(3)), byte(r.IntN(3)), byte(r.IntN(256))
				all[i] = netip.AddrFrom16(b)
			}
		}
		for _, a := range all {
			x := netip.MustParseAddr(p.Address(a.String()))
			for _, b := range all {
				y := netip.MustParseAddr(p.Address(b.String()))
				if x.BitLen() != a.BitLen() || common(a, b) != common(x, y) {
					t.Fatalf("%s and %s share %d bits, %s and %s %d", a, b, common(a, b), x, y, common(x, y))
				}
			}
		}
	}
	if p.Address("203.0.113.7") == NewKey().Pseudonyms("them", 3).Address("203.0.113.7") {
		t.Error("two keys give one pseudonym")
	}
	k := NewKey()
	if k.Pseudonyms("a", 3).Number("+491701234567") == k.Pseudonyms("b", 3).Number("+491701234567") {
		t.Error("two recipients get one pseudonym")
	}
}

// traffic is one of each kind of line, with identifiers that must not get out.
func traffic() []Line {
	lac, cid := uint32(4711), uint32(99001)
	return []Line{
		{At: start, Event: Identity, To: "+491701234567", Network: &Network{IMSI: "262011234567890", ICCID: "8949020000001234567", IMEI: "356938035643809", LAC: &lac, CID: &cid, VLR: "+491710760000", MCCMNC: "26201"}},
		{At: start, Event: Send, ID: "otp_secretid1", To: "+491701234567", Tenant: "acme", Purpose: "login", AccountID: "alice@example.com",
			Context: &Context{IP: "203.0.113.77", DeviceID: "phone-alice", UserAgent: "Agent/1 (alice)", JA4: "t13d1516h2", ASN: 64500, Device: &Claims{IMSI: "262011234567890", LAC: 4711}}},
		{At: start, Event: Decision, ID: "otp_secretid1", Decided: &Decided{Decision: fraud.Decision{Kind: fraud.Allow}, Facts: []byte{1}}},
		{At: start.Add(time.Second), Event: Receipt, ID: "otp_secretid1", Result: "delivered", Carrier: "carrier-alpha"},
		{At: start.Add(2 * time.Second), Event: Check, ID: "otp_secretid1", Result: "approved", Context: &Context{IP: "203.0.113.78"}},
		{At: start.Add(3 * time.Second), Event: Send, ID: "otp_secretid2", To: "+491701234999", Tenant: "acme", Purpose: "login"},
		{At: start.Add(3 * time.Second), Event: Review, ID: "otp_secretid2", Review: "rev_secretid3"},
		{At: start.Add(4 * time.Second), Event: Label, ID: "otp_secretid1", Label: "legit:feedback"},
		{At: start.Add(5 * time.Second), Event: Label, ID: "rev_secretid3", Label: "fraud:review", Note: "alice said so"},
	}
}

var identifiers = []string{
	"2345", "1234567", "262011234567890", "8949020000001234567", "356938035643809", "491710760000", "4711", "99001", "secretid", "acme", "alice",
	"203.0.113", "phone-", "Agent/1", "t13d1516h2", "carrier-alpha",
}

func recording(t *testing.T, k *Key, lines []Line) []string {
	t.Helper()
	dir := t.TempDir()
	r, err := New(Config{Dir: dir, Key: k, Hold: time.Hour}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		r.Record(l)
	}
	r.Close()
	files, err := Files(dir)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return files
}

func exported(t *testing.T, cfg ExportConfig) (string, Exported) {
	t.Helper()
	var out bytes.Buffer
	done, err := Export(&out, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), done
}

func TestRecordAndExport(t *testing.T) {
	k := NewKey()
	files := recording(t, k, traffic())
	out, done := exported(t, ExportConfig{Key: k, Files: files})
	if done.Lines != 5 || done.Labelled != 2 || len(done.Truncated) != 0 {
		t.Errorf("%+v", done)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, want := range []string{`"event":"identity","to":"+491701234567"`, `"label":"legit:feedback"`, `"result":"delivered","carrier":"carrier-alpha"`, `"result":"approved"`, `"label":"fraud:review"`} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %s, want %s in it", i, lines[i], want)
		}
	}
	for _, raw := range []string{"262011234567890", "8949020000001234567", "356938035643809", "phone-alice"} {
		if strings.Contains(out, raw) {
			t.Errorf("the recording has %s in clear", raw)
		}
	}
	var id, send Line
	if json.Unmarshal([]byte(lines[0]), &id) != nil || json.Unmarshal([]byte(lines[1]), &send) != nil || id.IMSI == "" || id.IMSI != send.Context.Device.IMSI {
		t.Errorf("one IMSI has two pseudonyms: %s, %s", lines[0], lines[1])
	}
	if all, _ := exported(t, ExportConfig{Key: k, Files: files, Decisions: true}); !strings.Contains(all, `"event":"decision"`) {
		t.Error("decisions are not there when they are asked for")
	}
	if _, err := Export(io.Discard, ExportConfig{Key: k, Files: files, Decisions: true, Pseudonyms: k.Pseudonyms("", 3)}); err == nil {
		t.Error("decisions with pseudonyms")
	}
	if _, err := Export(io.Discard, ExportConfig{Key: NewKey(), Files: files}); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
}

func TestNoIdentifierGetsOut(t *testing.T) {
	k := NewKey()
	files := recording(t, k, traffic())
	out, _ := exported(t, ExportConfig{Key: k, Files: files, Pseudonyms: k.Pseudonyms("uni", 3)})
	for line := range strings.Lines(out) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		delete(l, "at")
		rest, _ := json.Marshal(l)
		for _, raw := range identifiers {
			if bytes.Contains(rest, []byte(`"`+raw)) || len(raw) > 6 && bytes.Contains(rest, []byte(raw)) || strings.Trim(raw, "0123456789") != "" && bytes.Contains(rest, []byte(raw)) {
				t.Errorf("%s stands in %s", raw, rest)
			}
		}
	}
	if !strings.Contains(out, `"to":"+49170`) || !strings.Contains(out, `"label":"legit:`) || !strings.Contains(out, `"mccmnc":"26201"`) {
		t.Errorf("what may be told is not: %s", out)
	}
	again, _ := exported(t, ExportConfig{Key: k, Files: files, Pseudonyms: k.Pseudonyms("uni", 3)})
	if again != out {
		t.Error("two exports for one recipient differ")
	}
}

// Lines that come late stand where they belong, and what the network repeats is
// told once a file.
func TestOrderAndRepetition(t *testing.T) {
	k := NewKey()
	var lines []Line
	for i := range 50 {
		at := start.Add(time.Duration(i*37%50) * time.Millisecond)
		lines = append(lines, Line{At: at, Event: Identity, To: "+491701234567", Network: &Network{IMSI: "1"}}, Line{At: at, Event: Send, ID: fmt.Sprint("otp_", i), To: "+491701234567"})
	}
	lines = append(lines, Line{At: start.Add(time.Minute), Event: Identity, To: "+491701234567", Network: &Network{IMSI: "2"}})
	out, done := exported(t, ExportConfig{Key: k, Files: recording(t, k, lines)})
	if done.Lines != 52 || strings.Count(out, `"identity"`) != 2 {
		t.Errorf("%d lines, %d of the network", done.Lines, strings.Count(out, `"identity"`))
	}
	last := time.Time{}
	for line := range strings.Lines(out) {
		var l Line
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.At.Before(last) {
			t.Fatalf("%s after %v (%v)", line, last, err)
		}
		last = l.At
	}
}

func TestRotationAndRetention(t *testing.T) {
	k, dir := NewKey(), t.TempDir()
	r := &Recorder{cfg: Config{Dir: dir, Key: k, MaxBytes: 5000, KeepBytes: 9000, MaxAge: time.Hour, Keep: 24 * time.Hour}.withDefaults(), known: map[uint64]uint64{}, hash: k.hasher("identity"), m: newMetrics(nil, nil)}
	now := start
	write := func(n int) {
		for i := range n {
			r.held = append(r.held, Line{At: now, Event: Send, ID: fmt.Sprint("otp_", i), To: "+491701234567"})
		}
		r.flush(now)
		r.rotate(now)
		now = now.Add(time.Minute)
		if r.file == nil {
			if err := r.begin(now); err != nil {
				t.Fatal(err)
			}
		}
	}
	count := func() int {
		files, _ := Files(dir)
		return len(files)
	}
	if err := r.begin(now); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		write(20) // some 2 KB
	}
	if n := count(); n < 2 || n > 4 {
		t.Errorf("%d files of 5 KB under 9 KB in all", n)
	}
	now = now.Add(2 * time.Hour)
	before := r.file
	write(1)
	if r.file == before {
		t.Error("a file of two hours goes on")
	}
	now = now.Add(48 * time.Hour)
	write(1)
	if n := count(); n != 1 {
		t.Errorf("%d files after two days, of which one is kept", n)
	}
	r.finish()
}

// A crash loses the end of a file, and its lines up to there are read.
func TestUnfinishedFile(t *testing.T) {
	k := NewKey()
	files := recording(t, k, traffic())
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], b[:len(b)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	out, done := exported(t, ExportConfig{Key: k, Files: files})
	if len(done.Truncated) != 1 || !strings.Contains(out, "approved") {
		t.Errorf("%+v: %s", done, out)
	}
}

func TestOpenFile(t *testing.T) {
	k := NewKey()
	plain := filepath.Join(t.TempDir(), "plain.jsonl")
	if err := os.WriteFile(plain, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(path string, k *Key) (string, error) {
		f, err := OpenFile(path, k)
		if err != nil {
			return "", err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		return string(b), err
	}
	if got, err := read(plain, nil); err != nil || got != "{}\n" {
		t.Errorf("%q, %v", got, err)
	}
	sealed := recording(t, k, traffic())[0]
	if got, err := read(sealed, k); err != nil || strings.Count(got, "\n") != len(traffic()) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := read(sealed, nil); err == nil {
		t.Error("opened without a key")
	}
	if _, err := read(sealed, NewKey()); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
}

func BenchmarkRecord(b *testing.B) {
	r, err := New(Config{Dir: b.TempDir(), Key: NewKey()}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	l := traffic()[1]
	b.ReportAllocs()
	for b.Loop() {
		l.At = time.Now()
		r.Record(l)
	}
}
