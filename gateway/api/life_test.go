package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

func TestIdempotency(t *testing.T) {
	r := start(t, Config{})
	a := r.do(t, "POST", "/v1/otp/send", goodSend, "Idempotency-Key", "k 1", "X-Request-Id", "rid")
	got := r.svc.sent.Idempotency
	if got == nil || got.Tenant != "acme" || got.Key != "k 1" || got.Body != sha256.Sum256([]byte("POST /v1/otp/send\n"+goodSend)) {
		t.Fatalf("%+v", got)
	}
	status, body := r.svc.sent.Render(&gateway.Accepted{ID: testID, Kind: store.KindOTP, To: "+491701234567", Decision: anAllow, ExpiresAt: noon}, nil)
	if status != 202 || string(body) != a.body {
		t.Errorf("rendered %d %s, answered %s", status, body, a.body)
	}
	status, body = r.svc.sent.Render(nil, &gateway.Refusal{Code: gateway.CodeBlocked})
	if status != 403 || !strings.Contains(string(body), `"code":"blocked","request_id":"rid"`) {
		t.Errorf("rendered %d %s", status, body)
	}
	for _, c := range []struct {
		replay    gateway.Replay
		mediaType string
	}{
		{gateway.Replay{Status: 202, Body: []byte(`{"id":1}`)}, "application/json"},
		{gateway.Replay{Status: 403, Body: []byte(`{"code":2}`)}, "application/problem+json"},
	} {
		r.svc.err = &c.replay
		a := r.do(t, "POST", "/v1/otp/send", goodSend, "Idempotency-Key", "k")
		if a.status != c.replay.Status || a.body != string(c.replay.Body) || a.header["Idempotency-Replayed"] != "true" || a.header["Content-Type"] != c.mediaType {
			t.Errorf("%+v", a)
		}
	}
	r.svc.err = nil
	for key, want := range map[string]int{strings.Repeat("k", 255): 202, strings.Repeat("k", 256): 400, "kä": 400} {
		if a := r.do(t, "POST", "/v1/messages", `{"to":"1","text":"x"}`, "Idempotency-Key", key); a.status != want {
			t.Errorf("key of %d octets: %d, want %d", len(key), a.status, want)
		}
	}
	r.do(t, "POST", "/v1/otp/send", goodSend)
	if r.svc.sent.Idempotency != nil || r.svc.sent.Render != nil {
		t.Error("a send without a key asks for idempotency")
	}
}

