package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// tape is traffic in the making.
type tape struct {
	bytes.Buffer
	now time.Time
	ids int
}

func newTape() *tape { return &tape{now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)} }

func (p *tape) add(after time.Duration, event, more string) {
	p.now = p.now.Add(after)
	fmt.Fprintf(p, `{"at":%q,"event":%q,%s}`+"\n", p.now.Format(time.RFC3339Nano), event, more)
}

func (p *tape) send(after time.Duration, to, purpose, label, more string) string {
	p.ids++
	id := fmt.Sprint("s", p.ids)
	p.add(after, "send", fmt.Sprintf(`"id":%q,"to":%q,"tenant":"shop","purpose":%q,"label":%q%s`, id, to, purpose, label, more))
	return id
}

// daysTraffic is people, a swapped SIM and a pumping bot.
func daysTraffic() (text []byte, frozen string) {
	p := newTape()
	frozen = p.day()
	return p.Bytes(), frozen
}

func (p *tape) day() (frozen string) {
	for i := range 300 {
		to := fmt.Sprintf("+49151%08d", i*104729%100000000)
		p.add(time.Second, "identity", fmt.Sprintf(`"to":%q,"imsi":"26201%010d","mccmnc":"26201"`, to, i))
		id := p.send(20*time.Second, to, "login", "legit:home", fmt.Sprintf(`,"context":{"ip":"93.%d.7.9","device_id":"d%d"}`, i%200, i))
		p.add(5*time.Second, "receipt", fmt.Sprintf(`"id":%q,"result":"delivered"`, id))
		p.add(9*time.Second, "check", fmt.Sprintf(`"id":%q,"result":"approved"`, id))
	}
	victim := "+4915100000000" // the first of them
	p.add(time.Hour, "identity", fmt.Sprintf(`"to":%q,"imsi":"262019999999999","mccmnc":"26201"`, victim))
	frozen = p.send(time.Minute, victim, "withdrawal", "swap:1", "")
	p.send(time.Minute, victim, "login", "swap:1", "")
	for i := range 200 {
		p.send(300*time.Millisecond, fmt.Sprintf("+2348031%06d", 555000+i), "signup", "pump:1", `,"context":{"ip":"185.220.101.7"}`)
	}
	p.send(time.Minute, "+49", "login", "legit:typo", "")
	return frozen
}

func trafficFile(t *testing.T, name string, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func replayRun1(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), append([]string{"replay"}, args...), &o, &e)
	return code, o.String(), e.String()
}

func replayJSON(t *testing.T, args ...string) (v map[string]any, text string) {
	t.Helper()
	code, out, errs := replayRun1(t, append(args, "--json")...)
	if code != exitDone {
		t.Fatalf("%v: exit %d: %s", args, code, errs)
	}
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("%v: %v in %s", args, err, out)
	}
	return v, out
}

