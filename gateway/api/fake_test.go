package api

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"tollgate/fraud"
	"tollgate/gateway"
	"tollgate/gateway/store"
)

const testKey = "a-key-for-tests"

var (
	noon    = time.Date(2026, 3, 4, 12, 0, 0, 123456789, time.UTC)
	testID  = store.NewID(noon, "+491701234567", [9]byte{1, 2, 3})
	anAllow = fraud.Decision{Kind: fraud.Allow, Score: 12.5, Reasons: []fraud.Reason{
		{Code: "NEW_NUMBER", Points: 12.5, Evidence: `first "seen" now`}}}
)

// fake answers as a test tells it to and keeps what it was asked.
type fake struct {
	mu       sync.Mutex
	err      error
	sent     *gateway.SendRequest
	check    *gateway.CheckRequest
	tenant   *gateway.Tenant
	open     bool
	after    store.ID
	limit    int
	number   int // of reviews there are
	note     string
	feedback *gateway.FeedbackRequest
	hook     func(ctx context.Context) error
}

func (f *fake) note1(ctx context.Context, t *gateway.Tenant) error {
	f.mu.Lock()
	f.tenant = t
	f.mu.Unlock()
	if f.hook != nil {
		return f.hook(ctx)
	}
	return f.err
}

func (f *fake) Send(ctx context.Context, t *gateway.Tenant, r *gateway.SendRequest) (*gateway.Accepted, error) {
	f.mu.Lock()
	f.sent = new(*r) // r is the server's own again when this returns
	f.mu.Unlock()
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	return &gateway.Accepted{ID: testID, Kind: r.Kind, To: "+491701234567", Decision: anAllow, ExpiresAt: noon}, nil
}

// SendMany accepts every line but those to +49.
func (f *fake) SendMany(ctx context.Context, t *gateway.Tenant, list []*gateway.SendRequest) (sent []gateway.Sent) {
	for _, r := range list {
		a, err := f.Send(ctx, t, r)
		if r.To == "+49" {
			a, err = nil, &gateway.Refusal{Code: gateway.CodeInvalidNumber, Field: "to", Detail: "too short"}
		}
		sent = append(sent, gateway.Sent{Accepted: a, Err: err})
	}
	return sent
}

func (f *fake) Check(ctx context.Context, t *gateway.Tenant, r *gateway.CheckRequest) (*gateway.CheckResult, error) {
	f.mu.Lock()
	f.check = r
	f.mu.Unlock()
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	return &gateway.CheckResult{Status: store.ChallengePending, AttemptsLeft: 4}, nil
}

func (f *fake) View(ctx context.Context, t *gateway.Tenant, id store.ID, kind store.Kind) (*gateway.View, error) {
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	return aView(id, kind), nil
}

func (f *fake) Cancel(ctx context.Context, t *gateway.Tenant, id store.ID) (*gateway.View, error) {
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	v := aView(id, store.KindOTP)
	v.Delivery.Status, v.Challenge.Status = store.Canceled, store.ChallengeCanceled
	return v, nil
}

func (f *fake) Score(ctx context.Context, t *gateway.Tenant, r *gateway.SendRequest) (*gateway.ScoreResult, error) {
	f.mu.Lock()
	f.sent = new(*r) // r is the server's own again when this returns
	f.mu.Unlock()
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	return &gateway.ScoreResult{To: "+491701234567", Decision: anAllow, Facts: []gateway.Fact{
		{Name: "line_type", Value: "mobile", Source: "plan"},
		{Name: "imsi_changed", Source: "static", Age: 1500 * time.Millisecond, Latency: 1234 * time.Microsecond, Error: "time-out"},
		{Name: "roaming", Value: false, Source: "static", Cached: true, Disputed: true},
		{Name: "ported_at", Value: noon, Source: "static"},
		{Name: "sends", Value: 3, Source: "counters"},
		{Name: "rate", Value: 0.5, Source: "counters"},
		{Name: "since", Value: time.Minute, Source: "counters"},
		{Name: "networks", Value: []string{"26201"}, Source: "static"},
	}, Held: "frozen", Review: store.ID{1}}, nil
}

func (f *fake) Feedback(ctx context.Context, t *gateway.Tenant, r *gateway.FeedbackRequest) error {
	f.mu.Lock()
	f.feedback = r
	f.mu.Unlock()
	return f.note1(ctx, t)
}

