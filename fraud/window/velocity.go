// Package window counts sends in sliding windows: per number, range, IP
// address, network, device, and IP and range together.
//
// Memory is bounded and allocated once: each kind of key has a flat table of
// fixed size, split into shards with a lock each. A key takes 8 octets of head
// and a cell of 24 to 100. When its bucket of eight is full a new key takes
// the place of a stale one, else of the oldest, whereby keys that counted more
// pass for younger: whoever floods the tables with random keys mostly evicts
// random keys.
//
// What is stated is approximate. A window is five slices and the share of a
// sixth, so a count can be off by what came within a fifth of the window.
// Distinct counts come from 128 bits: exact for a few, within some 10 % for a
// hundred, and not above 621; their window is between half an hour and an
// hour. Two keys are taken for one with a chance of about 1 in 2 million.
//
// The clock is an argument. A send with an older time than one before it
// counts as made at that later time.
package window

import (
	"net/netip"
	"sync/atomic"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Config sizes the tables. A zero field means its default.
type Config struct {
	Numbers int    // numbers held, 262 144: at 400 sends a second, ten minutes of them; 40 octets each
	Ranges  int    // ranges (number minus 3 digits) held, 65 536; 96 octets each
	IPs     int    // addresses held, 65 536; 64 octets each; a quarter as many networks, twice as many pairs with a range
	Devices int    // devices held, 65 536; 40 octets each
	Seed    uint64 // of the hash; random in a server, so that nobody can aim at a bucket, fixed in a replay
}

func (c Config) withDefaults() Config {
	for _, f := range []struct {
		v    *int
		dflt int
	}{{&c.Numbers, 1 << 18}, {&c.Ranges, 1 << 16}, {&c.IPs, 1 << 16}, {&c.Devices, 1 << 16}} {
		if *f.v <= 0 {
			*f.v = f.dflt
		}
	}
	return c
}

// How long a key that is not seen is still worth its place, in seconds.
const (
	minute = 60
	hour   = 3600
	day    = 24 * hour

	numberTTL = day + day/5
	rangeTTL  = 3 * day // the baseline is worth keeping over a weekend's nights
	sourceTTL = hour + hour/5
)

// Velocity counts sends. It is safe for concurrent use.
type Velocity struct {
	seed    uint64
	latest  atomic.Uint32 // newest second seen, for Keys
	numbers *table[number]
	ranges  *table[block]
	ips     *table[source]
	nets    *table[source]
	devices *table[distinct]
	pairs   *table[distinct]
}

// New allocates the tables.
func New(cfg Config) *Velocity {
	cfg = cfg.withDefaults()
	return &Velocity{
		seed:    cfg.Seed,
		numbers: newTable[number](cfg.Numbers, numberTTL),
		ranges:  newTable[block](cfg.Ranges, rangeTTL),
		ips:     newTable[source](cfg.IPs, sourceTTL),
		nets:    newTable[source](cfg.IPs/4, sourceTTL),
		devices: newTable[distinct](cfg.Devices, sourceTTL),
		pairs:   newTable[distinct](cfg.IPs*2, sourceTTL),
	}
}

// Send is one send to count. A zero IP or Device is not counted.
type Send struct {
	At     time.Time
	Tenant string // sends are counted over all tenants: an attack is not bound to one
	To     subscriber.MSISDN
	IP     netip.Addr
	Device uint64 // a hash; 0 for none
}

// Send counts s and returns what that makes, itself included.
func (v *Velocity) Send(s Send) (out fraud.Velocity) {
	now := v.second(s.At)
	digits := value(s.To)
	numberHash := v.hash(kindNumber, digits, 0)
	v.sendNumber(now, numberHash, &out)
	v.sendRange(now, digits, &out)
	if s.Device != 0 {
		c, sh := v.devices.at(v.hash(kindDevice, s.Device, 0), now)
		out.DeviceNumbers = c.see(numberHash, sh.was, now)
		sh.mu.Unlock()
	}
	if s.IP.IsValid() {
		v.sendIP(now, digits, numberHash, s.IP, &out)
	}
	return out
}

func (v *Velocity) sendNumber(now uint32, hash uint64, out *fraud.Velocity) {
	c, sh := v.numbers.at(hash, now)
	out.Number10m = c.tenMinutes.count(sh.was, now, 10*minute/slices)
	out.NumberDay = c.day.count(sh.was, now, day/slices)
	sh.mu.Unlock()
}

func (v *Velocity) sendRange(now uint32, digits uint64, out *fraud.Velocity) {
	c, sh := v.ranges.at(v.hash(kindRange, digits/1000, 0), now)
	out.RangeMinute = c.minute.count(sh.was, now, minute/slices)
	out.RangeHour = c.hour.count(sh.was, now, hour/slices)
	out.RangeBaseline = c.baseline.count(now)
	run, again := c.neighbours.add(uint16(digits%1000), sh.was, now)
	out.SequentialRun = run
	out.Concentration = c.spread.add(uint(digits%1000/100), again, sh.was, now)
	sh.mu.Unlock()
}

func (v *Velocity) sendIP(now uint32, digits, numberHash uint64, ip netip.Addr, out *fraud.Velocity) {
	host, network := addrKeys(ip)
	c, sh := v.ips.at(v.hash(kindIP, host, 0), now)
	out.IPMinute = c.minute.count(sh.was, now, minute/slices)
	out.IPHour = c.hour.count(sh.was, now, hour/slices)
	out.IPNumbers = c.numbers.see(numberHash, sh.was, now)
	sh.mu.Unlock()

	c, sh = v.nets.at(v.hash(kindNet, network, 0), now)
	out.NetMinute = c.minute.count(sh.was, now, minute/slices)
	c.hour.count(sh.was, now, hour/slices)
	out.NetNumbers = c.numbers.see(numberHash, sh.was, now)
	sh.mu.Unlock()

	d, sh := v.pairs.at(v.hash(kindPair, host, digits/1000), now)
	out.IPRange = d.see(numberHash, sh.was, now)
	sh.mu.Unlock()
}

// Keys is the count of live keys in all tables, as of the newest send.
func (v *Velocity) Keys() int {
	now := v.latest.Load()
	return v.numbers.live(now) + v.ranges.live(now) + v.ips.live(now) + v.nets.live(now) + v.devices.live(now) + v.pairs.live(now)
}

// number is what is kept of one number.
type number struct{ tenMinutes, day ring }

// block is what is kept of one range of a thousand numbers.
type block struct {
	minute, hour ring
	baseline     baseline
	neighbours   neighbours
	spread       spread
}

// source is what is kept of one address or network.
type source struct {
	minute, hour ring
	numbers      distinct
}
