package config

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tollgate/fraud/numbering"
	"tollgate/fraud/spend"
	"tollgate/gateway/controls"
)

// Spend is what segments cost and what may be spent, in one currency.
type Spend struct {
	Currency string             `yaml:"currency"` // for people; nothing is converted
	Prices   map[string]float64 `yaml:"prices"`   // of one segment, by region, +prefix, or default
	Caps     []SpendCap         `yaml:"caps"`
}

// SpendCap is one budget. Of hour and day one may be missing.
type SpendCap struct {
	Name        string  `yaml:"name"`
	Tenant      string  `yaml:"tenant"`      // an id, each, or missing: all together
	Destination string  `yaml:"destination"` // a region, a +prefix, each (region), or missing: all together
	Hour        float64 `yaml:"hour"`
	Day         float64 `yaml:"day"`
}

// priceDefault is the price of destinations that have none of their own.
const priceDefault = "default"

// maxCaps keeps the caps that a send is held against few.
const maxCaps = 200

// ListFiles are the safe and block lists, for all tenants and for one each.
func (c *Config) ListFiles() (files []controls.File) {
	for _, f := range c.Lists.Entries {
		files = append(files, controls.File{Path: f})
	}
	for i := range c.Tenants {
		for _, f := range c.Tenants[i].Lists {
			files = append(files, controls.File{Path: f, Tenant: c.Tenants[i].ID})
		}
	}
	return files
}

// SpendConfig is prices and caps in the counters' own words.
func (s *Spend) SpendConfig() (out spend.Config) {
	for _, where := range sortedKeys(s.Prices) {
		p := spend.Price{Destination: where, Each: micros(s.Prices[where])}
		if where == priceDefault {
			p.Destination = ""
		}
		out.Prices = append(out.Prices, p)
	}
	for _, c := range s.Caps {
		out.Caps = append(out.Caps, spend.Cap{Name: c.Name, Tenant: c.Tenant, Destination: c.Destination, Hour: micros(c.Hour), Day: micros(c.Day)})
	}
	return out
}

func micros(v float64) spend.Money { return spend.Money(math.Round(v * 1e6)) }

func (d *decoder) controls(c *Config) {
	for i, f := range c.Lists.Entries {
		d.readable(f, fmt.Sprintf("lists.entries[%d]", i))
	}
	for i := range c.Tenants {
		t, path := &c.Tenants[i], fmt.Sprintf("tenants[%d]", i)
		for j, f := range t.Lists {
			d.readable(f, fmt.Sprintf("%s.lists[%d]", path, j))
		}
		d.shadow(path+".shadow", t.Shadow, c)
	}
	d.shadow("shadow", c.Shadow, c)
	d.spend(c)
}

// maxShadows bounds what is decided beside each decision.
const maxShadows = 8

func (d *decoder) shadow(path string, names []string, c *Config) {
	for i, name := range names {
		d.policy(fmt.Sprintf("%s[%d]", path, i), name, c)
	}
	if len(names) > maxShadows {
		d.addf(path, "names %d policies; at most %d run beside the live one", len(names), maxShadows)
	}
}

func (d *decoder) spend(c *Config) {
	for where, price := range c.Spend.Prices {
		path := "spend.prices." + where
		if where != priceDefault {
			d.destination(path, where)
		}
		between(d, path, price, 0, 1000)
	}
	if len(c.Spend.Caps) > maxCaps {
		d.addf("spend.caps", "there are %d; at most %d, else one with tenant or destination each", len(c.Spend.Caps), maxCaps)
	}
	if len(c.Spend.Caps) > 0 && len(c.Spend.Prices) == 0 {
		d.addf("spend.prices", "there is none, so no cap could ever be reached: write at least default")
	}
	names := map[string]string{}
	for i := range c.Spend.Caps {
		b, path := &c.Spend.Caps[i], fmt.Sprintf("spend.caps[%d]", i)
		d.unique(path+".name", b.Name, names)
		if b.Tenant != "" && b.Tenant != spend.Each && !slices.ContainsFunc(c.Tenants, func(t Tenant) bool { return t.ID == b.Tenant }) {
			d.addf(path+".tenant", "there is no tenant %q; each counts every tenant apart", b.Tenant)
		}
		if b.Destination != "" && b.Destination != spend.Each {
			d.destination(path+".destination", b.Destination)
		}
		if b.Hour == 0 && b.Day == 0 {
			d.addf(path, "needs hour or day: how much may be spent")
		}
		between(d, path+".hour", b.Hour, 0, 1e9)
		between(d, path+".day", b.Day, 0, 1e9)
	}
}

// destination checks a region or prefix.
func (d *decoder) destination(path, where string) {
	digits, prefix := strings.CutPrefix(where, "+")
	switch {
	case prefix && len(digits) > 0 && len(digits) <= 12 && strings.Trim(digits, "0123456789") == "":
	case !prefix && regionPattern.MatchString(where) && numbering.HasRegion(where):
	default:
		d.addf(path, "%q must be a region in capitals such as DE, or a prefix such as +882", where)
	}
}
