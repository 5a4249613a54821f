package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/account"
	"tollgate/gateway/config"
	"tollgate/gateway/ops"
	"tollgate/smpp/smsc"
)

// devKey is the API key of `tollgate dev`, which listens on loopback only.
const devKey = "dev-key"

var devCommand = &command{
	name:  "dev",
	short: "run everything on loopback: API, ops listener, simulated SMSC, embedded store",
	long: "Needs no set-up. The API key is dev-key; GET /dev/inbox on the ops listener shows\n" +
		"what the simulated handsets received. With --carrier the simulator stays off and\n" +
		"messages go to your own SMSC.",
	examples: []string{
		"tollgate dev",
		"tollgate dev --hlr static:configs/subscribers.example.yaml --policy strict",
		"tollgate dev --carrier 'smpp://user:pass@127.0.0.1:2776?name=mine&window=10&tps=30'",
	},
	run: runDev,
}

// devFlags are the settings of dev, and of demo, which runs a dev of its own.
type devFlags struct {
	api, ops, smsc, data, keys, store, policy string
	profile, webhook, log                     string
	carriers, providers                       list
}

func (f *devFlags) declare(c *cli) {
	c.StringVar(&f.api, "api", "127.0.0.1:8080", "listen here for the API")
	c.StringVar(&f.ops, "ops", "127.0.0.1:9090", "listen here for metrics, health and /dev/inbox")
	c.StringVar(&f.smsc, "smsc", "127.0.0.1:2775", "listen here with the simulated SMSC")
	c.StringVar(&f.profile, "smsc-profile", "", "a profile of the simulated SMSC, as in configs/smsc (default: perfect)")
	c.StringVar(&f.data, "data", "data", "keep the store and its keys in this directory")
	c.StringVar(&f.keys, "keys", "", "key file (default keys.yaml in the data directory, made at first start)")
	c.StringVar(&f.store, "store", "", "pebble:DIR (default: pebble in the data directory)")
	c.StringVar(&f.policy, "policy", "default", "default, strict, observe, or a policy file")
	c.StringVar(&f.webhook, "webhook", "", "post events to this URL, signed with a secret that is printed at start")
	c.StringVar(&f.log, "log-level", "warn", "debug, info, warn or error, on standard error")
	c.Var(&f.carriers, "carrier", "smpp://SYSTEM_ID:PASSWORD@HOST:PORT?name=&bind=&links=&window=&tps=&driver= (repeatable; instead of the simulator)")
	c.Var(&f.providers, "hlr", "subscriber facts, as in static:FILE (repeatable)")
}

// config is the configuration that the flags stand for.
func (f *devFlags) config() (*config.Config, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	cfg := config.Default()
	cfg.API.Listen, cfg.Ops.Listen, cfg.SMSC.Listen, cfg.SMSC.Profile = f.api, f.ops, f.smsc, f.profile
	cfg.API.AllowHTTPCallbacks = true
	cfg.Keys.File = f.keys
	if cfg.Keys.File == "" {
		cfg.Keys.File = filepath.Join(f.data, "keys.yaml")
	}
	cfg.Store.URL = f.store
	if cfg.Store.URL == "" {
		cfg.Store.URL = "pebble:" + filepath.Join(f.data, "pebble")
	}
	cfg.Policy = f.policy
	if strings.ContainsAny(f.policy, "./") {
		name := strings.TrimSuffix(filepath.Base(f.policy), filepath.Ext(f.policy))
		cfg.Policies = map[string]string{name: f.policy}
		cfg.Policy = name
	}
	tenant, err := f.tenant()
	if err != nil {
		return nil, err
	}
	cfg.Tenants = []config.Tenant{tenant}
	for _, u := range f.providers {
		p, err := config.ParseProviderURL(u)
		if err != nil {
			return nil, usagef("--hlr %s: %w", u, err)
		}
		cfg.HLR.Providers = append(cfg.HLR.Providers, config.HLRProvider{URL: u, Provider: p})
	}
	return cfg, f.addCarriers(cfg)
}

// check judges what the packages behind would take, or find out too late.
func (f *devFlags) check() error {
	for flag, addr := range map[string]string{"api": f.api, "ops": f.ops, "smsc": f.smsc} {
		if !isAddress(addr) {
			return usagef("--%s: must be HOST:PORT such as 127.0.0.1:8080, not %q", flag, addr)
		}
	}
	if f.webhook == "" {
		return nil
	}
	if err := account.CheckURL(f.webhook, true); err != nil {
		return usagef("--webhook: %w", err)
	}
	return nil
}

