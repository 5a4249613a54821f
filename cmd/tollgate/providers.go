package main

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/config"
	"tollgate/hlr"
	"tollgate/hlr/httpjson"
	"tollgate/hlr/static"
)

// newGatherer makes the configured providers, in their order of priority. On
// an error it has closed what it had made.
func newGatherer(cfg *config.Config, reg prometheus.Registerer, log *slog.Logger) (*hlr.Gatherer, error) {
	gc := cfg.HLR.Gathering()
	for i := range cfg.HLR.Providers {
		p := &cfg.HLR.Providers[i]
		list, err := newProviders(p, reg, log)
		if err != nil {
			hlr.New(gc, prometheus.NewRegistry(), time.Now, log).Close()
			return nil, usageError{fmt.Errorf("provider %s: %w", p.URL, err)}
		}
		gc.Providers = append(gc.Providers, list...)
	}
	return hlr.New(gc, reg, time.Now, log), nil
}

// loadCells reads where cells stand, if a file tells.
func loadCells(cfg *config.Config) (*hlr.Cells, error) {
	if cfg.HLR.Cells == "" {
		return nil, nil
	}
	f, err := os.Open(cfg.HLR.Cells)
	if err != nil {
		return nil, usagef("hlr.cells: %w", err)
	}
	defer f.Close()
	cells, err := hlr.LoadCells(f)
	if err != nil {
		return nil, usagef("%s: %w", cfg.HLR.Cells, err)
	}
	return cells, nil
}

// newProviders makes what one entry of the configuration stands for: one
// provider, or each API of a network.
func newProviders(p *config.HLRProvider, reg prometheus.Registerer, log *slog.Logger) ([]hlr.ProviderConfig, error) {
	if p.Kind == "camara" {
		return newCamara(p, log)
	}
	made, err := newProvider(p, reg, log)
	if err != nil {
		return nil, err
	}
	asking := p.Asking()
	asking.Provider = made
	return []hlr.ProviderConfig{asking}, nil
}

// newProvider makes one provider from its URL and its settings.
func newProvider(p *config.HLRProvider, reg prometheus.Registerer, log *slog.Logger) (hlr.Provider, error) {
	switch p.Kind {
	case "static":
		return static.New(p.File, reg, log)
	case "osmohlr":
		return newOsmoHLR(p, log)
	case "osmomsc":
		return newOsmoMSC(p)
	case "enum":
		return newEnum(p, log)
	case "httpjson":
		return httpjson.New(httpjson.Config{Name: p.Name, File: p.File, Secret: p.Secret.Reveal(), Registry: reg}, log)
	}
	return nil, fmt.Errorf("%s is no kind of provider", p.Kind)
}
