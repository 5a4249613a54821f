package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// DispatchConfig bounds what the dispatcher holds.
type DispatchConfig struct {
	// MaxMessages waiting for carriers; above it a send is refused before it
	// is accepted. Default 1 000 000. See bounds.go for what one carrier, and
	// texts, may take of it.
	MaxMessages int
	// MaxBytes of waiting text and bookkeeping. Default 512 MiB.
	MaxBytes int64
	// MaxAwaiting is how many submitted messages may await their receipts; above it
	// a send is refused as well. Default 4 000 000, some 300 octets each beyond
	// ResidentAwaiting.
	MaxAwaiting int
	// MaxAge of the oldest message waiting for a carrier above which it gets
	// no more: a queue that stands still helps nobody. Default 30 min, the
	// longest life of a code.
	MaxAge time.Duration
	// MaxAttempts per message over all carriers and runs, without those that were
	// throttled. Default 6.
	MaxAttempts int
	// ReceiptWait is how long after its expiry a submitted message waits for
	// its receipt before its state is unknown. Default 10 min.
	ReceiptWait time.Duration
	// OrphanWait is how long a receipt waits for the submit_sm_resp that
	// names it. Default 5 s.
	OrphanWait time.Duration
	// MaxFences is how many fence lookups one carrier's queue may have in
	// flight. Default 256.
	MaxFences int
	// Resident is how many messages one carrier's queue holds in memory, default
	// 65 536, and ResidentAwaiting how many stay there of all that await receipts,
	// default 16 384: some 2 KB each. Of the others memory has the ID and the
	// deadline.
	Resident, ResidentAwaiting int
	// ReadAhead is how many messages of a former run are queued ahead of the
	// carriers; the rest stays on disk. Default 20 000: a second of the fastest.
	ReadAhead int
	// MaxParts of one message; a longer text is refused. Default 6.
	MaxParts int
}

func (c DispatchConfig) withDefaults() DispatchConfig {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	wait := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	def(&c.MaxMessages, 1_000_000)
	def(&c.MaxAwaiting, 4_000_000)
	def(&c.MaxAttempts, 6)
	def(&c.MaxFences, 256)
	def(&c.ReadAhead, 20_000)
	def(&c.Resident, 65_536)
	def(&c.ResidentAwaiting, 16_384)
	def(&c.MaxParts, 6)
	wait(&c.MaxAge, 30*time.Minute)
	wait(&c.ReceiptWait, 10*time.Minute)
	wait(&c.OrphanWait, 5*time.Second)
	if c.MaxBytes == 0 {
		c.MaxBytes = 512 << 20
	}
	return c
}

// Dispatcher owns every accepted message until its terminal state: it queues
// it for a carrier, fences it, submits it, retries it elsewhere, and takes its
// receipt. One lane a carrier, so that a slow carrier delays no other.
//
// A message changes under its own lock, wherever the change comes from; the
// writer alone puts it on disk, so that no older state ever follows a newer
// one. Attempts, results and what is decided here are not waited for; what a
// carrier told is on disk before the carrier is acknowledged.
type Dispatcher struct {
	cfg    DispatchConfig
	store  store.Store
	fence  *Fence
	m      *Metrics
	log    *slog.Logger
	now    func() time.Time
	events func(*store.Message, *store.Delivery) // told of every state that a tenant hears of; must neither block nor keep its arguments

	// swapSeen is told of a message that the fence stopped because another
	// SIM, or none, is behind the number.
	swapSeen func(context.Context, *store.Message)

	router   *route.Router
	lanes    map[string]*lane
	codings  []coding.Options // the ways in which their carriers write
	flights  *flightTable
	waiting  atomic.Int64 // messages admitted that have not left for a carrier
	bytes    atomic.Int64
	late     chan late // receipts of messages on disk
	inbox    chan inbound
	keyword  func(inbound) // acts on a keyword and acknowledges it
	writer   *writer
	orphans  *orphans
	recovery recovery
	waking   singleflight.Group // messages that are being read back
	unread   unreadable
	tellRead rate.Sometimes // how often it is logged that some could not be read
	awaiting awaiting
	began    time.Time

	ctx     context.Context
	cancel  context.CancelFunc
	done    sync.WaitGroup
	started bool
}

