package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

const hookPath = "/hooks/camara/sim-swap/net"

func TestEventsAreTaken(t *testing.T) {
	token := "hook-" + testID.String()
	var got string
	var answer error
	s := start(t, Config{Hooks: map[string]Hook{"net": {TokenHash: sha256.Sum256([]byte(token)), Receive: func(ctx context.Context, event []byte) error {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("no deadline")
		}
		got = string(event)
		return answer
	}}}})
	for name, c := range map[string]struct {
		method, path, token, media, body string
		err                              error
		want                             int
	}{
		"an event":             {"POST", hookPath, token, eventType, `{"id":"1"}`, nil, 204},
		"with a charset":       {"POST", hookPath, token, eventType + "; charset=utf-8", `{"id":"1"}`, nil, 204},
		"plain JSON":           {"POST", hookPath, token, "application/json", `{"id":"1"}`, nil, 204},
		"no token":             {"POST", hookPath, "", eventType, `{}`, nil, 401},
		"another token":        {"POST", hookPath, token + "x", eventType, `{}`, nil, 401},
		"a tenant's key":       {"POST", hookPath, testKey, eventType, `{}`, nil, 401},
		"an unknown network":   {"POST", "/hooks/camara/sim-swap/other", token, eventType, `{}`, nil, 401},
		"no name":              {"POST", "/hooks/camara/sim-swap/", token, eventType, `{}`, nil, 404},
		"another method":       {"GET", hookPath, token, "", "", nil, 405},
		"another media type":   {"POST", hookPath, token, "text/xml", `<x/>`, nil, 415},
		"too large":            {"POST", hookPath, token, eventType, strings.Repeat(" ", 65<<10), nil, 413},
		"one that is no event": {"POST", hookPath, token, eventType, `{}`, &gateway.Refusal{Code: gateway.CodeInvalidRequest, Detail: "id is missing"}, 400},
		"a store that is full": {"POST", hookPath, token, eventType, `{}`, store.ErrFull, 503},
		"a fault of ours":      {"POST", hookPath, token, eventType, `{}`, errors.New("x"), 500},
	} {
		got, answer = "", c.err
		authorization := ""
		if c.token != "" {
			authorization = "Bearer " + c.token
		}
		r := s.do(t, c.method, c.path, c.body, "Authorization", authorization, "Content-Type", c.media, "X-Correlator", "b4333c46-49c0")
		if r.status != c.want {
			t.Errorf("%s: %d %s, want %d", name, r.status, r.body, c.want)
		}
		if c.want == 204 && (got != c.body || len(r.body) != 0 || r.header["X-Correlator"] != "b4333c46-49c0") {
			t.Errorf("%s: took %q, answered %q %v", name, got, r.body, r.header)
		}
		if c.want/100 == 4 && c.err == nil && got != "" {
			t.Errorf("%s: was handed on", name)
		}
	}
	// A network's token is no key.
	if r := s.do(t, "GET", "/v1/reviews", "", "Authorization", "Bearer "+token); r.status != 401 {
		t.Errorf("the network's token opens the API: %d", r.status)
	}
}

func TestCorrelatorIsRepeatedOnlyAsItShouldBe(t *testing.T) {
	for in, want := range map[string]bool{"": false, "b4333c46-49c0": true, "a_b:c;d./<>{}": true, "a b": false, "a\r\nb": false, "ü": false, strings.Repeat("a", 257): false} {
		if got := isCorrelator([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}
