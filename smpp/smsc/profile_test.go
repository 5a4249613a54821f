package smsc

import (
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestShippedProfilesLoad(t *testing.T) {
	files, err := filepath.Glob("../../configs/smsc/*.yaml")
	if err != nil || len(files) < 6 {
		t.Fatalf("found %v, %v; want at least six profiles", files, err)
	}
	for _, file := range files {
		if _, err := LoadProfile(file); err != nil {
			t.Error(err)
		}
	}
}

// perfect.yaml documents the defaults, so it must name every key and change
// nothing.
func TestPerfectNamesEveryKeyWithItsDefault(t *testing.T) {
	p, err := LoadProfile("../../configs/smsc/perfect.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, want := p.withDefaults(), Profile{}.withDefaults()
	if len(got.Accounts)+len(got.Statuses)+len(got.Script) > 0 {
		t.Errorf("accounts %v, statuses %v; want none", got.Accounts, got.Statuses)
	}
	got.Accounts, got.Statuses, got.Script = nil, nil, nil
	if !got.ResponseDelay.zero() || !got.ReceiptDelay.zero() {
		t.Error("perfect.yaml delays")
	}
	got.ResponseDelay, got.ReceiptDelay = Distribution{}, Distribution{}
	if got.Receipts != nil && len(got.Receipts) == 0 {
		t.Error("`receipts: []` sends no receipt; want the default")
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("perfect.yaml = %+v\nwant %+v", got, want)
	}
	text := read(t, "../../configs/smsc/perfect.yaml")
	for _, key := range yamlKeys(reflect.TypeFor[Profile](), "") {
		if !strings.Contains(text, "\n"+key+":") {
			t.Errorf("perfect.yaml does not name %s", key)
		}
	}
	for _, key := range yamlKeys(reflect.TypeFor[Faults](), "  ") {
		if !strings.Contains(text, "\n"+key+":") {
			t.Errorf("perfect.yaml does not name%s", key)
		}
	}
}

// perfect.yaml also explains the script: every action and every key of a step.
func TestPerfectExplainsTheScript(t *testing.T) {
	_, text, _ := strings.Cut(read(t, "../../configs/smsc/perfect.yaml"), "# A script:")
	text, _, found := strings.Cut(text, "\nscript: []")
	if !found {
		t.Fatal("no explanation in front of script")
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r == '_') })
	want := append(yamlKeys(reflect.TypeFor[Step](), ""), yamlKeys(reflect.TypeFor[When](), "")...)
	for do := range uses {
		want = append(want, string(do))
	}
	for _, w := range want {
		if !slices.Contains(words, w) {
			t.Errorf("perfect.yaml does not explain %s", w)
		}
	}
}

func yamlKeys(t reflect.Type, indent string) (keys []string) {
	for f := range t.Fields() {
		keys = append(keys, indent+f.Tag.Get("yaml"))
	}
	return keys
}

func TestProfileErrorsComeTogetherWithTheirLines(t *testing.T) {
	_, err := ParseProfile([]byte(`accounts:
  - {system_id: a, pasword: b}
  - {system_id: a}
response_delay: {kind: lognormal, p50: 3s, p99: 1s}
statuses: [{status: ESME_RNOPE, share: 0.1}]
receipts: [{stat: UNDELIV, shore: 1}]
throttle_tps: fast
message_id: octal
lose_response: 1.5
faults:
  garbage: -1
  slow_reading: 3
colour: blue
`), "p.yaml")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"line 2: field pasword not found",
		"line 3: accounts.1: system_id a is there twice",
		"line 4: response_delay: lognormal needs",
		`line 5: "ESME_RNOPE" is no command_status`,
		"line 6: field shore not found",
		"line 7: cannot unmarshal !!str `fast`",
		`line 8: message_id: "octal" is none of`,
		"line 9: lose_response: 1.5 is no share",
		"line 11: faults.garbage: -1 is no share",
		"line 12: field slow_reading not found",
		"line 13: field colour not found",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if t.Failed() {
		t.Logf("got:\n%v", err)
	}
}

func TestProfileForms(t *testing.T) {
	p, err := ParseProfile([]byte("receipts: none\nstatuses: [{status: 0x58, share: 1}, {status: ESME_RSYSERR}]\n"), "p")
	if err != nil {
		t.Fatal(err)
	}
	if p.Receipts == nil || p.wants(1) {
		t.Error("`receipts: none` still wants receipts")
	}
	if p.Statuses[0].Status != 0x58 || p.Statuses[1].Status != 8 {
		t.Errorf("statuses %v", p.Statuses)
	}
	if _, err := ParseProfile(nil, "empty"); err != nil {
		t.Errorf("an empty profile: %v", err)
	}
	if _, err := ParseProfile([]byte("seed: 1\n---\nseed: 2\n"), "two"); err == nil {
		t.Error("two documents in one profile are taken")
	}
	if _, err := ParseProfile([]byte("seed: [\n"), "broken"); err == nil {
		t.Error("broken YAML is taken")
	}
	if _, err := LoadProfile("no-such-file.yaml"); err == nil {
		t.Error("a file that is not there is taken")
	}
}

