package main

import (
	"reflect"

	"tollgate/gateway"
	"tollgate/gateway/api"
	"tollgate/gateway/config"
)

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
		if err := checkNamed(cfg); err != nil {
			return err
		}
		policies, err := loadPolicies(cfg)
		if err != nil {
			return err
		}
		list := cfg.GatewayTenants()
		if _, err := api.NewTenants(list); err != nil { // before anything is taken over
			return err
		}
		if err := a.keepPolicies(policies); err != nil {
			return err
		}
		if err := a.controls.Set(cfg.ListFiles(), cfg.Spend.SpendConfig()); err != nil {
			return err
		}
		if err := a.service.SetPolicies(policies, cfg.Policy); err != nil {
			return err
		}
		a.service.SetShadow(cfg.Shadow)
		if err := a.tenants.Swap(list); err != nil {
			return err
		}
		a.indexTenants(list)
		a.service.Forget()
		a.warnUnchanged(cfg)
		return nil
	}()
	if err != nil {
		a.reloaded.Set(0)
		a.log.Error("the configuration was not reloaded; the former one is in force", "error", err)
		return err
	}
	a.reloaded.Set(1)
	a.log.Info("tenants, policies, lists and spend caps were reloaded")
	return nil
}

// warnUnchanged names what the new configuration changes and only a restart
// takes over.
func (a *app) warnUnchanged(cfg *config.Config) {
	was, wasLists, lists := a.cfg, a.cfg.Lists, cfg.Lists
	wasLists.Entries, lists.Entries = nil, nil // taken over
	for _, part := range []struct {
		name     string
		was, now any
	}{
		{"api", was.API, cfg.API}, {"ops", was.Ops, cfg.Ops}, {"store", was.Store, cfg.Store}, {"keys", was.Keys, cfg.Keys},
		{"log", was.Log, cfg.Log}, {"carriers", was.Carriers, cfg.Carriers}, {"hlr", was.HLR, cfg.HLR}, {"lists", wasLists, lists},
		{"queue", was.Queue, cfg.Queue}, {"counters", was.Counters, cfg.Counters},
		{"record", was.Record, cfg.Record}, {"retention", was.Retention, cfg.Retention}, {"webhooks", was.Webhooks, cfg.Webhooks},
	} {
		if !reflect.DeepEqual(part.was, part.now) {
			a.log.Warn("this part of the configuration has changed and needs a restart", "part", part.name)
		}
	}
}
