package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// NotifierConfig bounds the webhooks. The zero value has the defaults.
type NotifierConfig struct {
	// QueueSize is how many events are held in memory, those that wait for
	// another attempt included. When it is full new ones are dropped and
	// counted: news must never hold up a send. Default 10 000.
	QueueSize int
	Workers   int // posts at the same time; default 8
	// PerEndpoint is how many of the workers one URL may keep busy, so that a
	// receiver that hangs does not stop the others. Default half of them.
	PerEndpoint int
	MaxAttempts int           // default 5; the pauses before them: 0, 5 s, 5 min, 30 min, 2 h, ...
	Timeout     time.Duration // of one attempt; default 10 s
	// AllowPrivate lets webhooks go to loopback, private and link-local
	// addresses: for development and closed networks.
	AllowPrivate bool
	// AllowHTTP lets webhooks go over plain http.
	AllowHTTP bool
	Random    io.Reader        // ids and jitter, for many goroutines at once; default crypto/rand
	Now       func() time.Time // default time.Now

	transport http.RoundTripper // tests put their own
}

func (c *NotifierConfig) setDefaults() {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&c.QueueSize, 10_000)
	def(&c.Workers, 8)
	def(&c.PerEndpoint, max(1, c.Workers/2))
	def(&c.MaxAttempts, 5)
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.transport == nil {
		c.transport = newTransport(c)
	}
}

// Notifier posts events to tenants, signed by Standard Webhooks, each until
// the receiver answers 2xx or the attempts are used up. It is for many
// goroutines; Close ends it.
type Notifier struct {
	cfg     NotifierConfig
	log     *slog.Logger
	metrics *metrics
	client  *http.Client
	ctx     context.Context // of every post
	cancel  context.CancelFunc
	workers sync.WaitGroup

	// ready has room for QueueSize jobs, as many as there can be: sending to
	// it never blocks.
	ready chan *job

	mu        sync.Mutex
	closed    bool
	jobs      int // everywhere: ready, parked, in flight, waiting
	idle      chan struct{}
	waiting   map[*job]*time.Timer // for their next attempt
	endpoints map[string]*endpoint
	gone      map[string]struct{} // answered 410
}

// NewNotifier starts the workers. A nil reg registers no metrics.
func NewNotifier(cfg NotifierConfig, reg prometheus.Registerer, log *slog.Logger) *Notifier {
	cfg.setDefaults()
	n := &Notifier{
		cfg: cfg, log: log, metrics: newMetrics(reg), client: newClient(&cfg),
		ready:     make(chan *job, cfg.QueueSize),
		idle:      make(chan struct{}),
		waiting:   make(map[*job]*time.Timer),
		endpoints: make(map[string]*endpoint),
		gone:      make(map[string]struct{}),
	}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	for range cfg.Workers {
		n.workers.Go(n.work)
	}
	return n
}

// Notify queues an event and returns at once. False means that it will not be
// posted: its URL or secret cannot be used, its receiver is gone, the queue is
// full, or the Notifier is closed. Each is counted, and logged where somebody
// has to mend something.
func (n *Notifier) Notify(e Event) bool {
	j, err := newJob(&e, n.cfg.Random, n.cfg.AllowPrivate, n.cfg.AllowHTTP)
	if err != nil {
		n.count(resultRefused)
		n.log.Warn("webhook not sent", "tenant", e.Tenant, "type", e.Type, "err", err)
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := endpointKey(j)
	if _, gone := n.gone[key]; gone {
		n.count(resultGone)
		return false
	}
	if n.closed || n.jobs >= n.cfg.QueueSize {
		n.count(resultDropped)
		return false
	}
	j.endpoint = n.endpoint(key)
	j.endpoint.jobs++
	n.jobs++
	n.metrics.depth.Set(float64(n.jobs))
	n.ready <- j
	return true
}

// Close takes no more events and posts those it has, those that wait for
// another attempt once more and at once. When ctx ends first, what is left is
// abandoned, and the error says how many.
func (n *Notifier) Close(ctx context.Context) error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		<-n.idle
		return nil
	}
	n.closed = true
	for j := range n.waiting {
		n.resume(j)
	}
	if n.jobs == 0 {
		close(n.idle)
	}
	n.mu.Unlock()

	err := n.drain(ctx)
	close(n.ready)
	n.workers.Wait()
	n.cancel()
	n.client.CloseIdleConnections()
	return err
}

func (n *Notifier) drain(ctx context.Context) error {
	select {
	case <-n.idle:
		return nil
	case <-ctx.Done():
	}
	n.mu.Lock()
	left := n.jobs
	n.mu.Unlock()
	n.cancel() // what is in flight and what follows it fails now
	<-n.idle
	if left == 0 {
		return nil
	}
	return fmt.Errorf("webhook: %d were not posted before the end: %w", left, context.Cause(ctx))
}

func (n *Notifier) count(result string) { n.metrics.total.WithLabelValues(result).Inc() }
