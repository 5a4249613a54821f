package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tollgate/configs"
	"tollgate/fraud"
)

var identifiers = []string{
	"2345", "1234567", "262011234567890", "8949020000001234567", "356938035643809", "491710760000", "4711", "99001", "secretid", "acme", "alice",
	"203.0.113", "phone-", "Agent/1", "t13d1516h2", "carrier-alpha",
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

// A recorded decision that its facts do not give is found.
func TestVerify(t *testing.T) {
	text, err := configs.FS.ReadFile("policies/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := fraud.LoadPolicy("default", text)
	if err != nil {
		t.Fatal(err)
	}
	facts := fraud.Facts{At: start, Tenant: "acme", Purpose: "login", Number: fraud.Number{LineType: fraud.LineVoIP, RegionAllowed: true, CarrierAllowed: true}}
	kept := fraud.AppendFacts(nil, &facts)
	good := p.Decide(&facts)
	bad := good
	bad.Score++
	old := good
	old.Policy = "default@000000000000"
	line := func(id string, d fraud.Decision) Line {
		return Line{At: start, Event: Decision, ID: id, Decided: &Decided{Decision: d, Facts: kept}}
	}
	k := NewKey()
	files := recording(t, k, []Line{line("otp_good", good), line("otp_bad", bad), line("otp_old", old)})
	v, err := Verify(files, k, func(version string) *fraud.Policy {
		if version == p.Version() {
			return p
		}
		return nil
	})
	if err != nil || v.Same != 1 || v.Different != 1 || v.Examples[0] != "otp_bad" || v.Unknown != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}