// at finds a value by its keys.
func at(v any, keys ...string) any {
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func TestReplayOfADay(t *testing.T) {
	text, frozen := daysTraffic()
	in := trafficFile(t, "day.jsonl", text)
	decisions := filepath.Join(t.TempDir(), "decisions.jsonl")
	v, out := replayJSON(t, "--in", in, "--decisions", decisions)
	for _, w := range []struct {
		keys []string
		want any
	}{
		{[]string{"sends", "total"}, 503.0}, {[]string{"sends", "attack"}, 202.0}, {[]string{"sends", "invalid_numbers"}, 1.0},
		{[]string{"outcomes", "approved"}, 300.0}, {[]string{"events", "identity"}, 301.0}, {[]string{"input", "malformed"}, 0.0},
		{[]string{"rules", "sim_swap"}, 1.0}, {[]string{"rules", "sim_changed"}, 1.0}, {[]string{"kinds", "swap", "refused"}, 2.0},
		{[]string{"kinds", "swap", "recall_at_fpr_0_1pct"}, 1.0}, {[]string{"kinds", "pump", "campaigns"}, 1.0}, {[]string{"kinds", "pump", "stopped"}, 1.0},
		{[]string{"groups", "home", "refused"}, 0.0}, {[]string{"groups", "typo", "refused"}, 1.0},
	} {
		if got := at(v, w.keys...); got != w.want {
			t.Errorf("%v: %v, want %v", w.keys, got, w.want)
		}
	}
	if auc, _ := at(v, "roc_auc").(float64); auc < 0.95 {
		t.Errorf("AUC %v in\n%s", auc, out)
	}
	lines, err := os.ReadFile(decisions)
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(lines, []byte("\n")); got != 503 {
		t.Errorf("%d lines of decisions", got)
	}
	var first struct {
		ID, Decision string
		Score        float64
		Reasons      []struct{ Code, Evidence string }
	}
	for line := range bytes.Lines(lines) {
		if err := json.Unmarshal(line, &first); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if first.ID == frozen && (first.Decision != "review" || first.Score < 100 || first.Reasons[0].Code != "SIM_IMSI_CHANGED") {
			t.Errorf("the swapped SIM's withdrawal: %s", line)
		}
	}
}

// The same file and policy give the same output, byte for byte, packed or not.
func TestReplayIsDeterministic(t *testing.T) {
	text, _ := daysTraffic()
	plain := trafficFile(t, "day.jsonl", text)
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write(text)
	g.Close()
	zw, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := []string{plain, trafficFile(t, "day.jsonl.gz", z.Bytes()), trafficFile(t, "day.jsonl.zst", zw.EncodeAll(text, nil)),
		trafficFile(t, "gzip.jsonl", z.Bytes()), trafficFile(t, "zstd", zw.EncodeAll(text, nil))}
	var want []string
	for i, in := range packed {
		dir := t.TempDir()
		decisions, page := filepath.Join(dir, "d"), filepath.Join(dir, "p")
		_, out := replayJSON(t, "--in", in, "--decisions", decisions, "--html", page, "--compare", "strict")
		code, table, _ := replayRun1(t, "--in", in, "--compare", "strict")
		d, err1 := os.ReadFile(decisions)
		p, err2 := os.ReadFile(page)
		if code != exitDone || err1 != nil || err2 != nil {
			t.Fatalf("exit %d, %v, %v", code, err1, err2)
		}
		got := []string{out, table, string(d), string(p)}
		if i == 0 {
			want = got
		}
		for k := range got {
			if got[k] != want[k] {
				t.Errorf("%s: output %d differs", in, k)
			}
		}
	}
}

func TestReplayComparesAndExplains(t *testing.T) {
	text, frozen := daysTraffic()
	in := trafficFile(t, "day.jsonl", text)
	v, _ := replayJSON(t, "--in", in, "--compare", "strict", "--explain", frozen)
	if !strings.HasPrefix(fmt.Sprint(at(v, "policy")), "default@") || !strings.HasPrefix(fmt.Sprint(at(v, "compared", "policy")), "strict@") {
		t.Errorf("policies %v and %v", at(v, "policy"), at(v, "compared", "policy"))
	}
	if at(v, "differences", "changes", "step_up>review") != 1.0 {
		t.Errorf("differences: %v", at(v, "differences"))
	}
	explained, _ := at(v, "explained").([]any)
	if len(explained) != 2 || at(explained[0], "reproduced") != true || at(explained[0], "explanation", "decision", "rule") != "sim_swap" {
		t.Errorf("explained: %v", explained)
	}
	code, out, _ := replayRun1(t, "--in", in, "--explain", frozen)
	for _, want := range []string{"decision: review", "sim_swap", "SIM_IMSI_CHANGED", "bit for bit: true", "FACTS", "WITHOUT"} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q is missing in\n%s", code, want, out)
		}
	}
	if code, _, errs := replayRun1(t, "--in", in, "--explain", "nobody"); code != exitFailed || !strings.Contains(errs, `no send "nobody"`) {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// A freeze is the decision on that send and leaves no hold: what comes later is
// decided by its own facts, and ten days later nothing of it counts any more.
func TestReplayedFreezeLeavesNoHold(t *testing.T) {
	p := newTape()
	p.add(0, "identity", `"to":"+4915112345678","imsi":"262010000000001"`)
	p.send(time.Second, "+4915112345678", "withdrawal", "legit", "")
	p.add(time.Hour, "identity", `"to":"+4915112345678","imsi":"262010000000002"`)
	p.send(time.Second, "+4915112345678", "withdrawal", "legit", "") // frozen
	p.send(time.Minute, "+4915112345678", "login", "legit", "")      // the change is as young as before
	p.send(11*24*time.Hour, "+4915112345678", "withdrawal", "legit", "")
	p.add(time.Hour, "identity", `"to":"+4915112345678","imsi":"262010000000001"`)
	p.send(time.Second, "+4915112345678", "withdrawal", "legit", "") // back is one more change
	code, out, errs := replayRun1(t, "--in", trafficFile(t, "swap.jsonl", p.Bytes()), "--decisions", "-")
	var got []string
	for line := range strings.Lines(out) {
		var d struct{ Decision string }
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		got = append(got, d.Decision)
	}
	if code != exitDone || strings.Join(got, " ") != "allow review step_up allow review" {
		t.Errorf("exit %d: %v %s", code, got, errs)
	}
}

func TestReplayOfBadInput(t *testing.T) {
	text, _ := daysTraffic()
	lines := strings.SplitAfter(string(text), "\n")
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write(text)
	g.Close()
	for name, v := range map[string]struct {
		file, text string
		args       []string
		code       int
		errs       string
		total      float64
	}{
		"cut off":                {"a.jsonl", string(text[:len(text)-30]), nil, exitDone, "ends in the middle", 502},
		"cut off, strictly":      {"a.jsonl", string(text[:len(text)-30]), []string{"--strict-input"}, exitFailed, "ends in the middle", 0},
		"packed and cut off":     {"a.jsonl.gz", z.String()[:z.Len()/2], nil, exitDone, "ends in the middle", -1},
		"no JSON at all":         {"a.jsonl", "at,event\n1,2\n", nil, exitFailed, "no line is an event", 0},
		"packed, and is not":     {"a.jsonl.gz", string(text), nil, exitFailed, "gzip", 0},
		"zstandard, and is not":  {"a.jsonl.zst", string(text), nil, exitFailed, "magic", 0},
		"out of order":           {"a.jsonl", lines[3] + lines[2] + lines[1] + lines[0], nil, exitDone, "earlier than an event before it", 1},
		"out of order, strictly": {"a.jsonl", lines[3] + lines[1], []string{"--strict-input"}, exitFailed, "earlier", 0},
		"some garbage":           {"a.jsonl", "\x00\xff\n" + string(text) + "{}\n[]\n", nil, exitDone, "line 1: ", 503},
		"empty":                  {"a.jsonl", "", nil, exitDone, "warning: ", 0},
		"blank lines":            {"a.jsonl", "\n \n", nil, exitDone, "holds no events", 0},
		"empty, strictly":        {"a.jsonl", "", []string{"--strict-input"}, exitFailed, "holds no events", 0},
		"no times":               {"a.jsonl", strings.Replace(string(text), `"at":`, `"on":`, 7), nil, exitDone, `its "at" is missing, or no time (RFC 3339, with a zone), and it counts as made at that of the event before it (7 such lines)`, 503},
		"a time of no use":       {"a.jsonl", lines[0] + strings.Replace(lines[1], "Z", "", 1), []string{"--strict-input"}, exitFailed, "line 2: ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := replayRun1(t, append([]string{"--json", "--in", trafficFile(t, v.file, []byte(v.text))}, v.args...)...)
			if code != v.code || !strings.Contains(errs, v.errs) {
				t.Fatalf("exit %d: %s", code, errs)
			}
			if code != exitDone {
				return
			}
			var report any
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Fatal(err)
			}
			if total := at(report, "sends", "total"); v.total >= 0 && total != v.total || total == nil {
				t.Errorf("%v sends, want %v", total, v.total)
			}
		})
	}
}

