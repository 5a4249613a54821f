package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway"
	"tollgate/gateway/account"
	"tollgate/gateway/api"
	"tollgate/gateway/config"
	"tollgate/gateway/keys"
	"tollgate/gateway/ops"
	"tollgate/gateway/route"
	"tollgate/gateway/store"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/hlr"
	"tollgate/hlr/static"
	"tollgate/smpp/carrier"
)

// app is the whole gateway, put together from a configuration. Its parts
// stand in the order of the data's way.
type app struct {
	cfg *config.Config
	log *slog.Logger
	reg *prometheus.Registry

	policies   map[string]*fraud.Policy
	disposable *numbering.Disposable
	store      *pebblestore.Store
	facts      *hlr.Gatherer
	service    *gateway.Service
	dispatcher *gateway.Dispatcher
	carriers   []*carrier.Carrier
	notifier   *account.Notifier
	byID       atomic.Pointer[map[string]*gateway.Tenant]
	tenants    *api.Tenants
	reloaded   prometheus.Gauge

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
	ring, err := keys.Load(keyFile(cfg), true)
	if err != nil {
		return a, err
	}
	if err := a.openStore(ring); err != nil {
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
	if err := checkNamed(a.cfg); err != nil {
		return err
	}
	if a.policies, err = loadPolicies(a.cfg); err != nil {
		return err
	}
	if a.disposable, err = loadDisposable(); err != nil {
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

// keyFile is where the keys are: beside the data unless the configuration
// says otherwise.
func keyFile(cfg *config.Config) string {
	if cfg.Keys.File != "" {
		return cfg.Keys.File
	}
	dir, _ := storeDir(cfg)
	return filepath.Join(dir, "keys.yaml")
}

// storeDir is the directory of the embedded store, the only one there is yet.
func storeDir(cfg *config.Config) (dir string, ok bool) {
	dir, ok = strings.CutPrefix(cfg.Store.URL, "pebble:")
	return dir, ok && dir != ""
}

func (a *app) openStore(ring *keys.Ring) error {
	dir, _ := storeDir(a.cfg)
	free := int64(a.cfg.Store.MinFreeBytes)
	if free == 0 {
		free = -1 // no watermark was asked for; the store takes 0 for its default
	}
	s, err := pebblestore.Open(pebblestore.Config{
		Dir: dir, Sealer: ring, MinFree: free, Log: a.log, Registerer: a.reg,
		Fatal: func(err error) { a.failed <- err },
	})
	if err != nil {
		return err
	}
	a.store = s
	return nil
}

// build makes the pipeline, from the facts to the carriers.
func (a *app) build(ring *keys.Ring, x extras) error {
	var err error
	metrics := gateway.NewMetrics(a.reg)
	fence := gateway.NewFence(gateway.FenceConfig{MaxAge: a.cfg.HLR.MaxAge, Budget: a.cfg.HLR.Budget}, a.facts, ring, metrics, time.Now)
	a.dispatcher = gateway.NewDispatcher(gateway.DispatchConfig{
		MaxMessages: a.cfg.Queue.MaxMessages, MaxBytes: int64(a.cfg.Queue.MaxBytes), MaxAge: a.cfg.Queue.MaxAge,
	}, a.store, fence, metrics, a.reg, a.log, time.Now)
	a.notifier = account.NewNotifier(account.NotifierConfig{
		QueueSize: a.cfg.Webhooks.Queue, Workers: a.cfg.Webhooks.Workers, Timeout: a.cfg.Webhooks.Timeout, AllowPrivate: x.private,
	}, a.reg, a.log)
	velocity := window.New(window.Config{Seed: rand.Uint64()}) // so that nobody can aim at its tables
	a.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tollgate_velocity_keys", Help: "Keys that sliding counters are kept for.",
	}, func() float64 { return float64(velocity.Keys()) }))
	a.service, err = gateway.NewService(gateway.Config{
		Policies: a.policies, DefaultPolicy: a.cfg.Policy, LookupBudget: a.cfg.HLR.Budget, IdentityMaxAge: a.cfg.HLR.MaxAge,
	}, gateway.Deps{
		Store: a.store, Keys: ring, Facts: a.facts, Velocity: velocity, Disposable: a.disposable,
		Dispatcher: a.dispatcher, Notifier: a.notifier, Metrics: metrics, Log: a.log, Now: time.Now,
		Tenants: func(id string) *gateway.Tenant { return (*a.byID.Load())[id] }, Watch: x.watch,
	})
	if err != nil {
		return err
	}
	return a.connect()
}