// isAddress says that addr has a port that can be listened at or connected to.
func isAddress(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func (f *devFlags) tenant() (t config.Tenant, err error) {
	t = config.Tenant{
		ID: "dev", Keys: []config.KeyHash{config.KeyHash(sha(devKey))}, Brand: "Tollgate", Sender: "Tollgate",
		Limits: config.Limits{PerNumber: gateway.Limit{Count: 20, Window: 10 * time.Minute}},
	}
	if f.webhook != "" {
		secret := make([]byte, 32)
		if _, err := rand.Read(secret); err != nil {
			return t, err
		}
		t.Webhook = config.Webhook{URL: f.webhook, Secret: config.Secret("whsec_" + base64.StdEncoding.EncodeToString(secret))}
	}
	return t, nil
}

func (f *devFlags) addCarriers(cfg *config.Config) error {
	for i, u := range f.carriers {
		c, err := config.ParseCarrierURL(u)
		if err != nil {
			return usagef("--carrier %d: %w", i+1, err)
		}
		if !isAddress(c.Addr) {
			return usagef("--carrier %d: %s has no port from 0 to 65535", i+1, c.Addr)
		}
		if slices.ContainsFunc(cfg.Carriers, func(other config.Carrier) bool { return other.Name == c.Name }) {
			return usagef("--carrier %d: %s is the name of another one too; give each its own with ?name=", i+1, c.Name)
		}
		cfg.Carriers = append(cfg.Carriers, c)
	}
	return nil
}

func sha(key string) [32]byte { return sha256.Sum256([]byte(key)) }

func runDev(ctx context.Context, c *cli) error {
	var f devFlags
	f.declare(c)
	if err := c.parse(); err != nil {
		return err
	}
	if c.NArg() > 0 {
		return usagef("there is no argument %q", c.Arg(0))
	}
	cfg, err := f.config()
	if err != nil {
		return err
	}
	log, err := newLogger(c.err, "text", f.log)
	if err != nil {
		return err
	}
	d, err := newDev(cfg, log, newConsole(c.out, time.Now))
	if err != nil {
		return err
	}
	return d.run(ctx, c.out)
}

// dev is an app with the simulated SMSC beside it.
type dev struct {
	*app
	sim     *smsc.Server // nil when the messages go to somebody's own SMSC
	simLn   net.Listener
	console *console
}

func newDev(cfg *config.Config, log *slog.Logger, out *console) (*dev, error) {
	d := &dev{console: out}
	if len(cfg.Carriers) == 0 {
		if err := d.simulate(cfg, log); err != nil {
			return nil, err
		}
	}
	a, err := newApp(cfg, log, extras{watch: out, private: true, opsOpen: true, mount: d.mount})
	if err != nil {
		d.stopSim()
		return nil, err
	}
	d.app = a
	return d, nil
}

// simulate starts the SMSC and makes it the only carrier.
func (d *dev) simulate(cfg *config.Config, log *slog.Logger) (err error) {
	profile := &smsc.Profile{}
	if cfg.SMSC.Profile != "" {
		if profile, err = smsc.LoadProfile(cfg.SMSC.Profile); err != nil {
			return usageError{err}
		}
	}
	if d.simLn, err = net.Listen("tcp", cfg.SMSC.Listen); err != nil {
		return fmt.Errorf("the simulated SMSC cannot listen: %w", err)
	}
	d.sim = smsc.New(profile, smsc.Options{Logger: log})
	go func() {
		if err := d.sim.Serve(d.simLn); err != nil {
			log.Error("the simulated SMSC stopped", "error", err)
		}
	}()
	c, err := config.ParseCarrierURL("smpp://dev:dev@" + d.simLn.Addr().String() + "?name=sim&window=500")
	cfg.Carriers = []config.Carrier{c}
	return err
}

func (d *dev) stopSim() {
	if d.sim != nil {
		_ = d.sim.Close() // it holds nothing worth an error
	}
}

// mount adds what only dev serves.
func (d *dev) mount(s *ops.Server) {
	s.Handle("GET /dev/inbox", http.HandlerFunc(d.inbox))
}

type inboxMessage struct {
	To   string    `json:"to"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// inbox shows what the simulated handsets received, newest last.
func (d *dev) inbox(w http.ResponseWriter, _ *http.Request) {
	list := []inboxMessage{}
	if d.sim != nil {
		for _, m := range d.sim.Inbox() {
			list = append(list, inboxMessage{m.To, m.Text, m.At.UTC()})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list) // the client has gone: nobody is left to tell
}

// run serves until ctx ends; the line that starts with "ready" comes once the
// carriers had a moment to bind.
func (d *dev) run(ctx context.Context, out io.Writer) error {
	defer d.stopSim()
	done := make(chan struct{})
	defer close(done)
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				d.console.tick()
			case <-done:
				return
			}
		}
	}()
	return d.app.run(ctx, func() { d.sayReady(ctx, out) })
}

func (d *dev) sayReady(ctx context.Context, out io.Writer) {
	d.awaitBinds(ctx, 2*time.Second)
	where := ""
	if d.sim != nil {
		where = " smsc=" + d.simLn.Addr().String()
	}
	fmt.Fprintf(out, "ready api=http://%s ops=http://%s%s key=%s policy=%s store=%s\n",
		d.apiLn.Addr(), d.opsLn.Addr(), where, devKey, d.cfg.Policy, d.cfg.Store.URL)
	for _, t := range d.cfg.Tenants {
		if t.Webhook.URL != "" {
			fmt.Fprintf(out, "webhooks to %s are signed with %s\n", t.Webhook.URL, t.Webhook.Secret.Reveal())
		}
	}
	for _, c := range d.carriers {
		if h := c.Health(); !h.Up {
			fmt.Fprintf(out, "carrier %s is not bound yet (%s); messages wait for it\n", c.Name(), h.LastError)
		}
	}
}

// awaitBinds waits until every carrier is up, but not for long.
func (d *dev) awaitBinds(ctx context.Context, most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		up := 0
		for _, c := range d.carriers {
			if c.Health().Up {
				up++
			}
		}
		if up == len(d.carriers) {
			return
		}
	}
}

// newLogger makes the process's logger.
func newLogger(w io.Writer, format, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, usagef("log level %q: use debug, info, warn or error", level)
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return slog.New(slog.NewTextHandler(w, o)), nil
}

func readFile(name string) ([]byte, error) { return os.ReadFile(name) }
