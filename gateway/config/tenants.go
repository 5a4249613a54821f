package config

import (
	"time"

	"tollgate/gateway"
)

// GatewayTenants is the tenants in the gateway's own words. Each call makes
// new ones.
func (c *Config) GatewayTenants() []*gateway.Tenant {
	list := make([]*gateway.Tenant, len(c.Tenants))
	for i := range c.Tenants {
		list[i] = c.Tenants[i].gateway()
	}
	return list
}

func (t *Tenant) gateway() *gateway.Tenant {
	g := &gateway.Tenant{
		ID: t.ID, DefaultRegion: t.DefaultRegion, Regions: t.Regions, Networks: t.Networks, Policy: t.Policy, Shadow: t.Shadow,
		Sender: t.Sender, Senders: t.Senders, Brand: t.Brand, Locale: t.Locale, Templates: t.Templates,
		WebhookURL: t.Webhook.URL, WebhookSecret: t.Webhook.Secret.Reveal(),
		Cooldown: cooldown(t.Cooldown), CodeLength: t.CodeLength,
		PerNumber: t.Limits.PerNumber, PerSecond: t.Limits.PerSecond,
	}
	for _, k := range t.Keys {
		g.KeyHashes = append(g.KeyHashes, k)
	}
	return g
}

// cooldown puts "0 turns it off" into the gateway's "negative turns it off,
// 0 is the default".
func cooldown(d *time.Duration) time.Duration {
	switch {
	case d == nil:
		return 0
	case *d == 0:
		return -1
	}
	return *d
}