// connect makes a lane for each carrier; they bind in start.
func (a *app) connect() error {
	metrics, err := carrier.NewMetrics(a.reg)
	if err != nil {
		return err
	}
	var lanes []gateway.Lane
	for i := range a.cfg.Carriers {
		c := &a.cfg.Carriers[i]
		cc, err := carrierConfig(c)
		if err != nil {
			return usageError{fmt.Errorf("carrier %s: %w", c.Name, err)}
		}
		made, err := carrier.New(cc, a.dispatcher, metrics, a.log)
		if err != nil {
			return usageError{err}
		}
		a.carriers = append(a.carriers, made)
		lanes = append(lanes, gateway.Lane{Carrier: made, IDMode: cc.IDMode, Route: route.Carrier{
			Name: c.Name, Networks: c.Networks, Prefixes: c.Prefixes, Weight: c.Weight,
		}})
	}
	return a.dispatcher.SetLanes(lanes, rand.Float64)
}

func (a *app) servers(x extras) error {
	list := a.cfg.GatewayTenants()
	a.indexTenants(list)
	tenants, err := api.NewTenants(list)
	if err != nil {
		return usageError{err}
	}
	a.tenants = tenants
	c := &a.cfg.API
	a.api, err = api.New(api.Config{
		BodyLimit: int(c.BodyLimit), Timeout: c.Timeout, ReadTimeout: c.ReadTimeout, WriteTimeout: c.WriteTimeout,
		IdleTimeout: c.IdleTimeout, MaxInFlight: c.MaxInFlight, MaxConnections: c.MaxConnections,
		AllowHTTPCallbacks: c.AllowHTTPCallbacks || x.private,
	}, a.service, tenants, api.NewMetrics(a.reg), a.log)
	if err != nil {
		return err
	}
	oc := ops.Config{Gatherer: a.reg, Components: a.components, Open: x.opsOpen, Log: a.log}
	if t := a.cfg.Ops.Token.Reveal(); t != "" {
		oc.Auth = ops.BearerSHA256(sha(t))
	}
	a.ops = ops.New(oc)
	if x.mount != nil {
		x.mount(a.ops)
	}
	return nil
}

func (a *app) indexTenants(list []*gateway.Tenant) {
	byID := map[string]*gateway.Tenant{}
	for _, t := range list {
		byID[t.ID] = t
	}
	a.byID.Store(&byID)
}

// reload takes over the tenants and policies of a new configuration. What a
// running process cannot change (listeners, store, carriers) stays as it was.
func (a *app) reload(read func() (*config.Config, error)) error {
	err := func() error {
		cfg, err := read()
		if err != nil {
			return err
		}
		policies, err := loadPolicies(cfg)
		if err != nil {
			return err
		}
		list := cfg.GatewayTenants()
		if err := a.tenants.Swap(list); err != nil {
			return err
		}
		a.indexTenants(list)
		a.service.Forget()
		return a.service.SetPolicies(policies)
	}()
	if err != nil {
		a.reloaded.Set(0)
		a.log.Error("the configuration was not reloaded; the former one is in force", "error", err)
		return err
	}
	a.reloaded.Set(1)
	a.log.Info("tenants and policies were reloaded")
	return nil
}

// run serves until ctx ends or a part fails, then shuts down: no new request,
// what is in flight answered, the carriers' windows emptied, the store closed.
func (a *app) run(ctx context.Context, ready func()) error {
	defer a.close()
	if err := a.dispatcher.Start(ctx); err != nil {
		return err
	}
	for _, c := range a.carriers {
		c.Start()
	}
	served := make(chan error, 2)
	go func() { served <- a.api.Serve(a.apiLn) }()
	go func() { served <- a.ops.Serve(a.opsLn) }()
	ready()
	expire := time.NewTicker(time.Minute)
	defer expire.Stop()
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
		case <-expire.C:
			a.expire(ctx)
		}
	}
}

