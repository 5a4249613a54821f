package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/config"
)

// devFlags are the settings of dev, and of demo, which runs a dev of its own.
type devFlags struct {
	api, ops, smsc, data, keys, store, policy string
	region                                    string
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
	c.StringVar(&f.region, "region", "", "region of numbers without a country code, as in DE")
	c.StringVar(&f.webhook, "webhook", "", "post events to this URL, signed with the secret that is printed at start")
	c.StringVar(&f.log, "log-level", "warn", "debug, info, warn or error, on standard error")
	c.Var(&f.carriers, "carrier", "smpp://SYSTEM_ID:PASSWORD@HOST:PORT?name=&bind=&links=&window=&tps=&profile=&driver= (repeatable; instead of the simulator)")
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
		if err := cfg.HLR.Add(u); err != nil {
			return nil, usagef("--hlr %s: %w", u, err)
		}
	}
	return cfg, f.addCarriers(cfg)
}

func (f *devFlags) tenant() (t config.Tenant, err error) {
	t = config.Tenant{
		ID: "dev", DefaultRegion: f.region, Keys: []config.KeyHash{config.KeyHash(sha(devKey))}, Brand: "Tollgate", Sender: "Tollgate",
		Limits: config.Limits{PerNumber: gateway.Limit{Count: 20, Window: 10 * time.Minute}},
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return t, err
	}
	t.Webhook = config.Webhook{URL: f.webhook, Secret: config.Secret("whsec_" + base64.StdEncoding.EncodeToString(secret))}
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
	d, err := newDev(cfg, log, newConsole(time.Now))
	if err != nil {
		return err
	}
	return d.run(ctx, c.out)
}
