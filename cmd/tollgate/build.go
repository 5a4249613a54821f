package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud/window"
	"tollgate/gateway"
	"tollgate/gateway/account"
	"tollgate/gateway/api"
	"tollgate/gateway/config"
	"tollgate/gateway/keys"
	"tollgate/gateway/ops"
	"tollgate/gateway/route"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/smpp/carrier"
)

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
		MaxMessages: a.cfg.Queue.MaxMessages, MaxBytes: int64(a.cfg.Queue.MaxBytes), MaxAge: a.cfg.Queue.MaxAge, MaxAwaiting: a.cfg.Queue.MaxAwaiting,
	}, a.store, fence, metrics, a.reg, a.log, time.Now)
	a.notifier = account.NewNotifier(notifierConfig(a.cfg, x), a.reg, a.log)
	a.shadows = gateway.NewShadows(a.reg)
	c := a.cfg.Counters
	velocity := window.New(window.Config{
		Numbers: c.Numbers, Ranges: c.Ranges, IPs: c.Addresses, Devices: c.Devices, Flows: c.Flows, Waiting: c.Waiting,
		Seed: rand.Uint64(), // so that nobody can aim at its tables
	})
	a.heap.tables = velocity.Bytes()
	a.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tollgate_velocity_keys", Help: "Keys that sliding counters are kept for.",
	}, func() float64 { return float64(velocity.Keys()) }))
	a.service, err = gateway.NewService(gateway.Config{
		Policies: a.policies, DefaultPolicy: a.cfg.Policy, Shadow: a.cfg.Shadow, LookupBudget: a.cfg.HLR.Budget, IdentityMaxAge: a.cfg.HLR.MaxAge,
	}, gateway.Deps{
		Store: a.store, Keys: ring, Facts: a.facts, Cells: a.cells, Velocity: velocity, Tables: a.tables,
		Controls: a.controls, Shadows: a.shadows,
		Dispatcher: a.dispatcher, Notifier: a.notifier, Metrics: metrics, Log: a.log, Now: time.Now,
		Tenants:    func(id string) *gateway.Tenant { return (*a.byID.Load())[id] },
		EachTenant: func() []*gateway.Tenant { return slices.Collect(maps.Values(*a.byID.Load())) },
		Watch:      x.watch,
	})
	if err != nil {
		return err
	}
	if a.recorder != nil {
		a.service.Recorder = a.recorder
	}
	return a.connect()
}

// notifierConfig takes http where either kind of URL may be http: which one
// may was judged where the URL came in.
func notifierConfig(cfg *config.Config, x extras) account.NotifierConfig {
	return account.NotifierConfig{
		QueueSize: cfg.Webhooks.Queue, Workers: cfg.Webhooks.Workers, Timeout: cfg.Webhooks.Timeout,
		AllowPrivate: x.private || cfg.Webhooks.AllowPrivate,
		AllowHTTP:    x.private || cfg.Webhooks.AllowHTTP || cfg.API.AllowHTTPCallbacks,
	}
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
	hooks, err := a.hooks()
	if err != nil {
		return err
	}
	a.api, err = api.New(api.Config{
		BodyLimit: int(c.BodyLimit), Timeout: c.Timeout, ReadTimeout: c.ReadTimeout, WriteTimeout: c.WriteTimeout,
		IdleTimeout: c.IdleTimeout, MaxInFlight: c.MaxInFlight, MaxConnections: c.MaxConnections,
		AllowHTTPCallbacks: c.AllowHTTPCallbacks || x.private, Hooks: hooks,
	}, a.service, tenants, api.NewMetrics(a.reg), a.log)
	if err != nil {
		return err
	}
	oc := ops.Config{Gatherer: a.reg, Components: a.components, Open: x.opsOpen, Log: a.log}
	if t := a.cfg.Ops.Token.Reveal(); t != "" {
		oc.Auth = ops.BearerSHA256(sha(t))
	}
	a.ops = ops.New(oc)
	a.ops.HandleAdmin("DELETE /admin/numbers/{msisdn}", http.HandlerFunc(a.serveErase))
	a.mountControls(a.ops)
	if x.mount != nil {
		x.mount(a.ops)
	}
	return nil
}
