package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/gateway/config"
	"tollgate/smpp/carrier"
)

// loadPolicies reads the built-in policies, the configured ones over them,
// and the default where it names a file.
func loadPolicies(cfg *config.Config) (map[string]*fraud.Policy, error) {
	policies := map[string]*fraud.Policy{}
	var errs []error
	add := func(name string, text []byte, err error) {
		if err != nil {
			err = fmt.Errorf("policy %s: %w", name, err)
		} else {
			policies[name], err = fraud.LoadPolicy(name, text) // which names it
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	for _, name := range []string{"default", "strict", "observe"} {
		text, err := configs.FS.ReadFile("policies/" + name + ".yaml")
		add(name, text, err)
	}
	for name, file := range cfg.Policies {
		text, err := os.ReadFile(file)
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

// carrierConfig turns a configured carrier into one that can bind.
func carrierConfig(c *config.Carrier) (cc carrier.Config, err error) {
	if cc, err = c.SMPP(); err != nil {
		return cc, err
	}
	cc.TLS, err = tlsConfig(c)
	return cc, err
}
