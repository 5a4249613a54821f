package api

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"tollgate/gateway/store"
)

const usualSend = `{"to":"+491701234567","purpose":"login","account_id":"user-4711","context":{"ip":"192.0.2.7","device_id":"d-0815","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"}}`

// BenchmarkSend is the API's own share of a send: all but sockets and service.
func BenchmarkSend(b *testing.B) {
	tenants, err := NewTenants(testTenants())
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{}, &fake{}, tenants, NewMetrics(prometheus.NewRegistry()), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	var ctx fasthttp.RequestCtx
	ctx.Request.Header.SetMethod("POST")
	ctx.Request.SetRequestURI("/v1/otp/send")
	ctx.Request.Header.Set("Authorization", "Bearer "+testKey)
	ctx.Request.Header.Set("Content-Type", "application/json")
	ctx.Request.SetBodyString(usualSend)
	b.ReportAllocs()
	for b.Loop() {
		ctx.Response.Reset()
		s.handle(&ctx)
	}
	if ctx.Response.StatusCode() != 202 {
		b.Fatalf("%d %s", ctx.Response.StatusCode(), ctx.Response.Body())
	}
}

func BenchmarkDecodeSend(b *testing.B) {
	body := []byte(usualSend)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeSend(new(sendBody), body, store.KindOTP, false); err != nil {
			b.Fatal(err)
		}
	}
}
