package account

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// post is one attempt as the receiver saw it.
type post struct {
	at     time.Time
	url    string
	header http.Header
	body   []byte
}

// receiver plays all receivers: answer says what to do with a post.
type receiver struct {
	mu     sync.Mutex
	posts  []post
	answer func(ctx context.Context, p *post, n int) (status int, err error)
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	p := post{time.Now(), req.URL.String(), req.Header, body}
	r.mu.Lock()
	r.posts = append(r.posts, p)
	n := len(r.posts)
	r.mu.Unlock()
	status, err := r.answer(req.Context(), &p, n)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
}

func always(status int) func(context.Context, *post, int) (int, error) {
	return func(context.Context, *post, int) (int, error) { return status, nil }
}

// hang answers nothing before the client gives up.
func hang(ctx context.Context, _ *post, _ int) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

func start(cfg NotifierConfig, r *receiver) (*Notifier, *prometheus.Registry) {
	reg := prometheus.NewRegistry()
	cfg.transport = r
	return NewNotifier(cfg, reg, slog.New(slog.DiscardHandler)), reg
}

func event(url string) Event {
	return Event{Tenant: "shop", URL: url, Secret: secret, Type: TypeFrozen, At: t0, Data: map[string]string{"review_id": "rev_1"}}
}

// value reads a counter or a gauge.
func value(t *testing.T, m prometheus.Metric) float64 {
	t.Helper()
	var d dto.Metric
	if err := m.Write(&d); err != nil {
		t.Fatal(err)
	}
	return d.GetCounter().GetValue() + d.GetGauge().GetValue()
}

// results checks tollgate_webhooks_total: what is not named must be 0.
func results(t *testing.T, n *Notifier, want map[string]float64) {
	t.Helper()
	for _, r := range []string{resultDelivered, resultRetried, resultGaveUp, resultGone, resultRefused, resultDropped, resultAbandoned} {
		if got := value(t, n.metrics.total.WithLabelValues(r)); got != want[r] {
			t.Errorf("tollgate_webhooks_total{result=%q} = %v; want %v", r, got, want[r])
		}
	}
}

func closed(t *testing.T, n *Notifier) {
	t.Helper()
	if err := n.Close(context.Background()); err != nil {
		t.Errorf("Close = %v", err)
	}
	if len(n.endpoints) != 0 || len(n.waiting) != 0 || value(t, n.metrics.depth) != 0 {
		t.Errorf("after Close: %d endpoints, %d waiting, depth %v", len(n.endpoints), len(n.waiting), value(t, n.metrics.depth))
	}
}

func TestRetriesOnScheduleUnderOneID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: always(http.StatusInternalServerError)}
		n, _ := start(NotifierConfig{}, r)
		began := time.Now()
		if !n.Notify(event("https://example.com/hook?token=x")) {
			t.Fatal("Notify = false")
		}
		time.Sleep(24 * time.Hour)
		closed(t, n)
		results(t, n, map[string]float64{resultRetried: 4, resultGaveUp: 1})
		if len(r.posts) != 5 {
			t.Fatalf("%d attempts; want 5", len(r.posts))
		}
		for i, p := range r.posts {
			if pause := p.at.Sub(began); pause < pauses[i] || pause > pauses[i]+pauses[i]/5 {
				t.Errorf("attempt %d came %v after the one before; want %v and up to a fifth", i+1, pause, pauses[i])
			}
			began = p.at
			if p.header.Get(headerID) != r.posts[0].header.Get(headerID) || string(p.body) != string(r.posts[0].body) {
				t.Errorf("attempt %d has another id or body", i+1)
			}
			if err := Verify(secret, p.header, p.body, p.at); err != nil {
				t.Errorf("attempt %d: %v", i+1, err)
			}
		}
	})
}

func TestBodyAndSignaturesUnderEachSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: always(http.StatusAccepted)}
		n, _ := start(NotifierConfig{}, r)
		e := event("https://example.com/hook")
		e.Secret += " " + vectors[0].secret
		e.At = t0.In(time.FixedZone("", 3600))
		n.Notify(e)
		closed(t, n)
		results(t, n, map[string]float64{resultDelivered: 1})
		p := r.posts[0]
		if want := `{"type":"number.frozen","timestamp":"2026-03-01T12:00:00Z","data":{"review_id":"rev_1"}}`; string(p.body) != want {
			t.Errorf("body %s; want %s", p.body, want)
		}
		if !json.Valid(p.body) || p.header.Get("Content-Type") != "application/json" {
			t.Errorf("content type %q", p.header.Get("Content-Type"))
		}
		for _, s := range []string{secret, vectors[0].secret} {
			if err := Verify(s, p.header, p.body, p.at); err != nil {
				t.Errorf("under one of two secrets: %v", err)
			}
		}
	})
}

func TestGoneDisablesTheEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(_ context.Context, p *post, _ int) (int, error) {
			if strings.Contains(p.url, "gone") {
				time.Sleep(time.Second)
				return http.StatusGone, nil
			}
			return http.StatusNoContent, nil
		}}
		n, _ := start(NotifierConfig{Workers: 2, PerEndpoint: 1}, r)
		for range 3 { // the second and third are parked when the answer comes
			n.Notify(event("https://example.com/gone"))
		}
		time.Sleep(time.Minute)
		if n.Notify(event("https://example.com/gone")) {
			t.Error("a receiver that is gone was given another event")
		}
		other := event("https://example.com/gone")
		other.Tenant = "bank"
		if !n.Notify(other) || !n.Notify(event("https://example.com/hook")) {
			t.Error("another tenant or URL was disabled with it")
		}
		closed(t, n)
		results(t, n, map[string]float64{resultGone: 5, resultDelivered: 1})
		if len(r.posts) != 3 {
			t.Errorf("%d posts; want 3", len(r.posts))
		}
	})
}

func TestFullQueueDropsAndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(ctx context.Context, p *post, n int) (int, error) {
			if n <= 3 {
				return http.StatusBadGateway, nil
			}
			return http.StatusOK, nil
		}}
		n, _ := start(NotifierConfig{QueueSize: 3, Workers: 1}, r)
		for range 3 {
			n.Notify(event("https://example.com/hook"))
		}
		synctest.Wait() // all three have failed and wait: they still count
		if n.Notify(event("https://example.com/hook")) || value(t, n.metrics.depth) != 3 {
			t.Errorf("a full queue took another; depth %v", value(t, n.metrics.depth))
		}
		time.Sleep(time.Minute)
		if !n.Notify(event("https://example.com/hook")) {
			t.Error("an empty queue refused")
		}
		closed(t, n)
		results(t, n, map[string]float64{resultRetried: 3, resultDelivered: 4, resultDropped: 1})
	})
}

func TestHangingReceiverDoesNotStopOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var quick []time.Time
		r := &receiver{}
		r.answer = func(ctx context.Context, p *post, n int) (int, error) {
			if strings.Contains(p.url, "slow") {
				return hang(ctx, p, n)
			}
			r.mu.Lock()
			quick = append(quick, time.Now())
			r.mu.Unlock()
			return http.StatusOK, nil
		}
		n, _ := start(NotifierConfig{Workers: 4}, r)
		began := time.Now()
		for range 50 {
			n.Notify(event("https://slow.example/hook"))
		}
		for range 10 {
			n.Notify(event("https://quick.example/hook"))
		}
		synctest.Wait()
		if len(quick) != 10 || time.Since(began) != 0 {
			t.Errorf("%d of 10 reached the quick receiver after %v", len(quick), time.Since(began))
		}
		time.Sleep(time.Hour)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := n.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close = %v; want the deadline, the slow ones still wait", err)
		}
	})
}

func TestCloseTriesWaitingOnesOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(_ context.Context, p *post, n int) (int, error) {
			if n == 1 || strings.Contains(p.url, "bad") {
				return 0, errors.New("connection refused")
			}
			return http.StatusOK, nil
		}}
		n, _ := start(NotifierConfig{}, r)
		n.Notify(event("https://example.com/hook"))
		synctest.Wait()
		n.Notify(event("https://example.com/bad"))
		synctest.Wait()
		began := time.Now()
		closed(t, n)
		if time.Since(began) != 0 || len(r.posts) != 4 {
			t.Errorf("Close took %v, %d posts", time.Since(began), len(r.posts))
		}
		results(t, n, map[string]float64{resultRetried: 2, resultDelivered: 1, resultAbandoned: 1})
		if n.Notify(event("https://example.com/hook")) {
			t.Error("a closed Notifier took an event")
		}
		if err := n.Close(context.Background()); err != nil {
			t.Errorf("second Close = %v", err)
		}
	})
}

func TestCloseGivesUpAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := start(NotifierConfig{Workers: 2, Timeout: time.Hour}, &receiver{answer: hang})
		for range 20 {
			n.Notify(event("https://example.com/hook"))
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		began := time.Now()
		err := n.Close(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "20 were not posted") || time.Since(began) != 3*time.Second {
			t.Errorf("Close = %v after %v", err, time.Since(began))
		}
		results(t, n, map[string]float64{resultAbandoned: 20})
	})
}

func TestUnusableEventsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: always(http.StatusOK)}
		n, reg := start(NotifierConfig{}, r)
		bad := []func(*Event){
			func(e *Event) { e.URL = "" },
			func(e *Event) { e.URL = "http://example.com/" },
			func(e *Event) { e.URL = "https://10.0.0.1/" },
			func(e *Event) { e.Secret = "" },
			func(e *Event) { e.Data = func() {} },
			func(e *Event) { e.Data = strings.Repeat("x", maxBody) },
		}
		for i, spoil := range bad {
			e := event("https://example.com/hook")
			if spoil(&e); n.Notify(e) {
				t.Errorf("event %d was taken", i)
			}
		}
		closed(t, n)
		results(t, n, map[string]float64{resultRefused: float64(len(bad))})
		families, err := reg.Gather()
		if err != nil || len(families) != 2 || families[0].GetName() != "tollgate_webhook_queue_depth" || families[1].GetName() != "tollgate_webhooks_total" {
			t.Errorf("metrics: %v, %v", families, err)
		}
	})
}
