package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRefusedIsReadable(t *testing.T) {
	for _, c := range []struct {
		name, body, want string
	}{
		{"a decision", `{"type":"x","title":"Blocked","status":403,"detail":"the risk is too high","code":"blocked","decision":"block","score":900.4,` +
			`"reasons":[{"code":"IMSI_CHANGED","points":800,"evidence":"2 h ago"},{"code":"TRUSTED","points":-50,"evidence":""}],"review_id":"rev_1"}`,
			"403 Forbidden: Blocked (blocked): the risk is too high\n  score 900\n  IMSI_CHANGED             +800  2 h ago\n  TRUSTED                   -50  \n  review rev_1"},
		{"a field", `{"title":"Invalid number","detail":"too short","field":"to"}`, "403 Forbidden: Invalid number: to: too short"},
		{"later", `{"title":"Cooldown","retry_after_s":59}`, "403 Forbidden: Cooldown\n  try again in 59 s"},
		{"of a proxy", "<html>", "403 Forbidden: <html>"},
		{"of somebody else", `{"error":"x"}`, `403 Forbidden: {"error":"x"}`},
	} {
		if got := refused("403 Forbidden", []byte(c.body)).Error(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A refusal of send is told in words and ends with 1.
func TestSendTellsARefusal(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"title":"Blocked","reasons":[{"code":"VOIP","points":600,"evidence":"a plan"}]}`))
	}))
	defer s.Close()
	var out, errs strings.Builder
	code := run(t.Context(), []string{"send", "--url", s.URL, "+4915112345678"}, &out, &errs)
	if code != exitFailed || !strings.Contains(errs.String(), "VOIP") || strings.Contains(errs.String(), "{") || out.String() != "" {
		t.Errorf("exit code %d, %q, %q", code, out.String(), errs.String())
	}
}
