// Package controls holds what operators and budgets rule out beside the score:
// safe and block lists, number ranges that are blocked for a time, spend caps,
// and the lots by which a share of would-be blocks is let through.
//
// It lays them out as facts and acts on nothing: the policy's rules decide. The
// lists of the configuration's files are read again at a reload; what is added
// while serving is kept in a sealed file of the data directory before it is
// answered. Range blocks and what was spent are written there every few seconds
// and at the end: after a crash what the last seconds added is forgotten.
//
// All of it is this node's own: nodes that share a store do not share it yet.
package controls

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/fraud/lists"
	"tollgate/fraud/ranges"
	"tollgate/fraud/spend"
	"tollgate/hlr/subscriber"
)

// Sealer encrypts what is kept. gateway/keys implements it.
type Sealer interface {
	Seal(dst, plain, context []byte) []byte
	Open(dst, sealed, context []byte) ([]byte, error)
}

// Devices makes the keyed hashes that devices are listed by: under the newest
// key, and under the former ones.
type Devices interface {
	Index(kind string, parts ...string) [16]byte
	IndexFormer(kind string, parts ...string) [][16]byte
}

// Config is what the controls begin with. The zero Config has no lists, no
// caps, and keeps nothing over a restart.
type Config struct {
	Dir     string // where what is learnt is kept; "" keeps it in memory
	Sealer  Sealer // needed with Dir
	Devices Devices
	Files   []File
	Spend   spend.Config
	Every   time.Duration // between two writings of what has changed; 0 means 2 s
	Now     func() time.Time
	Log     *slog.Logger
}

// Controls are safe for concurrent use.
type Controls struct {
	cfg      Config
	Lists    *Lists
	Ranges   *ranges.Blocks
	Spend    *spend.Book
	explored *explored
	m        *metrics
	stop     chan struct{}
	stopped  chan struct{}
	ended    sync.Once
}

// Open reads the lists and what was kept. A list that is wrong, or a kept file
// that cannot be opened, is an error: a gateway must not start without the
// blocks that its operator relies on.
func Open(cfg Config, reg prometheus.Registerer) (*Controls, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Every = cmp.Or(cfg.Every, 2*time.Second)
	c := &Controls{cfg: cfg, Ranges: ranges.New(0), Spend: spend.New(cfg.Spend), explored: newExplored()}
	var err error
	if c.Lists, err = openLists(&c.cfg); err != nil {
		return nil, err
	}
	if err := c.restore(); err != nil {
		return nil, err
	}
	c.m = newMetrics(reg, c)
	if cfg.Dir != "" {
		c.stop, c.stopped = make(chan struct{}), make(chan struct{})
		go c.keep()
	}
	return c, nil
}

// Close writes what has changed and ends.
func (c *Controls) Close() {
	if c.stop != nil {
		c.ended.Do(func() { close(c.stop) })
		<-c.stopped
	}
}

// Send is a send as far as the controls know it.
type Send struct {
	At      time.Time
	Tenant  string
	To      subscriber.MSISDN
	Region  string
	IP      string
	ASN     uint32
	Device  string
	Account string
	// Segments counts the text's, when there are caps to hold it against.
	Segments func() int
	// Lot draws this send's for the policy's exploration; nil when the policy
	// does not explore.
	Lot func() uint32
	// Uncounted is a question about a number, not a send.
	Uncounted bool
}

// Facts lays out what lists, blocks and budgets say of a send.
func (c *Controls) Facts(s *Send, f *fraud.Facts) {
	c.listed(s, f)
	f.RangeBlock = c.Ranges.Find(s.At, s.Tenant, s.To)
	if !c.Spend.Idle() {
		x := c.spending(s)
		f.Spend = c.Spend.Facts(&x)
	}
	if s.Lot != nil {
		f.Draw = c.explored.lot(s)
	}
}

