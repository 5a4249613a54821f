package carrier

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"tollgate/configs"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// TestShippedProfiles reads every profile that ships, and holds that generic.yaml
// tells the truth about the defaults.
func TestShippedProfiles(t *testing.T) {
	names, err := fs.Glob(configs.FS, "carriers/*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d profiles, %v", len(names), err)
	}
	for _, name := range names {
		text, err := configs.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseProfile(text, name)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if p.Description == "" || !strings.HasPrefix(string(text), "# ") {
			t.Errorf("%s: says nothing of whose quirks these are", name)
		}
		c := p.Config()
		c.Name, c.Addr = "test", "h:1"
		if errs := c.Validate(); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
	text, _ := configs.FS.ReadFile("carriers/generic.yaml")
	generic, _ := ParseProfile(text, "generic.yaml")
	written, none := generic.Config().withDefaults(), new(Profile).Config().withDefaults()
	// What the defaults choose by the form of the source, generic.yaml writes down.
	usual := Config{Addresses: AddressTypes{
		Alphanumeric: &AddressType{5, 0}, ShortCode: &AddressType{3, 0}, International: &AddressType{1, 1}, Dest: &AddressType{1, 1},
	}}
	none.Addresses = usual.Addresses
	one := byte(pdu.RegisteredReceipt)
	none.Registered, none.DeadAfter = &one, 30*time.Second // the gateway's default, in gateway/config
	for _, c := range []*Config{&written, &none} {
		c.Dial, c.Rand = nil, nil
	}
	if !reflect.DeepEqual(written, none) {
		t.Errorf("generic.yaml\n%#v\nthe defaults\n%#v", fields(written), fields(none))
	}
}

// fields is a Config without its own GoString.
func fields(c Config) any {
	type plain Config
	return plain(c)
}

// TestGenericNamesEveryKey: who writes a profile finds all there is in one file.
func TestGenericNamesEveryKey(t *testing.T) {
	text, err := configs.FS.ReadFile("carriers/generic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := range reflect.TypeFor[Profile]().NumField() {
		key := reflect.TypeFor[Profile]().Field(i).Tag.Get("yaml")
		if key == "" || !strings.Contains(string(text), "\n"+key+":") && !strings.Contains(string(text), "\n# "+key+":") {
			t.Errorf("generic.yaml does not show %q", key)
		}
	}
}

