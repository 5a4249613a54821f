package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// badInput is a request that must be refused, and how.
type badInput struct {
	name   string
	r      request
	status int
	code   string
	field  string // that the answer names
}

func post(path, body string) request { return request{method: "POST", path: path, body: body} }

func with(r request, header, value string) request {
	r.header = map[string]string{header: value}
	return r
}

func as(key string, r request) request {
	r.key = key
	return r
}

const (
	otpPath  = "/v1/otp/send"
	goodSend = `{"to":"+4915112345678"}`
)

// member is a good send with one more member.
func member(s string) request { return post(otpPath, `{"to":"+4915112345678",`+s+`}`) }

var badInputs = []badInput{
	{"nothing", post(otpPath, ""), 400, "invalid_request", ""},
	{"cut off", post(otpPath, `{"to":"+4915112345678"`), 400, "invalid_request", ""},
	{"no JSON", post(otpPath, `to=+4915112345678`), 400, "invalid_request", ""},
	{"no object", post(otpPath, `["+4915112345678"]`), 400, "invalid_request", ""},
	{"more behind it", post(otpPath, goodSend+`{}`), 400, "invalid_request", ""},
	{"unknown field", member(`"tto":1`), 400, "invalid_request", "tto"},
	{"unknown field, nested", member(`"context":{"ipp":"192.0.2.1"}`), 400, "invalid_request", "context.ipp"},
	{"a field twice", post(otpPath, `{"to":"+4915112345678","to":"+4915112345679"}`), 400, "invalid_request", "to"},
	{"wrong type", post(otpPath, `{"to":4915112345678}`), 400, "invalid_request", "to"},
	{"wrong type, nested", member(`"context":{"asn":"x"}`), 400, "invalid_request", "context.asn"},
	{"no number", post(otpPath, `{"purpose":"login"}`), 400, "invalid_request", "to"},
	{"not UTF-8", post(otpPath, "{\"to\":\"+49\xff\"}"), 400, "invalid_request", "to"},
	{"too large", post(otpPath, `{"to":"`+strings.Repeat("1", 64<<10)+`"}`), 413, "body_too_large", ""},
	{"far too large", post(otpPath, strings.Repeat(" ", 1<<20)), 413, "body_too_large", ""},

	{"no key", as("none", post(otpPath, "")), 401, "unauthorized", ""},
	{"wrong key", as("dev-key2", post(otpPath, "{")), 401, "unauthorized", ""},
	{"no key, too large", as("none", post(otpPath, strings.Repeat(" ", 1<<20))), 401, "unauthorized", ""},
	{"no key, wrong method", as("none", request{method: "PUT", path: otpPath}), 401, "unauthorized", ""},
	{"not a bearer", with(as("none", post(otpPath, goodSend)), "Authorization", "Basic ZGV2LWtleTo="), 401, "unauthorized", ""},
	{"unknown path", post("/v1/otps", goodSend), 404, "not_found", ""},
	{"unknown path, no key", as("none", post("/v2/nothing", "")), 404, "not_found", ""},
	{"unknown path, wrong key", as("x", request{method: "GET", path: "/"}), 404, "not_found", ""},
	{"wrong method", request{method: "GET", path: otpPath}, 405, "method_not_allowed", ""},
	{"wrong method, id", request{method: "PATCH", path: "/v1/otp/otp_x"}, 405, "method_not_allowed", ""},
	{"wrong content type", with(post(otpPath, goodSend), "Content-Type", "text/plain"), 415, "unsupported_media_type", ""},
	{"a form", with(post(otpPath, "to=1"), "Content-Type", "application/x-www-form-urlencoded"), 400, "invalid_request", ""},
	{"packed", with(post(otpPath, goodSend), "Content-Encoding", "gzip"), 415, "unsupported_media_type", ""},
	{"huge header", with(post(otpPath, goodSend), "X-Much", strings.Repeat("x", 16<<10)), 431, "headers_too_large", ""},

	{"too short a number", post(otpPath, `{"to":"+4915"}`), 422, "invalid_number", "to"},
	{"no country code", post(otpPath, `{"to":"015112345678"}`), 422, "invalid_number", "to"},
	{"letters", post(otpPath, `{"to":"+49 no number"}`), 422, "invalid_number", "to"},
	{"no such number", post(otpPath, `{"to":"+4900000000000"}`), 422, "invalid_number", "to"},
	{"far too long a number", post(otpPath, `{"to":"+`+strings.Repeat("4", 99)+`"}`), 422, "invalid_number", "to"},

	{"code of letters", member(`"code":"12a456"`), 400, "invalid_request", "code"},
	{"short code", member(`"code":"123"`), 400, "invalid_request", "code"},
	{"long code", member(`"code":"12345678901"`), 400, "invalid_request", "code"},
	{"code as a number", member(`"code":123456`), 400, "invalid_request", "code"},
	{"short life", member(`"ttl_s":29`), 400, "invalid_request", "ttl_s"},
	{"long life", member(`"ttl_s":1801`), 400, "invalid_request", "ttl_s"},
	{"negative life", member(`"ttl_s":-300`), 400, "invalid_request", "ttl_s"},
	{"broken life", member(`"ttl_s":300.5`), 400, "invalid_request", "ttl_s"},
	{"purpose in capitals", member(`"purpose":"Login!"`), 400, "invalid_request", "purpose"},
	{"locale", member(`"locale":"!"`), 400, "invalid_request", "locale"},
	{"sender", member(`"sender":"far too long a sender"`), 400, "invalid_request", "sender"},
	{"template", member(`"template":"no_such"`), 422, "unknown_template", "template"},
	{"assurance", member(`"assurance":{"factor":"totp"}`), 400, "invalid_request", "assurance"},
	{"assurance to come", member(`"assurance":{"factor":"totp","verified_at":"2999-01-01T00:00:00Z"}`), 400, "invalid_request", "assurance.verified_at"},
	{"address", member(`"context":{"ip":"300.1.1.1"}`), 400, "invalid_request", "context.ip"},

	{"no text", post("/v1/messages", `{"to":"+4915112345678","text":""}`), 400, "invalid_request", "text"},
	{"long text", post("/v1/messages", `{"to":"+4915112345678","text":"`+strings.Repeat("0123456789", 92)+`"}`), 422, "text_too_long", ""},
	{"long text in UCS-2", post("/v1/messages", `{"to":"+4915112345678","text":"`+strings.Repeat("жизнь", 81)+`"}`), 422, "text_too_long", ""},
	{"half a character", post("/v1/messages", `{"to":"+4915112345678","text":"half \ud83d"}`), 400, "invalid_request", "text"},

	{"long key", with(post(otpPath, goodSend), "Idempotency-Key", strings.Repeat("k", 256)), 400, "invalid_request", "Idempotency-Key"},
	{"odd key", with(post(otpPath, goodSend), "Idempotency-Key", "ké"), 400, "invalid_request", "Idempotency-Key"},
	{"check of nothing", post("/v1/otp/check", `{"id":"otp_06h0b96kgtxtfwtvsyyfrw4c2g","code":"123456"}`), 404, "not_found", ""},
	{"check of no id", post("/v1/otp/check", `{"id":"x","code":"123456"}`), 404, "not_found", ""},
	{"check without code", post("/v1/otp/check", `{"id":"x"}`), 400, "invalid_request", "code"},
	{"view of nothing", request{method: "GET", path: "/v1/otp/otp_06h0b96kgtxtfwtvsyyfrw4c2g"}, 404, "not_found", ""},
	{"cancel nothing", request{method: "DELETE", path: "/v1/otp/otp_06h0b96kgtxtfwtvsyyfrw4c2g"}, 404, "not_found", ""},
	{"a review that is none", post("/v1/reviews/rev_x", `{"resolution":"fraud"}`), 404, "not_found", ""},
	{"resolution", post("/v1/reviews/rev_06h0b96kgtxtfwtvsyyfrw4c2g", `{"resolution":"perhaps"}`), 400, "invalid_request", "resolution"},
	{"reviews", request{method: "GET", path: "/v1/reviews?limit=0"}, 400, "invalid_request", "limit"},
	{"score of nothing", post("/v1/numbers/score", `{}`), 400, "invalid_request", "to"},
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	p := startDev(t, t.TempDir(), "--policy", "observe")
	for _, c := range badInputs {
		t.Run(c.name, func(t *testing.T) {
			a, err := p.do(c.r)
			must(t, err)
			wantProblem(t, a, c.status, c.code, c.field)
		})
	}
	if a := p.call("POST", otpPath, goodSend); a.status != 202 {
		t.Errorf("after all of them a good send is answered %d %s", a.status, a.body)
	}
}

