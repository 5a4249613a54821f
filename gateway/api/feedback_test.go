package api

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

func TestDecodeFeedback(t *testing.T) {
	for body, want := range map[string]string{
		`{"label": "legit", "note": "a regular"}`: "",
		`{"label": "fraud"}`:                      "",
		`{}`:                                      "label",
		`{"label": "perhaps"}`:                    "legit or fraud",
		`{"label": "fraud", "why": "x"}`:          "why",
	} {
		v, err := decodeFeedback([]byte(body))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v", body, v, err)
		}
	}
}

func TestFeedbackRoutes(t *testing.T) {
	rt := newRouter(routes, NewMetrics(prometheus.NewRegistry()))
	id := testID.String()
	for path, want := range map[string]string{
		"/v1/otp/otp_" + id + "/feedback":      "/v1/otp/{id}/feedback",
		"/v1/messages/msg_" + id + "/feedback": "/v1/messages/{id}/feedback",
		"/v1/reviews/rev_" + id + "/feedback":  "/v1/reviews/{id}/feedback",
		"/v1/otp/otp_" + id:                    "/v1/otp/{id}",
		"/v1/otp//feedback":                    "",
		"/v1/otp/a/b/feedback":                 "",
		"/v1/otp/otp_" + id + "/feedbacks":     "",
		"/v1/otp/feedback":                     "/v1/otp/{id}",
	} {
		got := ""
		r, found := rt.find([]byte(path))
		if r != nil {
			got = r.path
		}
		if got != want || strings.HasSuffix(got, "/feedback") && strings.Contains(string(found), "/") {
			t.Errorf("%s is %q with id %q, want %q", path, got, found, want)
		}
	}
}

func TestProblemNamesTheSend(t *testing.T) {
	b := appendProblem(nil, &gateway.Refusal{Code: gateway.CodeBlocked, Decision: &anAllow, Send: testID, SendKind: store.KindOTP}, "req")
	if !strings.Contains(string(b), `"send_id":"otp_`+testID.String()+`"`) {
		t.Errorf("%s", b)
	}
	if b := appendProblem(nil, &gateway.Refusal{Code: gateway.CodeFrozen}, "req"); strings.Contains(string(b), "send_id") {
		t.Errorf("%s", b)
	}
}