// With a configuration its tenants' policies, regions and partners decide, and
// addresses are looked up where it says so.
func TestReplayByConfiguration(t *testing.T) {
	p := newTape()
	p.add(0, "identity", `"to":"+4915112345678","imsi":"262010000000001","mccmnc":"26202"`)
	send := func(tenant, to, context string) {
		p.add(time.Second, "send", fmt.Sprintf(`"id":"x","to":%q,"tenant":%q,"context":{%s}`, to, tenant, context))
	}
	add := func(tenant, to string) { send(tenant, to, `"ip":"8.8.8.8","asn":3320`) }
	add("shop", "015112345678") // in its region
	add("bank", "015112345678") // has none
	add("bank", "+4915112345678")
	add("other", "+4915112345678")
	send("other", "+4915112345678", `"ip":"192.0.2.7","asn":16509`) // of a system that rents out machines
	in := trafficFile(t, "a.jsonl", p.Bytes())
	config := func(more string) string {
		return trafficFile(t, "c.yaml", []byte(`
policy: strict
tenants:
  - {id: shop, default_region: DE, policy: default, keys: ["sha256:`+strings.Repeat("0f", 32)+`"]}
  - {id: bank, networks: ["26201"], keys: ["sha256:`+strings.Repeat("0e", 32)+`"]}
carriers:
  - {name: a, addr: "127.0.0.1:2775", system_id: x, password_file: `+trafficFile(t, "password", []byte("x"))+`}
`+more))
	}
	decisions := func(args ...string) (all []string) {
		code, out, errs := replayRun1(t, append([]string{"--in", in, "--decisions", "-"}, args...)...)
		if code != exitDone {
			t.Fatalf("exit %d: %s", code, errs)
		}
		for line := range strings.Lines(out) {
			var d struct {
				Decision string
				Reasons  []struct{ Code string }
			}
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatal(err)
			}
			for _, r := range d.Reasons {
				if r.Code != "NEWCOMER" && r.Code != "LINE_UNALLOCATED" { // of every first send, and every number that is none
					d.Decision += " " + r.Code
				}
			}
			all = append(all, d.Decision)
		}
		return all
	}
	for name, v := range map[string]struct {
		args []string
		want string
	}{
		"none":            {nil, "block INVALID_NUMBER; block INVALID_NUMBER; allow; allow; allow DATACENTRE"},
		"a configuration": {[]string{"-c", config("")}, "allow; block INVALID_NUMBER; block CARRIER_UNSUPPORTED; allow; allow DATACENTRE"},
		"with addresses":  {[]string{"-c", config("replay: {ip_tables: true}")}, "allow COUNTRY_MISMATCH SERVED_ELSEWHERE; block INVALID_NUMBER; block COUNTRY_MISMATCH SERVED_ELSEWHERE CARRIER_UNSUPPORTED; allow COUNTRY_MISMATCH SERVED_ELSEWHERE; allow DATACENTRE"},
	} {
		if got := strings.Join(decisions(v.args...), "; "); got != v.want {
			t.Errorf("%s: %s, want %s", name, got, v.want)
		}
	}
}

