package ops

import (
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func get(s *Server, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://ops"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func testServer(cfg Config) *Server {
	reg := prometheus.NewRegistry()
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tollgate_test_seconds", Help: "h", Buckets: []float64{1}})
	h.(prometheus.ExemplarObserver).ObserveWithExemplar(.5, prometheus.Labels{"trace_id": "abc"})
	reg.MustRegister(h)
	cfg.Gatherer = reg
	cfg.Log = slog.New(slog.DiscardHandler)
	s := New(cfg)
	said := func(what string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, what) })
	}
	s.Handle("GET /dev/inbox", said("inbox"))
	s.HandleAdmin("POST /admin/reload", said("reloaded"))
	return s
}

func TestCredential(t *testing.T) {
	auth := BearerSHA256(sha256.Sum256([]byte("one")), sha256.Sum256([]byte("two")))
	for _, c := range []struct {
		name, method, path, header string
		cfg                        Config
		status                     int
	}{
		{"metrics are open", "GET", "/metrics", "", Config{Auth: auth}, 200},
		{"health is open", "GET", "/healthz", "", Config{Auth: auth}, 200},
		{"mounted", "GET", "/dev/inbox", "", Config{Auth: auth}, 200},
		{"profiles are not", "GET", "/debug/pprof/", "", Config{Auth: auth}, 401},
		{"admin is not", "POST", "/admin/reload", "", Config{Auth: auth}, 401},
		{"unknown admin", "POST", "/admin/nope", "", Config{Auth: auth}, 401},
		{"wrong token", "POST", "/admin/reload", "Bearer three", Config{Auth: auth}, 401},
		{"empty token", "POST", "/admin/reload", "Bearer ", Config{Auth: auth}, 401},
		{"wrong scheme", "POST", "/admin/reload", "Basic one", Config{Auth: auth}, 401},
		{"first token", "POST", "/admin/reload", "Bearer one", Config{Auth: auth}, 200},
		{"second token", "GET", "/debug/pprof/cmdline", "bearer two", Config{Auth: auth}, 200},
		{"unknown admin with a token", "POST", "/admin/nope", "Bearer one", Config{Auth: auth}, 404},
		{"no token configured", "POST", "/admin/reload", "Bearer one", Config{}, 401},
		{"development", "POST", "/admin/reload", "", Config{Open: true}, 200},
		{"unknown", "GET", "/nope", "", Config{Auth: auth}, 404},
	} {
		w := get(testServer(c.cfg), c.method, c.path, "Authorization", c.header)
		if w.Code != c.status || (w.Code == 401) != (w.Header().Get("WWW-Authenticate") != "") {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func TestOtherSitesMayNotChange(t *testing.T) {
	w := get(testServer(Config{Open: true}), "POST", "/admin/reload", "Sec-Fetch-Site", "cross-site")
	if w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}

func TestMetricsFormats(t *testing.T) {
	s := testServer(Config{})
	w := get(s, "GET", "/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	if b := w.Body.String(); !strings.Contains(b, `trace_id="abc"`) || !strings.HasSuffix(b, "# EOF\n") {
		t.Errorf("OpenMetrics without exemplar: %s", b)
	}
	w = get(s, "GET", "/metrics", "Accept", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "application/vnd.google.protobuf") {
		t.Errorf("native histograms need protobuf, got %s", ct)
	}
}

func TestReady(t *testing.T) {
	component := func(name, state string, ok, required bool) Component {
		return Component{name, func() (string, bool, bool) { return state, ok, required }}
	}
	store := component("store pebble", "fsync", true, true)
	down := component("carrier a", "unbound:\n connection refused", false, false)
	full := component("store pebble", "disk is full", false, true)
	for _, c := range []struct {
		have   []Component
		status int
		brief  string
		long   string
	}{
		{nil, 200, "ready\n", "ready\n"},
		{[]Component{store, down}, 200, "ready\n", "ok   store pebble: fsync\nwarn carrier a: unbound: connection refused\nready\n"},
		{[]Component{down, full}, 503, "not ready\n", "warn carrier a: unbound: connection refused\nDOWN store pebble: disk is full\nnot ready\n"},
	} {
		s := testServer(Config{Components: func() []Component { return c.have }})
		for path, want := range map[string]string{"/readyz": c.brief, "/readyz?verbose": c.long} {
			if w := get(s, "GET", path); w.Code != c.status || w.Body.String() != want {
				t.Errorf("%s: %d %q, want %d %q", path, w.Code, w.Body, c.status, want)
			}
		}
	}
}

func TestServeAndShutdown(t *testing.T) {
	s := testServer(Config{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	resp, err := http.Get("http://" + ln.Addr().String() + "/healthz")
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