// Lane is one carrier as the dispatcher is given it.
type Lane struct {
	Carrier *carrier.Carrier
	Route   route.Carrier
	IDMode  receipt.IDMode
}

// NewDispatcher makes a dispatcher without carriers; SetLanes gives it those,
// because a carrier reports to the dispatcher that it is made with.
func NewDispatcher(cfg DispatchConfig, s store.Store, f *Fence, m *Metrics, reg prometheus.Registerer, log *slog.Logger, now func() time.Time) *Dispatcher {
	d := &Dispatcher{
		cfg: cfg.withDefaults(), store: s, fence: f, m: m, log: log, now: now,
		events:   func(*store.Message, *store.Delivery) {},
		lanes:    map[string]*lane{},
		flights:  newFlightTable(),
		late:     make(chan late, maxLate),
		inbox:    make(chan inbound, maxInbound),
		keyword:  func(in inbound) { in.ack(pdu.ESME_ROK) },
		swapSeen: func(context.Context, *store.Message) {},
		writer:   newWriter(),
		awaiting: awaiting{disk: newPagedTable()},
		tellRead: rate.Sometimes{First: 3, Interval: 10 * time.Second},
	}
	d.orphans = newOrphans(d.cfg.OrphanWait)
	d.ctx, d.cancel = context.WithCancel(context.Background())
	reg.MustRegister(newQueueCollector(d))
	return d
}

// SetLanes gives the dispatcher its carriers. It is called once, before Start.
func (d *Dispatcher) SetLanes(lanes []Lane, pick func() float64) error {
	var routes []route.Carrier
	for _, l := range lanes {
		routes = append(routes, l.Route)
		made := newLane(d, l)
		d.lanes[l.Route.Name] = made
		d.learnCoding(made.coding)
	}
	r, err := route.New(routes, d.state, pick)
	d.router = r
	return err
}

// state is a carrier's for who chooses one.
func (d *Dispatcher) state(name string) route.State {
	l, now := d.lanes[name], d.now()
	return l.probes.state(l.health.state(now), now)
}

// Start begins to send, and to recover what the store holds open.
func (d *Dispatcher) Start() error {
	d.began = d.now().Truncate(time.Millisecond) // as the time in an ID
	resume, err := d.beginRecovery()
	if err != nil {
		return fmt.Errorf("recovering open messages: %w", err)
	}
	for _, l := range d.lanes {
		d.spawn(l.run)
	}
	d.spawn(resume)
	d.spawn(d.keepTime)
	d.spawn(d.keepTimeOnDisk)
	d.spawn(d.receive)
	for range lateReaders {
		d.spawn(d.readLate)
	}
	d.started = true
	go d.write()
	return nil
}

func (d *Dispatcher) spawn(f func()) {
	d.done.Add(1)
	go func() {
		defer d.done.Done()
		f()
	}()
}

// Stop ends the lanes and waits for the writes in hand; what is still queued
// stays in the store and is recovered at the next start. The carriers must
// have been drained before.
func (d *Dispatcher) Stop() {
	d.cancel()
	d.done.Wait()
	if d.started {
		d.writer.stop()
	}
}

// Expect makes a message known whose commit begins: as soon as the store shows it,
// somebody may cancel it, and must not take it up from there a second time. Enqueue
// follows, or Unexpect.
func (d *Dispatcher) Expect(f *flight) {
	f.entering = true // nobody else has it yet
	d.flights.put(f)
}

// Unexpect forgets a message whose commit failed.
func (d *Dispatcher) Unexpect(f *flight) { d.flights.remove(f.msg.ID) }

// Enqueue takes over an accepted message. f.size must have been admitted.
func (d *Dispatcher) Enqueue(f *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entering = false
	if f.unwanted {
		d.finish(f, store.Canceled, "canceled", "canceled by the tenant")
		return
	}
	d.enter(f, d.now(), never)
}

