package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"tollgate/fraud/numbering"
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

// check judges what the packages behind would take, or find out too late.
func (f *devFlags) check() error {
	for flag, addr := range map[string]string{"api": f.api, "ops": f.ops, "smsc": f.smsc} {
		if !isAddress(addr) {
			return usagef("--%s: must be HOST:PORT such as 127.0.0.1:8080, not %q", flag, addr)
		}
	}
	if f.region != "" && !numbering.HasRegion(f.region) {
		return usagef("--region: there is no numbering plan for %q; give ISO 3166-1 alpha-2 in capitals, as in DE", f.region)
	}
	if f.webhook == "" {
		return nil
	}
	if err := account.CheckURL(f.webhook, true, true); err != nil {
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

// run serves until ctx ends; the line that starts with "ready" comes once the
// carriers had a moment to bind.
func (d *dev) run(ctx context.Context, out io.Writer) error {
	defer d.stopSim()
	defer d.console.start(out)()
	return d.app.run(ctx, func() { d.sayReady(ctx) })
}

func (d *dev) sayReady(ctx context.Context) {
	d.awaitBinds(ctx, 2*time.Second)
	where := ""
	if d.sim != nil {
		where = " smsc=" + d.simLn.Addr().String()
	}
	d.console.say(fmt.Sprintf("ready api=http://%s ops=http://%s%s key=%s policy=%s store=%s",
		d.apiLn.Addr(), d.opsLn.Addr(), where, devKey, d.cfg.Policy, d.cfg.Store.URL))
	for _, t := range d.cfg.Tenants {
		d.console.say("webhooks and callbacks are signed with " + t.Webhook.Secret.Reveal())
	}
	for _, c := range d.carriers {
		if h := c.Health(); !h.Up {
			d.console.say(fmt.Sprintf("carrier %s is not bound yet (%s); messages wait for it", c.Name(), h.LastError))
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
