package api

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/gateway"
	"tollgate/gateway/store"
)

const decisionJSON = `"decision":"allow","score":12.5,"reasons":[{"code":"NEW_NUMBER","points":12.5,"evidence":"first \"seen\" now"}]`

func TestAnswers(t *testing.T) {
	r := start(t, Config{})
	id := testID.String()
	message := `"to":"+491701234567","purpose":"login","status":"delivered","delivery":"delivered",CHALLENGE` + decisionJSON +
		`,"carrier":"sim","attempts":1,"timeline":[{"step":"accepted","at":"2026-03-04T12:00:00.123Z","latency_ms":1.5},` +
		`{"step":"routed","at":"2026-03-04T12:00:00.124Z","carrier":"sim","detail":"network 26201"}],` +
		`"created_at":"2026-03-04T12:00:00.123Z","expires_at":"2026-03-04T12:05:00.123Z"}`
	review := `{"id":"rev_` + id + `","to":"+491701234567","account_id":"u1","purpose":"withdrawal","kind":"freeze","status":"open",` +
		`"decision":"review","score":800,"reasons":[{"code":"IMSI_CHANGED","points":800,"evidence":""}],"opened_at":"2026-03-04T12:00:00.123Z"}`
	r.svc.number = 1
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/otp/send", goodSend, 202, `{"id":"otp_` + id + `","status":"accepted","to":"+491701234567",` + decisionJSON + `,"expires_at":"2026-03-04T12:00:00.123Z"}`},
		{"POST", "/v1/messages", `{"to":"1","text":"x"}`, 202, `{"id":"msg_` + id + `","status":"accepted","to":"+491701234567",` + decisionJSON + `,"expires_at":"2026-03-04T12:00:00.123Z"}`},
		{"POST", "/v1/otp/check", `{"id":"otp_` + id + `","code":"123456"}`, 200, `{"status":"pending","attempts_left":4}`},
		{"GET", "/v1/otp/otp_" + id, "", 200, `{"id":"otp_` + id + `",` + strings.Replace(message, "CHALLENGE", `"challenge":"pending",`, 1)},
		{"GET", "/v1/messages/msg_" + id, "", 200, `{"id":"msg_` + id + `",` + strings.Replace(message, "CHALLENGE", "", 1)},
		{"DELETE", "/v1/otp/otp_" + id, "", 200, `{"id":"otp_` + id + `",` + strings.NewReplacer("CHALLENGE", `"challenge":"canceled",`, `"delivered"`, `"canceled"`).Replace(message)},
		{"POST", "/v1/numbers/score", goodSend, 200, `{"to":"+491701234567",` + decisionJSON + `,"held":"frozen","review_id":"rev_04000000000000000000000000","facts":[` +
			`{"name":"line_type","value":"mobile","source":"plan","age_s":0,"latency_ms":0},` +
			`{"name":"imsi_changed","value":null,"source":"static","age_s":1.5,"latency_ms":1.234,"error":"time-out"},` +
			`{"name":"roaming","value":false,"source":"static","age_s":0,"latency_ms":0,"cached":true,"disputed":true},` +
			`{"name":"ported_at","value":"2026-03-04T12:00:00.123Z","source":"static","age_s":0,"latency_ms":0},` +
			`{"name":"sends","value":3,"source":"counters","age_s":0,"latency_ms":0},` +
			`{"name":"rate","value":0.5,"source":"counters","age_s":0,"latency_ms":0},` +
			`{"name":"since","value":60,"source":"counters","age_s":0,"latency_ms":0},` +
			`{"name":"networks","value":["26201"],"source":"static","age_s":0,"latency_ms":0}]}`},
		{"GET", "/v1/reviews", "", 200, `{"reviews":[` + review + `],"next":null}`},
		{"GET", "/v1/reviews/rev_" + id, "", 200, review},
		{"POST", "/v1/reviews/rev_" + id, `{"resolution":"false_alarm","note":"called"}`, 200, strings.Replace(strings.TrimSuffix(review, "}"), `"open"`, `"resolved"`, 1) +
			`,"resolved_at":"2026-03-04T12:00:00.123Z","resolution":"false_alarm","note":"called","by":"tenant"}`},
	} {
		a := r.do(t, c.method, c.path, c.body)
		if a.status != c.status || a.body != c.want || a.header["Content-Type"] != "application/json" {
			t.Errorf("%s %s: %d %s\ngot  %s\nwant %s", c.method, c.path, a.status, a.header["Content-Type"], a.body, c.want)
		}
		if !json.Valid([]byte(a.body)) {
			t.Errorf("%s %s: not JSON", c.method, c.path)
		}
	}
	if a := r.do(t, "GET", "/openapi.yaml", ""); a.status != 200 || a.body != string(openAPIDocument) {
		t.Errorf("openapi.yaml: %d, %d octets", a.status, len(a.body))
	}
}