func TestProfileSaysAll(t *testing.T) {
	p, err := ParseProfile([]byte(`
links: 2
tps: 8.5
source: {short_code: {ton: 0, npi: 1}}
destination: {ton: 2, npi: 3}
registered_delivery: 17
references: false
validity: none
parameters:
  - {tag: 0x1400, text: "1101"}
  - {tag: 0x1401, cstring: "77"}
  - {tag: "5122", hex: 00ff}
statuses:
  - {status: 0x40A, then: final}
  - {status: ESME_RSYSERR, then: retry, wait: 2s}
  - {status: 20, then: slow-down, window: 0.25, tries: 2}
  - {status: ESME_RX_R_APPN, then: elsewhere}
alphabet: latin1
latin1: true
ucs2: false
concat: sar
max_parts: 4
single_shift: [turkish]
receipt_ids: hex-dec
receipt_zone: "+05:30"
busy_status: ESME_RSYSERR
`), "p.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c := p.Config()
	seventeen := byte(17)
	_, offset := time.Now().In(c.ReceiptZone).Zone()
	c.ReceiptZone = nil
	want := Config{
		Links: 2, TPS: 8.5, Registered: &seventeen, NoReferences: true, Validity: "none", Alphabet: coding.AlphabetLatin1, IDMode: receipt.HexDec,
		Addresses:  AddressTypes{ShortCode: &AddressType{0, 1}, Dest: &AddressType{2, 3}},
		Parameters: pdu.TLVs{{Tag: 0x1400, Value: []byte("1101")}, {Tag: 0x1401, Value: []byte("77\x00")}, {Tag: 0x1402, Value: []byte{0, 255}}},
		Statuses: map[pdu.Status]Rule{
			0x40A:              {Verdict: Verdict{Final: true}},
			pdu.ESME_RSYSERR:   {Verdict: Verdict{RetryHere: true, Wait: 2 * time.Second, Tries: 1, Elsewhere: true}},
			pdu.ESME_RMSGQFUL:  {Verdict: Verdict{RetryHere: true, Tries: 2, Elsewhere: true, SlowDown: true}, Rate: 0.85, Window: 0.25},
			pdu.ESME_RX_R_APPN: {Verdict: Verdict{Elsewhere: true}},
		},
		Coding: coding.Options{Alphabet: coding.AlphabetLatin1, Concat: coding.SAR, MaxParts: 4, Latin1: true, NoUCS2: true, Single: []coding.Language{coding.Turkish}},
		Busy:   pdu.ESME_RSYSERR,
	}
	if !reflect.DeepEqual(c, want) || offset != 19800 {
		t.Errorf("zone %d s from UTC, and\ngot  %#v\nwant %#v", offset, fields(c), fields(want))
	}
}

// TestProfileRefusals: every mistake of a file is told at once, with its line.
func TestProfileRefusals(t *testing.T) {
	_, err := ParseProfile([]byte(strings.TrimSpace(`
links: many
windw: 1
tps: -1
validity: someday
registered_delivery: 3
source: {short_code: {ton: 300}, longcode: {ton: 1}}
parameters:
  - {tag: 0x14000, text: a}
  - {tag: 0x1400, text: a, hex: aa}
  - {tag: 0x1400, hex: zz}
statuses:
  - {status: ESME_RTHROTTLD, then: final}
  - {status: 0x58, then: never}
  - {status: 88, then: final, rate: 0.5}
  - {status: ESME_ROK, then: elsewhere, wait: 1s}
alphabet: ebcdic
single_shift: [klingon]
concat: glue
receipt_ids: octal
receipt_match: reference
references: false
receipt_zone: Mars/Base
busy_status: ESME_ROK
password_max: 65
reconnect_min: 2m
reconnect_max: 1m
response_timeout: 5
`)), "p.yaml")
	var ps ProfileProblems
	if !errors.As(err, &ps) {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{
		"p.yaml:1: `many` wants a whole number", "p.yaml:2: windw: is not a known key", "p.yaml:3: tps: -1 is not between",
		`p.yaml:4: validity: "someday" is none of relative, absolute, none`, "p.yaml:5: registered_delivery: 3 has a bit",
		"p.yaml:6: source.short_code: ton and npi", "p.yaml:6: source.longcode: is not a known key",
		"p.yaml:8: parameters[0]: tag", "p.yaml:9: parameters[1]: write one of", "p.yaml:10: parameters[2]: hex",
		"p.yaml:12: statuses[0].status: \"ESME_RTHROTTLD\" is no command_status", "p.yaml:13: statuses[1].then: \"never\"",
		"p.yaml:14: statuses[2].status: ESME_RTHROTTLED has a rule above", "p.yaml:14: statuses[2]: rate and window belong",
		"p.yaml:15: statuses[3].status: ESME_ROK is no refusal", "p.yaml:15: statuses[3]: wait and tries",
		"p.yaml:16: alphabet", "p.yaml:17: single_shift[0]", "p.yaml:18: concat", "p.yaml:19: receipt_ids", "p.yaml:20: receipt_match: reference needs",
		"p.yaml:22: receipt_zone", "p.yaml:23: busy_status", "p.yaml:24: password_max", "p.yaml:25: reconnect_min",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	for i := 1; i < len(ps); i++ {
		if ps[i].Line < ps[i-1].Line {
			t.Errorf("line %d after line %d", ps[i].Line, ps[i-1].Line)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestProfileFiles(t *testing.T) {
	for text, want := range map[string]string{
		"a: b\n---\nc: d": "one YAML document", "a:\n\t- b": "p.yaml:2", "[1]": "keys of its own", "links: 1\nlinks: 2": "already defined",
		"statuses: {status: 1}": "a list", "description: [a]": "one value",
	} {
		if _, err := ParseProfile([]byte(text), "p.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if p, err := ParseProfile([]byte("# nothing\n"), "p.yaml"); err != nil || !reflect.DeepEqual(p, new(Profile)) {
		t.Errorf("an empty file: %+v, %v", p, err)
	}
	file := filepath.Join(t.TempDir(), "p.yaml")
	if _, err := LoadProfile(file); err == nil {
		t.Error("a file that is not there")
	}
	if err := os.WriteFile(file, []byte("links: 2\nwindow: 5"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := LoadProfile(file)
	if err != nil || p.Links != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	var n yaml.Node
	if err := yaml.Unmarshal([]byte("window: 7"), &n); err != nil {
		t.Fatal(err)
	}
	if err := p.Overlay(n.Content[0], "c.yaml"); err != nil || p.Links != 2 || p.Window != 7 {
		t.Errorf("laid over: %+v, %v", p, err)
	}
}

func FuzzParseProfile(f *testing.F) {
	names, _ := fs.Glob(configs.FS, "carriers/*.yaml")
	for _, name := range names {
		text, _ := configs.FS.ReadFile(name)
		f.Add(text)
	}
	f.Add([]byte("parameters: [{tag: 0, hex: 0}]\nstatuses: [{}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProfile(text, "f.yaml")
		if err != nil {
			return
		}
		c := p.Config()
		c.Name, c.Addr = "test", "h:1"
		if c.ReconnectMin == 0 && c.ReconnectMax == 0 { // each alone is judged against the other's default
			if errs := c.Validate(); len(errs) > 0 {
				t.Errorf("a profile without fault makes %v", errs)
			}
		}
	})
}