func TestTimeout(t *testing.T) {
	r := start(t, Config{Timeout: 20 * time.Millisecond})
	r.svc.hook = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	a := r.do(t, "POST", "/v1/otp/send", goodSend)
	if a.status != 503 || !strings.Contains(a.body, `"code":"timeout"`) || a.header["Retry-After"] != "1" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestPanic(t *testing.T) {
	r := start(t, Config{})
	r.svc.hook = func(context.Context) error { panic("number +491701234567") }
	a := r.do(t, "POST", "/v1/otp/send", goodSend, "X-Request-Id", "rid")
	if a.status != 500 || !strings.Contains(a.body, `"code":"internal","request_id":"rid"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	r.svc.hook = func(ctx context.Context) error { return []error{nil}[len(t.Name())] }
	r.do(t, "POST", "/v1/otp/send", goodSend)
	log := r.log.String()
	if !strings.Contains(log, "handler panicked") || !strings.Contains(log, "index out of range") || !strings.Contains(log, "life_test.go") {
		t.Errorf("log without cause or stack: %s", log)
	}
	if strings.Contains(log, "1701234567") {
		t.Error("the log holds the number")
	}
	r.svc.hook = nil
	if a := r.do(t, "POST", "/v1/otp/send", goodSend); a.status != 202 {
		t.Errorf("after a panic: %d", a.status)
	}
}

func TestMaxInFlight(t *testing.T) {
	r := start(t, Config{MaxInFlight: 1})
	held, free := make(chan bool), make(chan bool)
	r.svc.hook = func(context.Context) error { held <- true; <-free; return nil }
	first := make(chan answer)
	go func() { first <- r.do(t, "POST", "/v1/otp/send", goodSend) }()
	<-held
	a := r.do(t, "POST", "/v1/otp/send", goodSend)
	if a.status != 503 || !strings.Contains(a.body, `"code":"overloaded"`) || a.header["Retry-After"] != "1" {
		t.Errorf("%d %s", a.status, a.body)
	}
	close(free)
	if a := <-first; a.status != 202 {
		t.Errorf("the first one: %d", a.status)
	}
}

// TestDrain holds that what is in flight is answered before Shutdown returns,
// and told to close its connection.
func TestDrain(t *testing.T) {
	r := start(t, Config{})
	held, free := make(chan bool), make(chan bool)
	r.svc.hook = func(context.Context) error { held <- true; <-free; return nil }
	first := make(chan answer)
	go func() { first <- r.do(t, "POST", "/v1/otp/send", goodSend) }()
	<-held
	down := make(chan error)
	go func() { down <- r.Shutdown(context.Background()) }()
	for !r.Draining() {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-down:
		t.Fatalf("Shutdown returned (%v) with a request in flight", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(free)
	a := <-first
	if a.status != 202 || a.header["Connection"] != "close" {
		t.Errorf("%d, Connection %q", a.status, a.header["Connection"])
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
}

// TestDrainRunsOut holds that a drain without time left cancels what is in
// flight, and says so.
func TestDrainRunsOut(t *testing.T) {
	r := start(t, Config{Timeout: time.Minute})
	held := make(chan bool)
	r.svc.hook = func(ctx context.Context) error { held <- true; <-ctx.Done(); return ctx.Err() }
	first := make(chan answer)
	go func() { first <- r.do(t, "POST", "/v1/otp/send", goodSend) }()
	<-held
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Shutdown(ctx); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "1 requests") {
		t.Errorf("Shutdown: %v", err)
	}
	if a := <-first; a.status != 503 || !strings.Contains(a.body, `"code":"timeout"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestMetrics(t *testing.T) {
	r := start(t, Config{})
	r.do(t, "POST", "/v1/otp/send", goodSend, "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.do(t, "POST", "/v1/otp/send", "{")
	r.do(t, "GET", "/v1/otp/otp_"+testID.String(), "")
	r.do(t, "GET", "/favicon.ico", "")
	families, err := r.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, f := range families {
		if f.GetName() != "tollgate_http_request_duration_seconds" {
			continue
		}
		for _, m := range f.Metric {
			h := m.GetHistogram()
			got[m.Label[1].GetValue()+" "+m.Label[0].GetValue()] = h.GetSampleCount()
			if len(h.Bucket) == 0 || h.Schema == nil {
				t.Errorf("%v: not both classic and native", m.Label)
			}
		}
	}
	for k, n := range map[string]uint64{"/v1/otp/send 202": 1, "/v1/otp/send 400": 1, "/v1/otp/{id} 200": 1, "unknown 404": 1} {
		if got[k] != n {
			t.Errorf("%s counted %d times, want %d; all: %v", k, got[k], n, got)
		}
	}
	log := r.log.String()
	if !strings.Contains(log, "route=/v1/otp/send status=202") || strings.Contains(log, "1701234567") || strings.Contains(log, testKey) {
		t.Errorf("access log: %s", log)
	}
}

func TestTenantsShareNoKey(t *testing.T) {
	h := sha256.Sum256([]byte("k"))
	a := &gateway.Tenant{ID: "a", KeyHashes: [][32]byte{h, h}}
	b := &gateway.Tenant{ID: "b", KeyHashes: [][32]byte{h}}
	ts, err := NewTenants([]*gateway.Tenant{a})
	if err != nil {
		t.Fatal(err)
	}
	if err := ts.Swap([]*gateway.Tenant{b, a}); err == nil {
		t.Error("two tenants with one key")
	}
	if got := ts.Find([]byte("k")); got != a {
		t.Errorf("after a refused swap the key finds %v", got)
	}
}

func TestConfigValidate(t *testing.T) {
	if err := (&Config{}).Validate(); err != nil {
		t.Error(err)
	}
	err := (&Config{BodyLimit: 10, Timeout: 1, MaxInFlight: -1}).Validate()
	for _, part := range []string{"body limit 10", "timeout 1ns", "negative"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("no %q in %v", part, err)
		}
	}
}
