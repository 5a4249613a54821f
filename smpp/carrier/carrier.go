package carrier

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

// Handler gets what the carrier says by itself. Receipt and MO run on the link's
// reading goroutine and must not block; LinkState on the link's own.
type Handler interface {
	// Receipt is a delivery receipt. ack answers the deliver_sm or data_sm; it must be
	// called once, from any goroutine, after the outcome is durable.
	Receipt(r receipt.Receipt, carrier string, ack func(pdu.Status))
	// MO is a message from a handset. ack as above.
	MO(m MO, carrier string, ack func(pdu.Status))
	// LinkState tells of a bind that came up, went down (with why) or failed.
	LinkState(carrier string, link int, up bool, err error)
}

// Link is one bind, whatever SMPP library carries it. Submit and its Completer
// behave as those of session.Session.
type Link interface {
	Submit(p *pdu.SubmitSM, done session.Completer) error
	Unbind(ctx context.Context) error
	Close() error
	Done() <-chan struct{}
	Err() error
}

// mood is what an operator or the shutdown wants of the carrier.
type mood uint8

const (
	running mood = iota
	paused
	draining
	closed
)

// Carrier is one SMSC account with its links. All methods can be called from any
// goroutine.
type Carrier struct {
	cfg     Config
	handler Handler
	metrics *carrierMetrics
	log     *slog.Logger

	timeouts atomic.Int64 // in a row
	validity validityCache

	ctx    context.Context // ends when the carrier closes
	cancel context.CancelFunc
	loops  sync.WaitGroup

	mu        sync.Mutex
	mood      mood
	links     []*link
	waiting   list.List // of *waiter
	rate      bucket
	timer     *time.Timer // serves the queue when the rate allows
	timerAt   time.Time   // zero: not set
	started   bool
	idle      chan struct{} // closed when nothing is under way, for Drain; nil: nobody waits
	since     time.Time     // of the present state, up or down
	lastError error
}

// New prepares a carrier; Start binds it. All that is wrong with cfg is in the
// one error.
func New(cfg Config, h Handler, m *Metrics, log *slog.Logger) (*Carrier, error) {
	if errs := cfg.Validate(); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	cfg = cfg.withDefaults()
	now := time.Now()
	c := &Carrier{
		cfg: cfg, handler: h, log: log.With("carrier", cfg.Name),
		rate: newBucket(cfg.TPS, now), since: now,
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	for i, mode := range cfg.modes() {
		l := &link{c: c, index: i, mode: mode, window: newAdaptive(cfg.Window, cfg.FixedWindow)}
		l.aimd.ceiling = cfg.TPS / float64(cfg.Links)
		c.links = append(c.links, l)
	}
	c.timer = time.AfterFunc(time.Hour, c.serve)
	c.timer.Stop()
	metrics, err := m.add(c)
	if err != nil {
		c.cancel()
		return nil, fmt.Errorf("carrier %s: %w", cfg.Name, err)
	}
	c.metrics = metrics
	return c, nil
}

// stopping tells that links are not to be bound again.
func (c *Carrier) stopping() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mood >= draining
}

// Name is the carrier's name.
func (c *Carrier) Name() string { return c.cfg.Name }

// Start binds the links in the background, and again whenever they are lost,
// until Close. A second Start does nothing.
func (c *Carrier) Start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started || c.mood >= draining {
		return
	}
	c.started, c.since = true, time.Now()
	for _, l := range c.links {
		c.loops.Go(l.run)
	}
}

// Close ends all links at once, without unbind, and waits for their goroutines. It
// must not be called from a callback. What is under way is completed.
func (c *Carrier) Close() error {
	c.mu.Lock()
	c.mood = closed
	c.failWaiting(ErrClosed)
	c.timer.Stop()
	c.mu.Unlock()
	c.cancel()
	c.loops.Wait()
	c.metrics.remove()
	return nil
}

// Pause makes Reserve fail with ErrPaused until Resume. The links stay bound, and
// receipts keep coming.
func (c *Carrier) Pause() { c.setMood(running, paused) }

// Resume ends a Pause.
func (c *Carrier) Resume() { c.setMood(paused, running) }

func (c *Carrier) setMood(from, to mood) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mood != from {
		return
	}
	c.mood = to
	if to == paused {
		c.failWaiting(ErrPaused)
	}
}

// Drain takes no more messages, waits until all responses are in, unbinds every
// link and closes the carrier. When ctx ends first it closes at once and says so.
func (c *Carrier) Drain(ctx context.Context) error {
	c.mu.Lock()
	if c.mood < draining {
		c.mood = draining
	}
	c.failWaiting(ErrClosed)
	if c.idle == nil {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.wakeIdle()
	c.mu.Unlock()
	var err error
	select {
	case <-idle:
		err = c.unbindAll(ctx)
	case <-ctx.Done():
		err = fmt.Errorf("carrier %s: drain: %d messages have no response: %w", c.cfg.Name, c.used(), ctx.Err())
	}
	return errors.Join(err, c.Close())
}

// unbindAll unbinds the links side by side.
func (c *Carrier) unbindAll(ctx context.Context) error {
	var wg sync.WaitGroup
	errs := make([]error, len(c.links))
	for i, l := range c.links {
		if conn := l.bound(); conn != nil {
			wg.Go(func() { errs[i] = conn.Unbind(ctx) })
		}
	}
	wg.Wait()
	return errors.Join(errs...)
}

// used is how many window slots are taken, of all links.
func (c *Carrier) used() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.usedLocked()
}

func (c *Carrier) usedLocked() int {
	n := 0
	for _, l := range c.links {
		n += l.used
	}
	return n
}

// wakeIdle tells Drain when nothing is under way any more. Called with mu held.
func (c *Carrier) wakeIdle() {
	if c.idle == nil || c.usedLocked() > 0 {
		return
	}
	select {
	case <-c.idle:
	default:
		close(c.idle)
	}
}

// Coding is how texts are written for this carrier; the caller sets Ref.
func (c *Carrier) Coding() coding.Options { return c.cfg.Coding }

// ByReference tells that receipts name their message by user_message_reference.
func (c *Carrier) ByReference() bool { return c.cfg.ByReference }