func (c *Controls) listed(s *Send, f *fraud.Facts) {
	if c.Lists.empty() {
		return
	}
	q := lists.Query{At: s.At, Tenant: s.Tenant, To: s.To, ASN: s.ASN, Account: s.Account}
	if s.IP != "" {
		q.IP, _ = netip.ParseAddr(s.IP)
	}
	if s.Device != "" && c.cfg.Devices != nil && c.Lists.has(lists.Device) {
		q.Devices = append(c.cfg.Devices.IndexFormer(deviceKind, s.Device), c.cfg.Devices.Index(deviceKind, s.Device))
	}
	c.Lists.find(&q, &f.Listed)
}

func (c *Controls) spending(s *Send) spend.Send {
	x := spend.Send{At: s.At, Tenant: s.Tenant, Region: s.Region, To: s.To, Segments: 1}
	if s.Segments != nil {
		x.Segments = s.Segments()
	}
	return x
}

// Decided tells the range blocks and the exploration of a decision.
func (c *Controls) Decided(s *Send, p *fraud.Policy, d *fraud.Decision) {
	c.Ranges.Decided(s.At, s.Tenant, s.To, p, d, func(r *fraud.RangeRule) {
		c.m.rangeBlocks.WithLabelValues("opened").Inc()
		c.cfg.Log.Warn("a number range is blocked", "range", s.To.Range(r.Digits), "tenant", s.Tenant, "rule", r.Name())
	})
	if d.Explored {
		c.explore(s, d)
	}
}

// explore counts a block that was let through as step_up, and one that then
// proved itself.
func (c *Controls) explore(s *Send, d *fraud.Decision) {
	if d.Shown() == fraud.Allow {
		if c.explored.passed(s) {
			c.m.explored.WithLabelValues("passed").Inc()
		}
		return
	}
	c.explored.remember(s)
	c.m.explored.WithLabelValues("opened").Inc()
}

// Accepted counts what a send cost.
func (c *Controls) Accepted(s *Send) {
	x := c.spending(s)
	c.Spend.Add(&x)
}

// Judged is told what a person said of a send: one that was honest takes a
// repetition off its range.
func (c *Controls) Judged(at time.Time, tenant string, to subscriber.MSISDN, honest bool) {
	if honest {
		c.Ranges.Forgive(at, tenant, to)
	}
}

// Lift ends a range's block.
func (c *Controls) Lift(k ranges.Key) bool {
	if !c.Ranges.Lift(c.cfg.Now(), k) {
		return false
	}
	c.m.rangeBlocks.WithLabelValues("lifted").Inc()
	return true
}

// Set takes over the lists and caps of another configuration; on an error
// everything stays as it was.
func (c *Controls) Set(files []File, caps spend.Config) error {
	table, err := ReadFiles(files, c.cfg.Devices)
	if err != nil {
		return err
	}
	c.Lists.files.Store(table)
	c.Spend.Set(caps)
	return nil
}

// restore reads what a former process kept.
func (c *Controls) restore() error {
	var blocks []ranges.Block
	var counts []spend.Count
	if err := errors.Join(c.read(rangesFile, &blocks), c.read(spendFile, &counts)); err != nil {
		return fmt.Errorf("controls: %w", err)
	}
	c.Ranges.Restore(blocks)
	c.Spend.Restore(counts)
	return nil
}

// keep writes what has changed, now and then and at the end.
func (c *Controls) keep() {
	defer close(c.stopped)
	tick := time.NewTicker(c.cfg.Every)
	defer tick.Stop()
	wasRanges, wasSpend := 0, 0 // what was restored has changed nothing
	for end := false; !end; {
		select {
		case <-tick.C:
		case <-c.stop:
			end = true
		}
		now := c.cfg.Now()
		c.keepOne(rangesFile, c.Ranges.Changed(), &wasRanges, func() any { return c.Ranges.Snapshot(now) })
		c.keepOne(spendFile, c.Spend.Changed(), &wasSpend, func() any { return c.Spend.Snapshot(now) })
	}
}

func (c *Controls) keepOne(name string, is int, was *int, snapshot func() any) {
	if is == *was {
		return
	}
	if err := c.write(name, snapshot()); err != nil {
		c.cfg.Log.Error("keeping what the controls learnt; a restart would forget it", "file", name, "error", err)
		return
	}
	*was = is
}