// A field that a record leaves out is one that the network does not tell, also
// where it told it before; what is dated ahead has not happened.
func TestReplayOfRecordsThatTellLess(t *testing.T) {
	p := newTape()
	const to = `"to":"+4915112345678"`
	p.add(0, "identity", to+`,"imsi":"262010000000001","mccmnc":"26201"`)
	p.send(time.Minute, "+4915112345678", "withdrawal", "legit", "")
	p.add(time.Minute, "identity", to+`,"mccmnc":"26201"`)
	p.send(time.Minute, "+4915112345678", "withdrawal", "legit", "")
	p.add(time.Minute, "identity", to+`,"mccmnc":"26201","ported_at":"2027-01-01T00:00:00Z"`)
	p.send(time.Minute, "+4915112345678", "bind", "legit", `,"assurance":{"factor":"totp","verified_at":"2027-01-01T00:00:00Z"}`)
	p.add(time.Minute, "identity", to+`,"imsi":"262010000000002","mccmnc":"26201"`)
	p.send(time.Minute, "+4915112345678", "withdrawal", "legit", "") // and is compared with what it told once
	code, out, errs := replayRun1(t, "--in", trafficFile(t, "a.jsonl", p.Bytes()), "--decisions", "-")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitDone || len(lines) != 4 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	for _, line := range lines[:3] {
		if !strings.Contains(line, `"decision":"allow"`) || strings.Contains(line, "DATA_MISSING") || strings.Contains(line, "PORTED") || strings.Contains(line, "ASSURANCE") {
			t.Errorf("not allowed on nothing: %s", line)
		}
	}
	if !strings.Contains(lines[3], "SIM_IMSI_CHANGED") {
		t.Errorf("the other SIM: %s", lines[3])
	}
}

func TestAPolicysFaultNamesItOnce(t *testing.T) {
	bad := trafficFile(t, "mine.yaml", []byte("signals: {TORR: {points: 1}}\n"))
	for _, policy := range []string{bad, filepath.Join(t.TempDir(), "none.yaml")} {
		code, _, errs := replayRun1(t, "--in", trafficFile(t, "a.jsonl", nil), "--policy", policy)
		if code != exitUsage || strings.Count(errs, "replay: policy ") != 1 || strings.Contains(errs, ": policy mine: policy") || strings.Contains(errs, ": policy none: policy") {
			t.Errorf("exit %d: %s", code, errs)
		}
	}
}

func TestReplayUsage(t *testing.T) {
	in := trafficFile(t, "a.jsonl", nil)
	for _, args := range [][]string{
		nil, {"--in", in, "more"}, {"--in", filepath.Join(t.TempDir(), "none")}, {"--in", t.TempDir()}, {"--in", in, "--policy", "lenient"},
		{"--in", in, "--policy", "./none.yaml"}, {"--in", in, "--compare", "lenient"}, {"--in", in, "--prices", trafficFile(t, "p", []byte("x"))},
		{"--in", in, "-c", trafficFile(t, "c.yaml", []byte("nonsense: 1"))}, {"--in", in, "--decisions", "-", "--json"},
		{"--in", in, "--decisions", filepath.Join(t.TempDir(), "no", "dir")}, {"--in", in, "--html", filepath.Join(t.TempDir(), "no", "dir")}, {"--what"},
	} {
		if code, _, errs := replayRun1(t, args...); code != exitUsage || errs == "" {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
}
