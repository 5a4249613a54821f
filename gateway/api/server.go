package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Server answers HTTP v1.
type Server struct {
	cfg     Config
	svc     Service
	tenants *Tenants
	metrics *Metrics
	log     *slog.Logger
	router  *router
	unknown *routeObserver
	http    *fasthttp.Server

	inFlight atomic.Int64
	draining atomic.Bool
	base     context.Context // ends what is in flight when a drain runs out of time
	stop     context.CancelFunc
	requests sync.Pool
}

// New makes a Server that serves nothing yet.
func New(cfg Config, svc Service, tenants *Tenants, m *Metrics, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg.withDefaults(), svc: svc, tenants: tenants, metrics: m, log: log,
		router: newRouter(routes, m), unknown: m.route(unknownRoute),
	}
	s.base, s.stop = context.WithCancel(context.Background())
	s.requests.New = func() any { return new(request) }
	s.http = &fasthttp.Server{
		Handler:      s.handle,
		ErrorHandler: s.unreadable,
		Logger:       quiet{log},

		ReadTimeout:  s.cfg.ReadTimeout,
		WriteTimeout: s.cfg.WriteTimeout,
		IdleTimeout:  s.cfg.IdleTimeout,
		Concurrency:  s.cfg.MaxConnections,
		// A body a little too large is read to its end, so that its answer
		// is not lost to a reset connection; beyond that we stop reading.
		MaxRequestBodySize: (batchBodies + 4) * s.cfg.BodyLimit,
		ReadBufferSize:     8 << 10, // also the limit of a request's header

		NoDefaultServerHeader:        true,
		NoDefaultContentType:         true,
		DisablePreParseMultipartForm: true,
		SecureErrorLogMessage:        true,
		CloseOnShutdown:              true,
		TCPKeepalive:                 true,
	}
	return s, nil
}

// Serve answers what ln accepts until Shutdown; it then returns nil.
func (s *Server) Serve(ln net.Listener) error {
	if err := s.http.Serve(ln); err != nil {
		return fmt.Errorf("api: serving %s: %w", ln.Addr(), err)
	}
	return nil
}

// Shutdown stops accepting, lets what is in flight finish and closes each
// connection behind its answer. When ctx ends first, what is still in flight
// is canceled (the client gets a 503) and ctx's error returned; requests that
// then still come in on old connections are refused.
func (s *Server) Shutdown(ctx context.Context) error {
	s.draining.Store(true)
	err := s.http.ShutdownWithContext(ctx)
	s.stop()
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("api: %d requests were still in flight at the end of the drain: %w", s.inFlight.Load(), err)
	}
	return err
}

// Draining says that Shutdown was called, for /readyz.
func (s *Server) Draining() bool { return s.draining.Load() }

// deadline is the context of one request, which ends it.
func (s *Server) deadline() *lateContext {
	return &lateContext{base: s.base, deadline: time.Now().Add(s.cfg.Timeout)}
}

// quiet takes fasthttp's own log lines. They are about broken connections,
// which clients cause, so they are no more than debug.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, args ...any) {
	if q.log.Enabled(context.Background(), slog.LevelDebug) {
		q.log.Debug("http connection", "detail", fmt.Sprintf(format, args...))
	}
}

// retryLater is how long a client waits for a node that is draining or full.
const retryLater = time.Second
