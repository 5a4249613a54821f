package config

import (
	"cmp"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"tollgate/gateway/api"
)

// builtinPolicies are there without a file.
var builtinPolicies = []string{"default", "strict", "observe"}

// validate judges what was read. It gathers everything that is wrong.
func (d *decoder) validate(c *Config) {
	d.listeners(c)
	d.oneOf("log.format", c.Log.Format, "text", "json")
	d.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	if dir, ok := strings.CutPrefix(c.Store.URL, "pebble:"); !ok || dir == "" {
		d.addf("store.url", "must be pebble:DIR, the embedded store")
	}
	between(d, "store.min_free_bytes", c.Store.MinFreeBytes, 0, 1<<50)
	d.policies(c)
	d.limits(c)
	if len(c.Tenants) == 0 {
		d.addf("tenants", "there is none; nobody could use the API")
	}
	d.tenants(c)
	if len(c.Carriers) == 0 {
		d.addf("carriers", "there is none; nothing could be sent")
	}
	d.carriers(c)
	d.hlr(c)
	d.controls(c)
	d.record(c)
}

func (d *decoder) listeners(c *Config) {
	d.address("api.listen", c.API.Listen)
	d.address("ops.listen", c.Ops.Listen)
	if c.API.Listen == c.Ops.Listen && !strings.HasSuffix(c.API.Listen, ":0") {
		d.addf("ops.listen", "is the address of the API too; give each its own")
	}
	if n := len(c.Ops.Token); n > 0 && n < 16 {
		d.addf("ops.token", "has %d characters; at least 16 keep it from being guessed", n)
	}
	if len(c.Ops.Token) == 0 {
		c.Warnings = append(c.Warnings, "ops.token_file: there is none, so administration and profiles are closed")
	}
}

func (d *decoder) limits(c *Config) {
	between(d, "api.body_limit", c.API.BodyLimit, 1<<10, 16<<20)
	for path, is := range map[string]time.Duration{
		"api.timeout": c.API.Timeout, "api.read_timeout": c.API.ReadTimeout, "api.write_timeout": c.API.WriteTimeout,
		"api.idle_timeout": c.API.IdleTimeout, "api.drain_timeout": c.API.DrainTimeout, "webhooks.timeout": c.Webhooks.Timeout,
	} {
		between(d, path, is, 10*time.Millisecond, 10*time.Minute)
	}
	between(d, "api.max_in_flight", c.API.MaxInFlight, 1, 1_000_000)
	between(d, "api.max_connections", c.API.MaxConnections, 1, 1_000_000)
	between(d, "queue.max_messages", c.Queue.MaxMessages, 1, 100_000_000)
	between(d, "queue.max_awaiting", c.Queue.MaxAwaiting, 1, 100_000_000)
	between(d, "queue.max_bytes", c.Queue.MaxBytes, 1<<20, 1<<40)
	between(d, "queue.max_age", c.Queue.MaxAge, time.Second, 24*time.Hour)
	for path, is := range map[string]int{
		"numbers": c.Counters.Numbers, "ranges": c.Counters.Ranges, "addresses": c.Counters.Addresses,
		"devices": c.Counters.Devices, "flows": c.Counters.Flows, "waiting": c.Counters.Waiting,
	} {
		between(d, "counters."+path, is, 1<<10, 1<<27)
	}
	for path, is := range map[string]time.Duration{
		"messages": c.Retention.Messages, "reviews": c.Retention.Reviews, "numbers": c.Retention.Numbers, "identities": c.Retention.Identities,
	} {
		between(d, "retention."+path, is, time.Hour, 10*365*24*time.Hour)
	}
	between(d, "retention.refusals", c.Retention.Refusals, time.Hour, 7*24*time.Hour) // an attack decides how many there are
	between(d, "webhooks.queue", c.Webhooks.Queue, 1, 10_000_000)
	between(d, "webhooks.workers", c.Webhooks.Workers, 1, 1000)
	if c.SMSC.Listen != "" {
		d.address("smsc.listen", c.SMSC.Listen)
	}
}

func (d *decoder) policies(c *Config) {
	for name, file := range c.Policies {
		d.readable(file, "policies."+name)
	}
	d.policy("policy", c.Policy, c)
}

func (d *decoder) policy(path, name string, c *Config) {
	known := slices.Concat(builtinPolicies, sortedKeys(c.Policies))
	if !contains(known, name) {
		d.addf(path, "there is no policy %q%s", name, didYouMean(name, known))
	}
}

func (d *decoder) address(path, addr string) {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		d.addf(path, "must be HOST:PORT such as 127.0.0.1:8080, not %q", addr)
	}
}

func (d *decoder) oneOf(path, is string, words ...string) {
	if !contains(words, is) {
		d.addf(path, "cannot be %q%s", is, didYouMean(is, words))
	}
}

func between[T cmp.Ordered](d *decoder, path string, is, low, high T) {
	if is < low || is > high {
		d.addf(path, "%v is not between %v and %v", is, low, high)
	}
}

// Config is the API's own form of its section.
func (a *API) Config() api.Config {
	return api.Config{
		BodyLimit: int(a.BodyLimit), Timeout: a.Timeout, ReadTimeout: a.ReadTimeout, WriteTimeout: a.WriteTimeout,
		IdleTimeout: a.IdleTimeout, MaxInFlight: a.MaxInFlight, MaxConnections: a.MaxConnections,
		AllowHTTPCallbacks: a.AllowHTTPCallbacks,
	}
}
