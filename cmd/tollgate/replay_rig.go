package main

import (
	"cmp"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/fraud/window"
	"tollgate/gateway"
	"tollgate/gateway/config"
	"tollgate/gateway/offline"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// replayRig is what a replay decides with.
type replayRig struct {
	cfg      *config.Config
	policies []*fraud.Policy          // for all tenants; the second one is compared
	files    map[string]string        // of policies that are no shipped ones, by name
	byTenant map[string]*fraud.Policy // over the first, where the configuration says so
	regions  map[string]string
	partners map[string][]subscriber.PLMN
	tables   gateway.Tables
	cells    *hlr.Cells
	silent   bool // nobody reads the evidence
	windows  window.Config
	hosts    map[uint32]bool // systems that rent out machines
	price    func(string) float64
}

// replayWindows hold a file of millions of sends.
var replayWindows = window.Config{Numbers: 1 << 20, Ranges: 1 << 18, IPs: 1 << 18, Devices: 1 << 18, Flows: 1 << 21, Waiting: 1 << 18, Seed: 1}

func newReplayRig(f *replayFlags) (*replayRig, error) {
	rig := &replayRig{cfg: config.Default(), windows: replayWindows, silent: f.decisions == "" && f.explain == "" && f.compare == ""}
	var err error
	if f.config != "" {
		if rig.cfg, err = config.Load(f.config, os.LookupEnv); err != nil {
			return nil, usageError{err}
		}
	}
	if err := rig.loadPolicies(f); err != nil {
		return nil, err
	}
	if rig.tables, err = loadTables(&rig.cfg.Lists); err != nil {
		return nil, err
	}
	rig.hosts = rig.tables.Addresses.Datacentres()
	if !rig.cfg.Replay.IPTables {
		rig.tables.Addresses = rig.tables.Addresses.ListsOnly()
	}
	if rig.cells, err = loadCells(rig.cfg); err != nil {
		return nil, err
	}
	return rig, rig.loadPrices(cmp.Or(f.price, rig.cfg.Replay.Prices))
}

// loadPolicies takes the policies of the configuration, or the one that is
// named for all tenants, and the one to compare with.
func (rig *replayRig) loadPolicies(f *replayFlags) error {
	rig.byTenant, rig.regions, rig.partners = map[string]*fraud.Policy{}, map[string]string{}, map[string][]subscriber.PLMN{}
	named := []string{f.policy}
	if f.compare != "" {
		named = append(named, f.compare)
	}
	for _, name := range named {
		cfg := *rig.cfg
		namePolicy(&cfg, name)
		all, err := loadPolicies(&cfg)
		if err != nil {
			return err
		}
		rig.policies = append(rig.policies, all[cfg.Policy])
		if rig.files == nil {
			rig.files = cfg.Policies
		}
		for i := range cfg.Tenants {
			t := &cfg.Tenants[i]
			rig.regions[t.ID], rig.partners[t.ID] = t.DefaultRegion, t.Networks
			if p := all[t.Policy]; p != nil && f.policy == "" && len(rig.policies) == 1 {
				rig.byTenant[t.ID] = p
			}
		}
	}
	return nil
}

// namePolicy sets the default policy, by name or by file.
func namePolicy(cfg *config.Config, policy string) {
	if policy == "" {
		return
	}
	cfg.Policy = policy
	if strings.ContainsAny(policy, "./") {
		cfg.Policy = strings.TrimSuffix(filepath.Base(policy), filepath.Ext(policy))
		cfg.Policies = maps.Clone(cfg.Policies)
		if cfg.Policies == nil {
			cfg.Policies = map[string]string{}
		}
		cfg.Policies[cfg.Policy] = policy
	}
}

func (rig *replayRig) loadPrices(file string) error {
	in, err := configs.FS.Open("prices.csv")
	if file != "" {
		in, err = os.Open(file)
	}
	if err != nil {
		return usageError{err}
	}
	defer in.Close()
	if rig.price, err = replay.LoadPrices(in); err != nil {
		return usageError{err}
	}
	return nil
}

// replayNumbers is how many numbers of each sort are remembered: some 500 octets
// for one with an identity and an approved code.
const replayNumbers = 4 << 20

func (rig *replayRig) lanes() (lanes []*replay.Lane) {
	for i, p := range rig.policies {
		policy := replay.Same(p)
		if i == 0 && len(rig.byTenant) > 0 {
			policy = func(tenant string) *fraud.Policy {
				if of, ok := rig.byTenant[tenant]; ok {
					return of
				}
				return p
			}
		}
		lanes = append(lanes, &replay.Lane{Name: p.Version(), Engine: rig.engine(policy), Tally: replay.NewTally(rig.price)})
	}
	return lanes
}

func (rig *replayRig) engine(policy func(string) *fraud.Policy) *replay.Engine {
	return replay.NewEngine(replay.Config{
		Policy:      policy,
		Silent:      rig.silent,
		Region:      func(tenant string) string { return rig.regions[tenant] },
		Number:      rig.tables.Number,
		Client:      rig.client,
		Windows:     window.New(rig.windows),
		Subscribers: offline.New(replayNumbers, rig.cells, func(tenant string) []subscriber.PLMN { return rig.partners[tenant] }),
	})
}

// client is what the kinds of systems and the lists tell.
func (rig *replayRig) client(ip netip.Addr, asn uint32) fraud.Client {
	i := rig.tables.Addresses.Find(ip)
	f := fraud.Client{Country: i.Country, ASN: asn, Tor: i.Tor}
	if i.ASN != 0 {
		f.ASN, f.Datacentre = i.ASN, i.Datacentre
		return f
	}
	f.Datacentre = i.Datacentre || rig.hosts[asn]
	return f
}