func TestReviewPages(t *testing.T) {
	r := start(t, Config{})
	next := "rev_" + testID.String()
	for _, c := range []struct {
		query string
		have  int // how many reviews there are
		open  bool
		limit int
		next  string
		bad   string
	}{
		{query: "", have: 50, open: true, limit: 51, next: "null"},
		{query: "?status=open&limit=2", have: 3, open: true, limit: 3, next: `"` + next + `"`},
		{query: "?status=all&limit=500&after=" + next, have: 1, limit: 501, next: "null"},
		{query: "?status=closed", bad: "status"},
		{query: "?limit=0", bad: "limit"},
		{query: "?limit=501", bad: "limit"},
		{query: "?limit=x", bad: "limit"},
		{query: "?after=otp_1", bad: "after"},
	} {
		r.svc.number = c.have
		a := r.do(t, "GET", "/v1/reviews"+c.query, "")
		if c.bad != "" {
			if a.status != 400 || !strings.Contains(a.body, `"field":"`+c.bad+`"`) {
				t.Errorf("%s: %d %s", c.query, a.status, a.body)
			}
			continue
		}
		if a.status != 200 || r.svc.open != c.open || r.svc.limit != c.limit || !strings.HasSuffix(a.body, `],"next":`+c.next+`}`) {
			t.Errorf("%s: %d open=%v limit=%d %s", c.query, a.status, r.svc.open, r.svc.limit, a.body)
		}
	}
}

func TestFurthest(t *testing.T) {
	for _, c := range []struct {
		d    store.Status
		c    store.ChallengeStatus
		want string
	}{
		{store.Accepted, 0, "accepted"}, {store.Unknown, 0, "unknown"},
		{store.Submitted, store.ChallengePending, "submitted"},
		{store.Submitted, store.ChallengeApproved, "approved"},
		{store.Undelivered, store.ChallengeApproved, "approved"},
		{store.Canceled, store.ChallengeApproved, "approved"},
		{store.Delivered, store.ChallengeExpired, "expired"},
		{store.Rejected, store.ChallengeExpired, "rejected"},
		{store.Delivered, store.ChallengeCanceled, "canceled"},
		{store.Queued, store.ChallengeCanceled, "canceled"},
	} {
		var ch *store.Challenge
		if c.c != 0 {
			ch = &store.Challenge{Status: c.c}
		}
		if got := furthest(c.d, ch); got != c.want {
			t.Errorf("furthest(%v, %v) = %s, want %s", c.d, c.c, got, c.want)
		}
	}
}

func TestUnsentView(t *testing.T) {
	v := aView(testID, store.KindOTP)
	v.Delivery = &store.Delivery{Status: store.Rejected, Reason: "fence"}
	v.Message.ExpiresAt = time.Time{}
	b := string(appendView(nil, v))
	for _, part := range []string{`"status":"rejected"`, `"reason":"fence"`, `"carrier":null`, `"attempts":0`, `"timeline":[]`, `"expires_at":null`} {
		if !strings.Contains(b, part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
}

// TestProblems holds what the client sees of each kind of error.
func TestProblems(t *testing.T) {
	r := start(t, Config{})
	frozen := &fraud.Decision{Kind: fraud.Review, Score: 900.25, Reasons: []fraud.Reason{{Code: "IMSI_CHANGED", Points: 900.25, Evidence: "2 h ago"}}}
	for _, c := range []struct {
		err    error
		status int
		retry  string
		parts  []string
	}{
		{&gateway.Refusal{Code: gateway.CodeFrozen, Decision: frozen, Review: testID, RetryAfter: time.Minute}, 423, "", []string{
			`{"type":"urn:tollgate:problem:frozen","title":"`, `"status":423`, `"code":"frozen","request_id":"rid"`,
			`"decision":"review","score":900.25,"reasons":[{"code":"IMSI_CHANGED","points":900.25,"evidence":"2 h ago"}]`, `"review_id":"rev_` + testID.String() + `"`}},
		{&gateway.Refusal{Code: gateway.CodeCooldown, RetryAfter: 59001 * time.Millisecond}, 429, "60", []string{`"retry_after_s":60`}},
		{&gateway.Refusal{Code: gateway.CodeRateLimited, RetryAfter: time.Millisecond}, 429, "1", []string{`"retry_after_s":1`}},
		{&gateway.Refusal{Code: gateway.CodeOverloaded}, 503, "1", nil},
		{&gateway.Refusal{Code: gateway.CodeInvalidNumber, Field: "to", Detail: "too short"}, 422, "", []string{`"field":"to"`, `"detail":"too short"`}},
		{&gateway.Refusal{Code: gateway.CodeBlocked, Decision: frozen}, 403, "", []string{`"reasons":[{`}},
		{errors.Join(errors.New("committing"), store.ErrFull), 503, "30", []string{`"code":"overloaded"`}},
		{store.ErrFailed, 503, "5", []string{`"code":"overloaded"`}},
		{store.ErrInFlight, 409, "1", []string{`"code":"idempotency_in_flight"`}},
		{store.ErrKeyReused, 422, "", []string{`"code":"idempotency_key_reused"`}},
		{errors.New("secret internals"), 500, "", []string{`"code":"internal"`, `"request_id":"rid"`}},
		{&gateway.Refusal{Code: "no_such_code", Detail: "secret internals"}, 500, "", []string{`"code":"internal"`}},
	} {
		r.svc.err = c.err
		a := r.do(t, "POST", "/v1/otp/send", goodSend, "X-Request-Id", "rid")
		if a.status != c.status || a.header["Retry-After"] != c.retry || !json.Valid([]byte(a.body)) || strings.Contains(a.body, "secret") {
			t.Errorf("%v: %d, Retry-After %q, %s", c.err, a.status, a.header["Retry-After"], a.body)
		}
		for _, part := range c.parts {
			if !strings.Contains(a.body, part) {
				t.Errorf("%v: no %s in %s", c.err, part, a.body)
			}
		}
		if c.retry == "" && strings.Contains(a.body, "retry_after_s") {
			t.Errorf("%v: retry_after_s in %s", c.err, a.body)
		}
	}
	if !strings.Contains(r.log.String(), "secret internals") {
		t.Error("the internal error is not in the log")
	}
}
