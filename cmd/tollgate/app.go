package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tollgate/fraud"
	"tollgate/gateway"
	"tollgate/gateway/account"
	"tollgate/gateway/api"
	"tollgate/gateway/config"
	"tollgate/gateway/controls"
	"tollgate/gateway/keys"
	"tollgate/gateway/ops"
	"tollgate/gateway/record"
	"tollgate/gateway/store"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/hlr"
	"tollgate/smpp/carrier"
)

// app is the whole gateway, put together from a configuration. Its parts
// stand in the order of the data's way.
type app struct {
	cfg *config.Config
	log *slog.Logger
	reg *prometheus.Registry

	policies   map[string]*fraud.Policy
	tables     gateway.Tables
	store      *pebblestore.Store
	facts      *hlr.Gatherer
	cells      *hlr.Cells
	controls   *controls.Controls
	shadows    *gateway.Shadows
	recorder   *record.Recorder // nil: nothing is recorded
	service    *gateway.Service
	dispatcher *gateway.Dispatcher
	carriers   []*carrier.Carrier
	notifier   *account.Notifier
	byID       atomic.Pointer[map[string]*gateway.Tenant]
	tenants    *api.Tenants
	reloaded   prometheus.Gauge
	heap       heap

	api    *api.Server
	ops    *ops.Server
	apiLn  net.Listener
	opsLn  net.Listener
	failed chan error // the store's last words
}

// extras is what `dev` adds to a configuration.
type extras struct {
	watch   gateway.Watcher
	private bool // webhooks may go to loopback
	opsOpen bool // no credential on the ops listener
	mount   func(*ops.Server)
}

// newApp opens everything and serves nothing yet. On an error it has closed
// what it had opened.
func newApp(cfg *config.Config, log *slog.Logger, x extras) (a *app, err error) {
	a = &app{cfg: cfg, log: log, reg: prometheus.NewRegistry(), failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	a.reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.reloaded = prometheus.NewGauge(prometheus.GaugeOpts{Name: "tollgate_config_reload_success", Help: "1 when the latest reading of the configuration succeeded."})
	a.reloaded.Set(1)
	a.reg.MustRegister(a.reloaded)
	if err := a.read(); err != nil {
		return a, err
	}
	if err := a.listen(); err != nil {
		return a, err
	}
	dir, _ := storeDir(cfg)
	ring, err := keys.Load(keyFile(cfg), !pebblestore.Exists(dir)) // data without its keys: new ones would not help
	if err != nil {
		return a, err
	}
	if err := a.openStore(ring); err != nil {
		return a, err
	}
	if err := errors.Join(a.openControls(ring), a.keepPolicies(a.policies), a.openRecorder()); err != nil {
		return a, err
	}
	if err := a.build(ring, x); err != nil {
		return a, err
	}
	return a, a.servers(x)
}

// read judges the configuration and everything that it names, before
// anything is taken or made.
func (a *app) read() (err error) {
	if _, ok := storeDir(a.cfg); !ok {
		return usagef("store %q: only pebble:DIR can be used", a.cfg.Store.URL)
	}
	if err := errors.Join(checkNamed(a.cfg), checkLists(a.cfg)); err != nil {
		return usageError{err}
	}
	if a.policies, err = loadPolicies(a.cfg); err != nil {
		return err
	}
	if a.tables, err = loadTables(&a.cfg.Lists); err != nil {
		return err
	}
	if a.cells, err = loadCells(a.cfg); err != nil {
		return err
	}
	a.facts, err = newGatherer(a.cfg, a.reg, a.log)
	return err
}

// listen takes the ports before the data is opened: a busy one is the
// commonest mistake, and nothing has to be undone then.
func (a *app) listen() (err error) {
	if a.apiLn, err = net.Listen("tcp", a.cfg.API.Listen); err != nil {
		return fmt.Errorf("the API cannot listen: %w", err)
	}
	if a.opsLn, err = net.Listen("tcp", a.cfg.Ops.Listen); err != nil {
		return fmt.Errorf("the ops listener cannot listen: %w", err)
	}
	return nil
}

// run serves until ctx ends or a part fails, then shuts down: no new request,
// what is in flight answered, the carriers' windows emptied, the store closed.
func (a *app) run(ctx context.Context, ready func()) error {
	defer a.close()
	if err := a.dispatcher.Start(); err != nil {
		return err
	}
	for _, c := range a.carriers {
		c.Start()
	}
	a.warm(ctx)
	served := make(chan error, 2)
	go func() { served <- a.api.Serve(a.apiLn) }()
	go func() { served <- a.ops.Serve(a.opsLn) }()
	ready()
	defer repeat(ctx, time.Minute, a.expire)()
	defer repeat(ctx, time.Second, a.heap.pace)()
	for {
		select {
		case <-ctx.Done():
			return a.shutdown()
		case err := <-served:
			return errors.Join(err, a.shutdown())
		case err := <-a.failed:
			// Nothing is answered as accepted any more. Ending at once is
			// the recovery: the next start reads what is on disk.
			return fmt.Errorf("the store failed and nothing more can be accepted; restart to recover: %w", err)
		}
	}
}

// warm lets the providers get ready, so that the first sends are not decided
// without them; one that is down holds up no start for longer than this.
func (a *app) warm(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	a.facts.Warm(ctx)
}

// repeat calls f at every period, one call at a time, beside what run listens
// to: a long one holds up neither the end nor the news of a failed store. The
// function that it returns ends it and waits for a call under way, so that the
// store can be closed then.
func repeat(ctx context.Context, period time.Duration, f func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
			if ctx.Err() != nil { // also when a tick had come as well
				return
			}
			f(ctx)
		}
	}()
	return func() { cancel(); <-done }
}

