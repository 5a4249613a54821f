package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/config"
	"tollgate/gateway/otp"
)

var checkConfigCommand = &command{
	name:     "check-config",
	args:     "FILE",
	short:    "read a configuration and everything it names, and say all that is wrong",
	long:     "Nothing is started and nothing is written. Exit code 2 when something is wrong.",
	examples: []string{"tollgate check-config configs/tollgate.yaml"},
	run: func(_ context.Context, c *cli) error {
		if err := c.parse(); err != nil {
			return err
		}
		if c.NArg() != 1 {
			return usagef("name one configuration file")
		}
		cfg, err := config.Load(c.Arg(0), os.LookupEnv)
		if err != nil {
			return usageError{err}
		}
		a := &app{cfg: cfg, log: slog.New(slog.DiscardHandler), reg: prometheus.NewRegistry()}
		if err := a.read(); err != nil { // as a start does, before it takes or makes anything
			return err
		}
		defer a.facts.Close()
		for _, w := range cfg.Warnings {
			fmt.Fprintln(c.out, "warning:", w)
		}
		fmt.Fprintf(c.out, "%s is good: %d tenants, %d carriers, %d providers, %d policies\n",
			c.Arg(0), len(cfg.Tenants), len(cfg.Carriers), len(cfg.HLR.Providers), len(a.policies))
		return nil
	},
}

// checkNamed looks into what the configuration names beside its policies.
func checkNamed(cfg *config.Config) error {
	for _, t := range cfg.Tenants {
		if _, err := otp.NewCatalog(t.Templates); err != nil {
			return usagef("tenant %s: %w", t.ID, err)
		}
	}
	for i := range cfg.Carriers {
		cc, err := carrierConfig(&cfg.Carriers[i])
		if err != nil {
			return usagef("carrier %s: %w", cfg.Carriers[i].Name, err)
		}
		for _, err := range cc.Validate() {
			return usageError{err}
		}
	}
	return nil
}