func TestDistributions(t *testing.T) {
	ms := time.Millisecond
	for _, v := range []struct {
		d                  Distribution
		min, p50, p99, max time.Duration
	}{
		{Distribution{}, 0, 0, 0, 0},
		{Distribution{Value: 5 * ms}, 5 * ms, 5 * ms, 5 * ms, 5 * ms},
		{Distribution{Kind: "uniform", Min: 10 * ms, Max: 30 * ms}, 10 * ms, 20 * ms, 298 * ms / 10, 30 * ms},
		{Distribution{Kind: "normal", Mean: 100 * ms, StdDev: 10 * ms}, 0, 100 * ms, 1232 * ms / 10, 200 * ms},
		{Distribution{Kind: "lognormal", P50: 40 * ms, P99: 400 * ms}, 0, 40 * ms, 400 * ms, time.Minute},
		{Distribution{Kind: "lognormal", P50: 40 * ms, P99: 400 * ms, Max: 100 * ms}, 0, 40 * ms, 100 * ms, 100 * ms},
	} {
		rng := rand.New(rand.NewPCG(1, 2))
		drawn := make([]time.Duration, 50_000)
		for i := range drawn {
			drawn[i] = v.d.draw(rng)
		}
		slices.Sort(drawn)
		near := func(got, want time.Duration) bool { return (got - want).Abs() <= want/15 }
		p50, p99 := drawn[len(drawn)/2], drawn[len(drawn)*99/100]
		if drawn[0] < v.min || drawn[len(drawn)-1] > v.max || !near(p50, v.p50) || !near(p99, v.p99) {
			t.Errorf("%+v: min %v p50 %v p99 %v max %v", v.d, drawn[0], p50, p99, drawn[len(drawn)-1])
		}
		if errs := v.d.validate(); errs != nil {
			t.Errorf("%+v: %v", v.d, errs)
		}
	}
}

func TestImpossibleDistributions(t *testing.T) {
	for _, d := range []Distribution{
		{Kind: "poisson"}, {Kind: "uniform"}, {Kind: "uniform", Min: 2, Max: 1}, {Kind: "normal"},
		{Kind: "lognormal", P50: 2, P99: 1}, {Value: -1}, {P50: 3}, {Kind: "normal", Mean: 1, Min: 5, Max: 2},
	} {
		if d.validate() == nil {
			t.Errorf("%+v is taken", d)
		}
	}
}

func TestIDForms(t *testing.T) {
	for _, v := range []struct{ response, receipt, wantResponse, wantReceipt string }{
		{"decimal", "same", "27", "27"},
		{"hex", "decimal", "1b", "27"},
		{"hex-upper", "leading-zeros", "1B", "00000000000000000027"},
		{"hex64", "decimal", "812FC7470000001B", "9308878062554710043"},
		{"hex64", "same", "812FC7470000001B", "812FC7470000001B"},
		{"decimal", "wrong", "27", "1099511627803"},
		{"constant", "same", "msg_id_not_implemented", "msg_id_not_implemented"},
		{"empty", "decimal", "", "27"},
	} {
		p := Profile{MessageID: IDForm(v.response), ReceiptID: IDForm(v.receipt)}
		if got := p.messageID(27); got != v.wantResponse {
			t.Errorf("%s/%s: response %q, want %q", v.response, v.receipt, got, v.wantResponse)
		}
		if got := p.receiptID(&message{n: 27}); got != v.wantReceipt {
			t.Errorf("%s/%s: receipt %q, want %q", v.response, v.receipt, got, v.wantReceipt)
		}
	}
	uuid, hex32 := IDUUID.format(27, 1), IDHex32.format(27, 1)
	if len(uuid) != 36 || uuid[14] != '4' || strings.Count(uuid, "-") != 4 || uuid == IDUUID.format(28, 1) || uuid != IDUUID.format(27, 1) {
		t.Errorf("uuid %q", uuid)
	}
	if len(hex32) != 32 || hex32 == IDHex32.format(27, 2) {
		t.Errorf("hex32 %q", hex32)
	}
}