// wantProblem looks at a whole RFC 9457 document.
func wantProblem(t *testing.T, a *reply, status int, code, field string) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q: %s", got, a.body)
	}
	var doc struct {
		Type, Title, Detail, Code, Field string
		Status                           int
		RequestID                        string `json:"request_id"`
	}
	must(t, json.Unmarshal(a.body, &doc))
	if a.status != status || doc.Status != status || doc.Code != code || doc.Field != field {
		t.Errorf("%d %s, want %d %s and the field %q", a.status, a.body, status, code, field)
	}
	if doc.Type != "urn:tollgate:problem:"+code || doc.Title == "" || doc.Detail == "" {
		t.Errorf("an incomplete document: %s", a.body)
	}
	if doc.RequestID == "" || doc.RequestID != a.header.Get("X-Request-Id") {
		t.Errorf("request_id %q, X-Request-Id %q", doc.RequestID, a.header.Get("X-Request-Id"))
	}
}

// What depends on the tenant: its region, its senders, other tenants' ids.
func TestBadInputForATenant(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, nil)
	p := startServe(t, configuration{carrier: c.addr, tenant: `    default_region: DE
    regions: [DE, AT]
    senders: [Acme]
  - id: other
    keys: ["sha256:` + fmt.Sprintf("%x", sha("other-key")) + `"]`}.write(t, t.TempDir()))
	for _, b := range []badInput{
		{"another region", post(otpPath, `{"to":"+33612345678"}`), 422, "unsupported_region", ""},
		{"not a sender of theirs", member(`"sender":"Other"`), 400, "invalid_request", "sender"},
		{"national and invalid", post(otpPath, `{"to":"0151"}`), 422, "invalid_number", "to"},
		{"callback in clear", member(`"callback_url":"http://127.0.0.1/"`), 400, "invalid_request", "callback_url"},
	} {
		t.Run(b.name, func(t *testing.T) {
			a, err := p.do(b.r)
			must(t, err)
			wantProblem(t, a, b.status, b.code, b.field)
		})
	}
	id := p.send("0151 12345678", "login")
	for _, r := range []request{
		{method: "GET", path: "/v1/otp/" + id, key: "other-key"},
		{method: "DELETE", path: "/v1/otp/" + id, key: "other-key"},
		{method: "POST", path: "/v1/otp/check", body: object{"id": id, "code": "123456"}, key: "other-key"},
		{method: "GET", path: "/v1/messages/" + strings.Replace(id, "otp_", "msg_", 1)},
	} {
		a, err := p.do(r)
		must(t, err)
		wantProblem(t, a, 404, "not_found", "")
	}
	if n := c.total(); n > 1 {
		t.Errorf("%d messages at the carrier, want the good one alone", n)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	p := startDev(t, t.TempDir())
	send := func(key, body string) *reply {
		a, err := p.do(with(post(otpPath, body), "Idempotency-Key", key))
		must(t, err)
		return a
	}
	first, again := send("k1", goodSend), send("k1", goodSend)
	if first.status != 202 || again.status != 202 || again.ID != first.ID || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%d %s, then %d %s", first.status, first.body, again.status, again.body)
	}
	wantProblem(t, send("k1", `{"to":"+4915112345679"}`), 422, "idempotency_key_reused", "")
	// A refusal that will always be the same is kept with its words.
	refused, still := send("k2", `{"to":"+4915"}`), send("k2", `{"to":"+4915"}`)
	wantProblem(t, refused, 422, "invalid_number", "to")
	if string(still.body) != string(refused.body) || still.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s, then %s", refused.body, still.body)
	}
	// What was malformed never claimed its key.
	wantProblem(t, send("k3", `{`), 400, "invalid_request", "")
	if a := send("k3", goodSend); a.status != 202 {
		t.Errorf("after a malformed request its key is answered %d %s", a.status, a.body)
	}
	other, err := p.do(with(post("/v1/messages", `{"to":"+4915112345678","text":"hello"}`), "Idempotency-Key", "k1"))
	must(t, err)
	wantProblem(t, other, 422, "idempotency_key_reused", "")
}

// What just fits arrives whole.
func TestLongestTextArrivesWhole(t *testing.T) {
	t.Parallel()
	c := newCarrier(t, nil)
	p := startDev(t, t.TempDir(), "--carrier", c.url(""))
	for to, text := range map[string]string{
		"+4915112345601": strings.Repeat("012345678", 102), // 6 segments of 153 septets
		"+4915112345602": strings.Repeat("жизнь!", 67),     // 6 of 67 UTF-16 units
	} {
		a := p.want(202, "", "POST", "/v1/messages", object{"to": to, "text": text})
		eventually(t, "the text at the carrier", func() bool { return len(c.sightings(to)) > 0 })
		if got := c.sightings(to)[0].text; got != text {
			t.Errorf("%s: %d octets arrived of %d: %q", a.ID, len(got), len(text), got)
		}
	}
}
