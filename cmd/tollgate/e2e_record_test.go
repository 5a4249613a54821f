package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tollgate/gateway/record"
)

// What serve records is opened by its key alone, with the labels that people
// gave; a shared export tells no identifier.
func TestRecord(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := configuration{carrier: "127.0.0.1:1", rest: "record: {dir: record}"}
	p := startServe(t, c.write(t, dir))
	const number = "+4915112345678"
	id := p.send(number, "login")
	refused := p.want(403, "step_up_required", "POST", otpPath, object{"to": "+445612345678", "context": object{"ip": "203.0.113.77", "device_id": "phone-7"}})
	var problem struct {
		SendID string `json:"send_id"`
	}
	must(t, json.Unmarshal([]byte(refused.body), &problem))
	p.want(200, "", "POST", "/v1/otp/"+problem.SendID+"/feedback", object{"label": "legit", "note": "he called"})
	p.want(200, "", "POST", "/v1/otp/"+id+"/feedback", object{"label": "fraud"})
	p.want(404, "not_found", "POST", "/v1/otp/otp_00000000000000000000000000/feedback", object{"label": "fraud"})
	p.want(200, "", "GET", "/v1/otp/"+problem.SendID, nil)
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	<-p.ended

	files, err := record.Files(filepath.Join(dir, "record"))
	must(t, err)
	if len(files) != 1 {
		t.Fatalf("recordings: %v", files)
	}
	sealed, err := os.ReadFile(files[0])
	must(t, err)
	if strings.Contains(string(sealed), "4915112345678") {
		t.Error("the recording is in clear")
	}
	key := filepath.Join(dir, "record.key")
	out := wantExit(t, 0, []string{`"label":"fraud:feedback"`, `"label":"legit:feedback"`, number, "203.0.113.77"}, "record", "export", "--key", key, files[0])
	if strings.Contains(out, "phone-7") || strings.Contains(out, "truncated") {
		t.Errorf("%s", out)
	}
	policies := filepath.Join(dir, "data", policyDir)
	wantExit(t, 0, []string{"2 decisions are the same again, 0 differ, of 0"}, "record", "verify", "--key", key, "--policies", policies, files[0])
	wantExit(t, 0, []string{"0 decisions are the same again, 0 differ, of 2"}, "record", "verify", "--key", key, "--policies", dir, files[0])
	wantExit(t, 0, []string{"2 sends"}, "replay", "--key", key, "--in", files[0])
	wantExit(t, 2, []string{"--key"}, "replay", "--in", files[0])
	renamed := filepath.Join(dir, "yesterday.jsonl")
	must(t, os.WriteFile(renamed, sealed, 0o600))
	wantExit(t, 0, []string{"2 sends"}, "replay", "--key", key, "--in", renamed)
	wantExit(t, 2, []string{"sealed recording", "--key"}, "replay", "--in", renamed)
	shared := wantExit(t, 0, []string{`"label":"fraud:`, `"to":"+49151`}, "record", "export", "--key", key, "--pseudonyms", files[0])
	for _, raw := range []string{"12345678", "203.0.113", id, problem.SendID, "acme"} {
		if strings.Contains(shared, raw) {
			t.Errorf("%s stands in what is shared:\n%s", raw, shared)
		}
	}
	other := filepath.Join(dir, "other.key")
	_, err = record.LoadKey(other, true)
	must(t, err)
	wantExit(t, 1, []string{"another key"}, "record", "export", "--key", other, files[0])
	must(t, os.WriteFile(files[0], sealed[:len(sealed)-5], 0o600))
	wantExit(t, 0, []string{"no end mark", "fraud:feedback"}, "record", "export", "--key", key, files[0])
	wantExit(t, 2, nil, "record", "export", files[0])
	wantExit(t, 2, nil, "record", "export", "--key", key, "--pseudonyms", "--decisions", files[0])
}