// expire erases what retention no longer keeps.
func (a *app) expire(ctx context.Context) {
	n, err := a.store.Expire(ctx, time.Now(), store.Retention{
		Messages: a.cfg.Retention.Messages, Refusals: a.cfg.Retention.Refusals, Reviews: a.cfg.Retention.Reviews,
		Numbers: a.cfg.Retention.Numbers, Identities: a.cfg.Retention.Identities,
	})
	if err != nil && ctx.Err() == nil { // it is cut short at the end
		a.log.Error("erasing what retention no longer keeps", "error", err)
	} else if n > 0 {
		a.log.Info("retention", "erased", n)
	}
}

func (a *app) shutdown() error {
	a.log.Info("shutting down", "at_most", a.cfg.API.DrainTimeout)
	ctx, cancel := context.WithTimeout(context.Background(), a.cfg.API.DrainTimeout)
	defer cancel()
	errs := []error{a.api.Shutdown(ctx)}
	for _, c := range a.carriers {
		errs = append(errs, c.Drain(ctx), c.Close())
	}
	a.dispatcher.Stop()
	errs = append(errs, a.notifier.Close(ctx), a.ops.Shutdown(ctx))
	return errors.Join(errs...)
}

// close lets go of everything that is left; it may be called at any stage.
func (a *app) close() {
	for _, c := range a.carriers {
		_ = c.Close() // no bind is worth an error at the end
	}
	if a.store != nil {
		if a.dispatcher != nil {
			a.dispatcher.Stop()
		}
		if err := a.store.Close(); err != nil && !errors.Is(err, store.ErrFailed) {
			a.log.Error("closing the store", "error", err)
		}
	}
	if a.shadows != nil {
		a.shadows.Close()
	}
	if a.controls != nil {
		a.controls.Close()
	}
	if a.recorder != nil {
		a.recorder.Close()
	}
	if a.facts != nil {
		_ = a.facts.Close()
	}
	for _, l := range []net.Listener{a.apiLn, a.opsLn} {
		if l != nil {
			_ = l.Close() // closed already when it was served
		}
	}
}
