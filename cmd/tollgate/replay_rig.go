package main

import (
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
)

// replayRig is what a replay decides with.
type replayRig struct {
	name     string // of the policy, with its version
	policies map[string]*fraud.Policy
	policy   *fraud.Policy
	tenants  map[string]string // tenant to policy
	tables   gateway.Tables
	hosts    map[uint32]bool // systems that rent out machines
	price    func(string) float64
}

func newReplayRig(f *replayFlags) (*replayRig, error) {
	cfg := config.Default()
	if f.config != "" {
		var err error
		if cfg, err = config.Load(f.config, os.LookupEnv); err != nil {
			return nil, usageError{err}
		}
	}
	namePolicy(cfg, f.policy)
	rig := &replayRig{}
	var err error
	if rig.policies, err = loadPolicies(cfg); err != nil {
		return nil, err
	}
	rig.policy = rig.policies[cfg.Policy]
	rig.name = rig.policy.Version()
	if rig.tables, err = loadTables(&cfg.Lists); err != nil {
		return nil, err
	}
	rig.hosts = rig.tables.Addresses.Datacentres()
	rig.tables.Addresses = rig.tables.Addresses.ListsOnly()
	return rig, rig.loadPrices(f.prices)
}

// namePolicy sets the policy by name or by file.
func namePolicy(cfg *config.Config, policy string) {
	if policy == "" {
		return
	}
	cfg.Policy = policy
	if strings.ContainsAny(policy, "./") {
		cfg.Policy = strings.TrimSuffix(filepath.Base(policy), filepath.Ext(policy))
		cfg.Policies = map[string]string{cfg.Policy: policy}
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

const replayNumbers = 4 << 20 // numbers remembered of each sort

func (rig *replayRig) engine() *replay.Engine {
	return replay.NewEngine(replay.Config{
		Policy:      func(string) *fraud.Policy { return rig.policy },
		Number:      rig.tables.Number,
		Client:      rig.client,
		Windows:     velocityWindows{window.New(window.Config{Numbers: 1 << 20, Ranges: 1 << 18, IPs: 1 << 18, Devices: 1 << 18, Seed: 1})},
		Subscribers: offline.New(replayNumbers, nil, nil),
	})
}

// client is what the kinds of systems and the operator's lists tell.
func (rig *replayRig) client(ip netip.Addr, asn uint32) fraud.Client {
	f := fraud.Client{ASN: asn, Datacentre: rig.hosts[asn]}
	if ip.IsValid() {
		i := rig.tables.Addresses.Find(ip)
		f.Country, f.Tor, f.Datacentre = i.Country, i.Tor, f.Datacentre || i.Datacentre
		if i.ASN != 0 {
			f.ASN = i.ASN
		}
	}
	return f
}

// velocityWindows counts sends. It learns nothing from outcomes.
type velocityWindows struct{ v *window.Velocity }

func (w velocityWindows) Send(s *replay.Send, out *fraud.Velocity) {
	*out = w.v.Send(window.Send{At: s.At, Tenant: s.Tenant, To: s.To, IP: s.IP, Device: s.Device})
}
func (velocityWindows) Await(*replay.Send, float64) {}
func (velocityWindows) Check(*replay.Check)         {}
func (velocityWindows) Receipt(*replay.Receipt)     {}
