package main

import (
	"tollgate/gateway"
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
