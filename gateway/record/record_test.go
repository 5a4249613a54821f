package record

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

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