func (a *app) expire(ctx context.Context) {
	n, err := a.store.Expire(ctx, time.Now(), a.cfg.Retention.Messages)
	if err != nil {
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
	for _, l := range []net.Listener{a.apiLn, a.opsLn} {
		if l != nil {
			_ = l.Close() // closed already when it was served
		}
	}
}

// components is what /readyz?verbose lists. The gateway can serve, and queue,
// without any carrier; it cannot without its store.
func (a *app) components() []ops.Component {
	list := []ops.Component{{Name: "store", Check: func() (string, bool, bool) {
		if err := a.store.Full(); err != nil {
			return err.Error(), false, true
		}
		return a.store.Durability(), true, true
	}}, {Name: "api", Check: func() (string, bool, bool) {
		if a.api.Draining() {
			return "draining", false, true
		}
		return "serving", true, true
	}}}
	for _, c := range a.carriers {
		list = append(list, ops.Component{Name: "carrier " + c.Name(), Check: func() (string, bool, bool) {
			h := c.Health()
			state := fmt.Sprintf("%d of %d links bound, window %d of %d used", h.LinksUp, h.Links, h.WindowUsed, h.WindowSize)
			if h.LastError != "" && !h.Up {
				state += ": " + h.LastError
			}
			return state, h.Up && !h.Dead, false
		}})
	}
	for _, p := range a.facts.Health() {
		list = append(list, ops.Component{Name: "provider " + p.Provider, Check: func() (string, bool, bool) {
			if p.OK {
				return "answers", true, false
			}
			return fmt.Sprintf("%d failures in a row: %v", p.Failures, p.LastErr), false, false
		}})
	}
	return list
}

// loadPolicies reads the built-in policies, the configured ones over them,
// and the default where it names a file.
func loadPolicies(cfg *config.Config) (map[string]*fraud.Policy, error) {
	policies := map[string]*fraud.Policy{}
	var errs []error
	add := func(name string, text []byte, err error) {
		if err == nil {
			policies[name], err = fraud.LoadPolicy(name, text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("policy %s: %w", name, err))
		}
	}
	for _, name := range []string{"default", "strict", "observe"} {
		text, err := configs.FS.ReadFile("policies/" + name + ".yaml")
		add(name, text, err)
	}
	for name, file := range cfg.Policies {
		text, err := readFile(file)
		add(name, text, err)
	}
	if len(errs) > 0 {
		return nil, usageError{errors.Join(errs...)}
	}
	if policies[cfg.Policy] == nil {
		return nil, usagef("there is no policy %q: use %s, or a file", cfg.Policy, strings.Join(slices.Sorted(maps.Keys(policies)), ", "))
	}
	return policies, nil
}

func loadDisposable() (*numbering.Disposable, error) {
	f, err := configs.FS.Open("lists/disposable.txt")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return numbering.LoadDisposable(f)
}

// newGatherer makes the configured providers, in their order of priority.
func newGatherer(cfg *config.Config, reg prometheus.Registerer, log *slog.Logger) (*hlr.Gatherer, error) {
	gc := hlr.Config{Budget: cfg.HLR.Budget}
	for _, p := range cfg.HLR.Providers {
		if p.Kind != "static" {
			return nil, usagef("provider %s: only static:FILE can be used yet", p.URL)
		}
		if slices.ContainsFunc(gc.Providers, func(have hlr.ProviderConfig) bool { return have.Provider.Name() == p.Kind }) {
			return nil, usagef("provider %s: there can be one static file", p.URL)
		}
		made, err := static.New(p.File, reg, log)
		if err != nil {
			return nil, usageError{err}
		}
		gc.Providers = append(gc.Providers, hlr.ProviderConfig{Provider: made})
	}
	return hlr.New(gc, reg, time.Now, log), nil
}

// carrierConfig turns a configured carrier into one that can bind.
func carrierConfig(c *config.Carrier) (cc carrier.Config, err error) {
	if cc, err = c.SMPP(); err != nil {
		return cc, err
	}
	cc.TLS, err = tlsConfig(c)
	return cc, err
}
