// Package ops is the listener for operations: metrics, health, readiness,
// profiles and the administration of a running gateway. It listens apart from
// the API, so that neither load nor a mistake on one side reaches the other.
//
// /metrics, /healthz and /readyz need no credential. Everything under /admin/
// and /debug/ does; in development, where the listener is on loopback, it may
// be left off. Requests that change something are refused when another web
// site's page made a browser send them.
package ops

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Config is what the listener serves.
type Config struct {
	Gatherer   prometheus.Gatherer
	Components func() []Component // asked at each /readyz
	// Auth says whether a request carries a credential. Without it nothing
	// under /admin/ and /debug/ is served, unless Open.
	Auth func(*http.Request) bool
	Open bool // development: no credential is needed
	Log  *slog.Logger
}

// Server answers operations.
type Server struct {
	cfg  Config
	mux  *http.ServeMux
	http *http.Server
}

// New makes a Server with the paths that every node has.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, mux: http.NewServeMux()}
	s.http = &http.Server{
		Handler:           http.NewCrossOriginProtection().Handler(s.mux),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	s.Handle("GET /metrics", promhttp.HandlerFor(cfg.Gatherer, promhttp.HandlerOpts{
		EnableOpenMetrics:                   true,
		EnableOpenMetricsTextCreatedSamples: false,
		MaxRequestsInFlight:                 4,
		Timeout:                             10 * time.Second,
		ErrorLog:                            s.http.ErrorLog,
	}))
	s.Handle("GET /healthz", http.HandlerFunc(healthz))
	s.Handle("GET /readyz", http.HandlerFunc(s.readyz))
	s.HandleAdmin("/debug/pprof/", http.HandlerFunc(pprof.Index))
	s.HandleAdmin("/debug/pprof/cmdline", http.HandlerFunc(pprof.Cmdline))
	s.HandleAdmin("/debug/pprof/profile", http.HandlerFunc(pprof.Profile))
	s.HandleAdmin("/debug/pprof/symbol", http.HandlerFunc(pprof.Symbol))
	s.HandleAdmin("/debug/pprof/trace", http.HandlerFunc(pprof.Trace))
	s.HandleAdmin("/admin/", http.NotFoundHandler()) // 401 before 404: what there is, is nobody's business
	return s
}

// Handle mounts a handler that needs no credential, by a pattern of
// http.ServeMux such as "GET /dev/inbox". Call it before Serve. A pattern for
// "/" must name no method, since /admin/ takes every one.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// HandleAdmin mounts a handler that needs a credential.
func (s *Server) HandleAdmin(pattern string, h http.Handler) { s.mux.Handle(pattern, s.guard(h)) }

// Serve answers what ln accepts until Shutdown; it then returns nil.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("ops: serving %s: %w", ln.Addr(), err)
	}
	return nil
}

// Shutdown stops accepting and waits for what is in flight; what is left when
// ctx ends, a profile being recorded say, is cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.http.Shutdown(ctx) == nil {
		return nil
	}
	return s.http.Close()
}

// ServeHTTP answers one request without a listener.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.http.Handler.ServeHTTP(w, r) }
