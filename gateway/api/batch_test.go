package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

type batchLine struct {
	Line, Status int
	Body         struct {
		ID, Code, To string
		Status       any
	}
}

func readLines(t *testing.T, body string) (list []batchLine) {
	t.Helper()
	for text := range strings.Lines(body) {
		var l batchLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("line %q: %v", text, err)
		}
		list = append(list, l)
	}
	return list
}

// TestBatch answers each line in its place, whatever becomes of the others.
func TestBatch(t *testing.T) {
	r := start(t, Config{})
	body := strings.Join([]string{
		goodSend, `{"to":"+49"}`, `{"to":"+491701234567","nope":1}`, `{`, ``, `{"to":"+491701234567","purpose":"signup"}` + "\r",
	}, "\n") + "\n\n"
	for _, path := range []string{"/v1/otp/send:batch", "/v1/messages:batch"} {
		text := body
		if path == "/v1/messages:batch" {
			text = strings.ReplaceAll(body, `"to"`, `"text":"hello","to"`)
		}
		for _, media := range []string{"application/jsonl", "application/x-ndjson; charset=utf-8", ""} {
			a := r.do(t, "POST", path, text, "Content-Type", media)
			if a.status != 200 || a.header["Content-Type"] != jsonLines {
				t.Fatalf("%s: %d %v %s", path, a.status, a.header, a.body)
			}
			got := readLines(t, a.body)
			for i, want := range []struct {
				status int
				code   string
			}{{202, ""}, {422, "invalid_number"}, {400, "invalid_request"}, {400, "invalid_request"}, {400, "invalid_request"}, {202, ""}} {
				if l := got[i]; l.Line != i+1 || l.Status != want.status || l.Body.Code != want.code || want.status == 202 && l.Body.ID == "" {
					t.Errorf("%s, line %d: %+v, want %+v", path, i+1, l, want)
				}
			}
			if len(got) != 6 {
				t.Errorf("%s: %d answers to 6 lines", path, len(got))
			}
		}
	}
	if got := r.svc.sent; got.Purpose != "signup" || got.Kind != store.KindText || got.RequestID == "" {
		t.Errorf("the service was asked for %+v", got)
	}
}

func TestBatchRefused(t *testing.T) {
	r := start(t, Config{BodyLimit: 1024})
	many := func(n int) string { return strings.Repeat("{}\n", n) }
	for _, c := range []struct {
		name, body, media string
		status            int
	}{
		{"nothing", "", "", 400},
		{"empty lines", "\n\n", "", 400},
		{"a thousand lines", many(gateway.MaxBatch), "", 200},
		{"one more", many(gateway.MaxBatch + 1), "", 400},
		{"sixteen bodies", goodSend + strings.Repeat(" ", 16*1024-len(goodSend)), "", 200},
		{"one octet more", goodSend + strings.Repeat(" ", 16*1024-len(goodSend)+1), "", 413},
		{"far too large", strings.Repeat(" ", 200_000), "", 413},
		{"one JSON", goodSend, "application/json", 415},
	} {
		a := r.do(t, "POST", "/v1/otp/send:batch", c.body, "Content-Type", c.media)
		if a.status != c.status {
			t.Errorf("%s: %d %.200s, want %d", c.name, a.status, a.body, c.status)
		}
	}
	if a := r.do(t, "POST", "/v1/otp/send", goodSend, "Content-Type", "application/jsonl"); a.status != 415 {
		t.Errorf("JSON Lines for a single send: %d", a.status)
	}
	a := r.do(t, "POST", "/v1/otp/send:batch", goodSend, "Content-Type", "application/json")
	if !strings.Contains(a.body, "send Content-Type: application/jsonl") || strings.Contains(a.body, "application/json\"") {
		t.Errorf("JSON to a batch: %s", a.body)
	}
}

// TestBatchIdempotency gives each line a key of its own.
func TestBatchIdempotency(t *testing.T) {
	r := start(t, Config{})
	seen := map[string][32]byte{}
	for _, body := range []string{goodSend, goodSend + "\n" + goodSend} {
		r.do(t, "POST", "/v1/otp/send:batch", body, "Idempotency-Key", "k")
		a := r.svc.sent.Idempotency
		n := strings.Count(body, "\n") + 1
		if a == nil || a.Key != fmt.Sprintf("k#%d", n) {
			t.Fatalf("line %d: %+v", n, a)
		}
		seen[a.Key] = a.Body
	}
	if seen["k#1"] != seen["k#2"] {
		t.Error("the same line has two fingerprints")
	}
	if a := r.do(t, "POST", "/v1/otp/send:batch", goodSend, "Idempotency-Key", strings.Repeat("k", 256)); a.status != 400 {
		t.Errorf("a key that is too long: %d", a.status)
	}
}