func (f *fake) Reviews(ctx context.Context, t *gateway.Tenant, open bool, after store.ID, limit int) ([]*store.Review, error) {
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	f.open, f.after, f.limit = open, after, limit
	var page []*store.Review
	for range min(limit, f.number) {
		page = append(page, aReview(testID))
	}
	return page, nil
}

func (f *fake) Review(ctx context.Context, t *gateway.Tenant, id store.ID) (*store.Review, error) {
	return aReview(id), f.note1(ctx, t)
}

func (f *fake) Resolve(ctx context.Context, t *gateway.Tenant, id store.ID, resolution, note string) (*store.Review, error) {
	if err := f.note1(ctx, t); err != nil {
		return nil, err
	}
	f.note = note
	r := aReview(id)
	r.ResolvedAt, r.Resolution, r.Note, r.By = noon, resolution, note, "tenant"
	return r, nil
}

func aReview(id store.ID) *store.Review {
	return &store.Review{ID: id, To: "+491701234567", AccountID: "u1", Purpose: "withdrawal", Kind: store.ReviewFreeze,
		Decision: fraud.Decision{Kind: fraud.Review, Score: 800, Reasons: []fraud.Reason{{Code: "IMSI_CHANGED", Points: 800}}}, OpenedAt: noon}
}

func aView(id store.ID, kind store.Kind) *gateway.View {
	v := &gateway.View{
		Message: &store.Message{ID: id, Kind: kind, To: "+491701234567", Purpose: "login", CreatedAt: noon, ExpiresAt: noon.Add(5 * time.Minute), Decision: anAllow},
		Delivery: &store.Delivery{ID: id, Status: store.Delivered, Carrier: "sim", Attempts: 1, Timeline: []store.Step{
			{Name: "accepted", At: noon, Latency: 1500 * time.Microsecond},
			{Name: "routed", At: noon.Add(time.Millisecond), Carrier: "sim", Detail: "network 26201"},
		}},
	}
	if kind == store.KindOTP {
		v.Challenge = &store.Challenge{ID: id, Status: store.ChallengePending}
	}
	return v
}

func testTenants() []*gateway.Tenant {
	return []*gateway.Tenant{
		{ID: "acme", KeyHashes: [][32]byte{sha256.Sum256([]byte(testKey)), sha256.Sum256([]byte("second"))}},
		{ID: "other", KeyHashes: [][32]byte{sha256.Sum256([]byte("others"))}},
	}
}

// running is a server on an in-memory listener.
type running struct {
	*Server
	svc *fake
	reg *prometheus.Registry
	ln  *fasthttputil.InmemoryListener
	log *logLines
	hc  *fasthttp.Client
}

func start(t *testing.T, cfg Config) *running {
	t.Helper()
	tenants, err := NewTenants(testTenants())
	if err != nil {
		t.Fatal(err)
	}
	r := &running{svc: &fake{}, reg: prometheus.NewRegistry(), ln: fasthttputil.NewInmemoryListener(), log: &logLines{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if r.Server, err = New(cfg, r.svc, tenants, NewMetrics(r.reg), log); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.Serve(r.ln) }()
	r.hc = &fasthttp.Client{Dial: func(string) (net.Conn, error) { return r.ln.Dial() }}
	t.Cleanup(func() {
		r.hc.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

// answer is a response that the test may keep.
type answer struct {
	status int
	header map[string]string
	body   string
}

// do sends a request; headers are name, value, name, value. The test's key is
// sent unless headers name an Authorization.
func (r *running) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://api" + path)
	req.Header.SetMethod(method)
	req.Header.SetNoDefaultContentType(true)
	req.SetBodyString(body)
	req.Header.Set("Authorization", "Bearer "+testKey)
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		} else {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	if err := r.hc.DoTimeout(req, resp, 20*time.Second); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	a := answer{status: resp.StatusCode(), header: map[string]string{}, body: string(resp.Body())}
	for k, v := range resp.Header.All() {
		a.header[string(k)] = string(v)
	}
	return a
}

type logLines struct {
	mu sync.Mutex
	b  []byte
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b = append(l.b, p...)
	return len(p), nil
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.b)
}