// enter queues f, which has waited since then and whose state is that in the store, or
// leaves it to the store where the queue is full and nothing says that it must stay.
// The caller holds f.mu.
func (d *Dispatcher) enter(f *flight, since time.Time, stay func(*lane) bool) {
	if l := d.lanes[f.carrier()]; l != nil && !stay(l) && d.page(f, l, since) {
		return
	}
	d.flights.put(f)
	d.queueSince(f, since)
}

// queue puts f into the lane of its present choice. The caller holds f.mu.
func (d *Dispatcher) queue(f *flight) { d.queueSince(f, d.now()) }

func (d *Dispatcher) queueSince(f *flight, since time.Time) {
	l := d.lanes[f.carrier()]
	if l == nil {
		d.finish(f, store.Rejected, "no_route", "no carrier is left that serves the destination")
		return
	}
	if f.d.Status < store.Queued {
		f.d.Status = store.Queued
	}
	f.entry = l.queue.push(f, since)
}

// left takes f off the queue's account, once. The caller holds f.mu.
func (d *Dispatcher) left(f *flight) {
	if f.size > 0 {
		d.Unadmit(f.size)
		f.size = 0
	}
	if f.recovered {
		d.recovery.resident.Add(-1)
		f.recovered = false
	}
}

// Live returns the newest state of an open message, nil when it is not in memory.
func (d *Dispatcher) Live(id store.ID) *store.Delivery {
	f := d.flights.get(id)
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.entering {
		return nil // the store has it, or nobody has accepted it
	}
	return f.snapshot()
}

// Cancel stops a message that no carrier has, and returns when that is on disk. One
// that a carrier may have goes on, as does one that has ended. An error says that it
// could not be read: it may still be sent.
func (d *Dispatcher) Cancel(ctx context.Context, id store.ID) error {
	if f := d.flights.get(id); f != nil {
		f.refuseEntry()
	}
	f, err := d.lock(d.ctx, id)
	if f == nil || err != nil {
		return err
	}
	if !f.gone && !f.d.Sending && !f.d.Repeat && f.d.Status < store.Submitted {
		d.finish(f, store.Canceled, "canceled", "canceled by the tenant")
	}
	if f.d.Status != store.Canceled {
		f.mu.Unlock()
		return nil
	}
	onDisk := make(chan struct{})
	d.touchFor(f, func(pdu.Status) { close(onDisk) })
	f.mu.Unlock()
	select {
	case <-onDisk:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refuseEntry has Enqueue end f as canceled, where it has not come to it.
func (f *flight) refuseEntry() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unwanted = f.entering
}

// finish brings f to a terminal state that was decided here. If its write is
// lost, recovery decides the same again; of a cancel, which it would not, the write is
// waited for. The caller holds f.mu.
func (d *Dispatcher) finish(f *flight, s store.Status, reason, detail string) {
	if !f.gone {
		d.close(f, s, reason, detail, 0)
	}
}

// expire ends a message whose time has passed. One that a carrier may have
// taken without saying so is not expired but unknown. The caller holds f.mu.
func (d *Dispatcher) expire(f *flight, why string) {
	if f.d.Repeat {
		d.finish(f, store.Unknown, "no_response", why)
		return
	}
	d.finish(f, store.Expired, "expired", why)
}

// close sets the terminal state and lets go of all that is kept for a message
// on its way. The caller holds f.mu.
func (d *Dispatcher) close(f *flight, s store.Status, reason, detail string, latency time.Duration) {
	now := d.now()
	if f.d.Status == store.Submitted {
		d.awaiting.n.Add(-1)
	}
	f.gone = true
	f.d.Status, f.d.Reason, f.d.DoneAt, f.d.Sending = s, reason, now, false
	f.step(s.String(), f.d.Carrier, detail, now, latency)
	f.text, f.parts, f.written = "", nil, nil
	if f.entry != nil {
		if l := d.lanes[f.carrier()]; l != nil {
			l.queue.remove(f.entry)
		}
		f.entry = nil
	}
	if l := d.lanes[f.d.Carrier]; l != nil {
		l.forget(f)
	}
	d.left(f)
	d.m.reached[s].Inc()
	d.touch(f)
}
