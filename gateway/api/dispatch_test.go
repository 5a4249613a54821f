package api

import (
	"strings"
	"testing"
)

const goodSend = `{"to":"+491701234567"}`

// TestOrderOfRefusals holds the order in which a request is judged: path, key,
// method, media type, size, then what it says.
func TestOrderOfRefusals(t *testing.T) {
	r := start(t, Config{BodyLimit: 1024})
	big := `{"to":"` + strings.Repeat("1", 1100) + `"}`
	huge := `{"to":"` + strings.Repeat("1", 200_000) + `"}`
	id := "/v1/otp/otp_" + testID.String()
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		code                     string
	}{
		{"unknown path without a key", "POST", "/nope", "{", []string{"Authorization", ""}, 404, "not_found"},
		{"unknown path with a key", "PATCH", "/v1/otp", "{", nil, 404, "not_found"},
		{"one segment too many", "GET", id + "/x", "", nil, 404, "not_found"},
		{"an empty id", "GET", "/v1/otp/", "", nil, 404, "not_found"},
		{"unknown path, huge body", "POST", "/nope", huge, []string{"Authorization", ""}, 404, "not_found"},
		{"no key, wrong method", "PUT", "/v1/otp/send", "", []string{"Authorization", ""}, 401, "unauthorized"},
		{"no key, huge body", "POST", "/v1/otp/send", huge, []string{"Authorization", ""}, 401, "unauthorized"},
		{"no key, wrong type", "POST", "/v1/otp/send", "x", []string{"Authorization", "", "Content-Type", "text/plain"}, 401, "unauthorized"},
		{"wrong key", "POST", "/v1/otp/send", goodSend, []string{"Authorization", "Bearer nope"}, 401, "unauthorized"},
		{"wrong scheme", "POST", "/v1/otp/send", goodSend, []string{"Authorization", "Basic " + testKey}, 401, "unauthorized"},
		{"bare key", "POST", "/v1/otp/send", goodSend, []string{"Authorization", testKey}, 401, "unauthorized"},
		{"wrong method", "PUT", "/v1/otp/send", "", nil, 405, "method_not_allowed"},
		{"GET of what is posted", "GET", "/v1/otp/send", "", nil, 405, "method_not_allowed"},
		{"wrong type, too large", "POST", "/v1/otp/send", big, []string{"Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		{"a form is no JSON", "POST", "/v1/otp/send", "to=1", []string{"Content-Type", "application/x-www-form-urlencoded"}, 400, "invalid_request"},
		{"as curl -d sends it, too large", "POST", "/v1/otp/send", big, []string{"Content-Type", "application/x-www-form-urlencoded"}, 413, "body_too_large"},
		{"JSON as curl -d sends it", "POST", "/v1/otp/send", `{"to":""}`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 400, "invalid_request"},
		{"compressed", "POST", "/v1/otp/send", goodSend, []string{"Content-Encoding", "gzip"}, 415, "unsupported_media_type"},
		{"too large", "POST", "/v1/otp/send", big, nil, 413, "body_too_large"},
		{"far too large", "POST", "/v1/otp/send", huge, nil, 413, "body_too_large"},
		{"malformed", "POST", "/v1/otp/send", "{", nil, 400, "invalid_request"},
		{"no type", "POST", "/v1/otp/send", goodSend, nil, 202, ""},
		{"JSON with a charset", "POST", "/v1/otp/send", goodSend, []string{"Content-Type", "Application/JSON; charset=utf-8"}, 202, ""},
		{"scheme in another case", "POST", "/v1/otp/send", goodSend, []string{"Authorization", "bearer second"}, 202, ""},
		{"HEAD", "HEAD", id, "", nil, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := r.do(t, c.method, c.path, c.body, c.headers...)
			if a.status != c.status || c.code != "" && !strings.Contains(a.body, `"code":"`+c.code+`"`) {
				t.Fatalf("%d %s, want %d %s", a.status, a.body, c.status, c.code)
			}
			if c.code != "" && a.header["Content-Type"] != "application/problem+json" {
				t.Errorf("Content-Type %q", a.header["Content-Type"])
			}
			if (c.status == 401) != strings.HasPrefix(a.header["Www-Authenticate"], "Bearer") {
				t.Errorf("WWW-Authenticate %q with %d", a.header["Www-Authenticate"], c.status)
			}
			if a.header["X-Request-Id"] == "" || a.header["Server"] != "" {
				t.Errorf("headers %v: want X-Request-Id and no Server", a.header)
			}
		})
	}
	if a := r.do(t, "PATCH", id, ""); a.header["Allow"] != "DELETE, GET, HEAD" {
		t.Errorf("Allow %q", a.header["Allow"])
	}
}

func TestTenantBehindKey(t *testing.T) {
	r := start(t, Config{})
	r.do(t, "POST", "/v1/otp/send", goodSend, "Authorization", "Bearer others")
	if r.svc.tenant.ID != "other" {
		t.Errorf("tenant %q", r.svc.tenant.ID)
	}
	if err := r.tenants.Swap(nil); err != nil {
		t.Fatal(err)
	}
	if a := r.do(t, "POST", "/v1/otp/send", goodSend); a.status != 401 {
		t.Errorf("a key that is gone after a reload: %d", a.status)
	}
}

func TestRequestID(t *testing.T) {
	r := start(t, Config{})
	for sent, echoed := range map[string]bool{
		"abc-123": true, "a/b+c=d:e.f_g": true, strings.Repeat("x", 128): true,
		strings.Repeat("x", 129): false, "a b": false, "ü": false, `"`: false,
	} {
		a := r.do(t, "POST", "/v1/otp/send", goodSend, "X-Request-Id", sent)
		if got := a.header["X-Request-Id"]; (got == sent) != echoed || len(got) < 3 {
			t.Errorf("X-Request-Id %q came back as %q", sent, got)
		}
		if r.svc.sent.RequestID != a.header["X-Request-Id"] {
			t.Errorf("the service was told %q, the client %q", r.svc.sent.RequestID, a.header["X-Request-Id"])
		}
	}
}

func TestTraceParent(t *testing.T) {
	const good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for h, want := range map[string]string{
		good: good, good[:53] + "0a": good[:53] + "0a",
		"01" + good[2:] + "-more": "01" + good[2:] + "-more",
		good + "-more":            "", "ff" + good[2:]: "", strings.ToUpper(good): "", good[:54]: "", "": "",
		"00-00000000000000000000000000000000-b7ad6b7169203331-01": "",
		"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01": "",
	} {
		if got := takeTraceParent([]byte(h)); got != want {
			t.Errorf("takeTraceParent(%q) = %q, want %q", h, got, want)
		}
	}
	for flags, want := range map[string]bool{"00": false, "01": true, "0a": false, "0b": true, "03": true} {
		if got := traceID(good[:53] + flags); (got != "") != want {
			t.Errorf("traceID with flags %s = %q", flags, got)
		}
	}
}
