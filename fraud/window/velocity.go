// Package window counts sends, and what became of them, in sliding windows.
//
// Velocity.Send counts a send under its number, range, address, network, device
// and account, and reads what that makes. Velocity.Await says that it was let
// go; from then on its outcome is evidence, which Check and Receipt bring and
// whose absence counts the more the older the code gets. What is kept of
// outcomes is a flow a key: ranges of a tenant and of all, addresses, devices,
// and the wide streams that an attack hides in (a country, a network, an
// autonomous system, a TLS fingerprint, what a send looks like at a glance).
//
//   - Conversion is a sequential test that never ends (Page 1954): each code
//     adds the log ratio of "an attack's" to "as usual here", with floor 0. An
//     unanswered code adds that of the two survival functions at its age, in
//     steps (pending.go), and an answer takes back what its silence had said.
//     What is usual is learnt per tenant and country from sends that did not
//     look suspect (usual.go); a tenant whose codes are never typed in through
//     us has none, and then nothing is evidence. With floor 0 a test reaches h
//     nats by chance about once in e^h codes.
//   - Crowding is where newcomers' numbers come from: down from the country to
//     a thousand numbers, the deviance of each range's share from what it is
//     used to, divided by what a share that was learnt from few does not know
//     (crowd.go). A flash crowd shows little in it.
//   - Open codes are newcomers' as far as they should have been typed in by
//     their age; what is just on its way is not open.
//   - Refused sends bring no outcome. How much of the latest newcomers looked
//     suspect is kept per country and class (suspect.go): the memory of a
//     campaign that takes another range. A range's own suspects do not count
//     for it, and who proves himself is none any more.
//   - A tenant that has stopped to report checks is told from a flood that
//     nobody answers by people who are known and, where these are few, by how
//     many ask (usual.go).
//   - Staged approvals come from other devices and networks than the send, or
//     after ever the same time (staged.go).
//   - Newcomers who have typed their codes in leave the crowd and the burst of
//     their ranges (outcome.go, cancel), unless approvals there look staged.
//   - Numbers that do not exist show by their receipts: a sequential test of a
//     tenant's range against what of the network's messages fails usually
//     (undelivered.go).
//   - An outage is told by breadth and by route (outage.go): messages of people
//     who are known fail too, or over many ranges, of one country, network or
//     carrier; or nobody answers what went over it. Then what fails or stays
//     unanswered blames no range, and nothing is missing from the streams.
//   - Codes that come back too completely are a weak test the other way
//     (complete.go), an expired code a weak approval (late.go), and what a
//     person found of a send moves its ranges and source (judged.go).
//
// Memory is bounded and allocated once: each kind of key has a flat table of
// fixed size, split into shards with a lock each. A key takes 8 octets of head
// and a cell of 24 to 108. When its bucket of eight is full a new key takes
// the place of a stale one, else of the oldest, whereby keys that counted more
// pass for younger: whoever floods the tables with random keys mostly evicts
// random keys. The lines of a send's keys are fetched together before they are
// looked up one after another (prefetch.go).
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
	"math/bits"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// Config sizes the tables. A zero field means its default.
type Config struct {
	Numbers int    // numbers held, 262 144: at 400 sends a second, ten minutes of them; 56 octets each
	Ranges  int    // tenants' ranges (number minus 3 digits) held, 65 536; 116 octets each
	IPs     int    // addresses held, 65 536; 64 octets each; a quarter as many networks, twice as many pairs with a range
	Devices int    // devices held, 65 536; 40 octets each
	Flows   int    // keys that outcomes are kept for, 262 144; 72 octets each
	Waiting int    // sends whose outcome is awaited, 65 536, which is ten minutes of a hundred a second; 160 octets each
	Seed    uint64 // of the hash; random in a server, so that nobody can aim at a bucket, fixed in a replay
}

func (c Config) withDefaults() Config {
	for _, f := range []struct {
		v    *int
		dflt int
	}{{&c.Numbers, 1 << 18}, {&c.Ranges, 1 << 16}, {&c.IPs, 1 << 16}, {&c.Devices, 1 << 16},
		{&c.Flows, 1 << 18}, {&c.Waiting, 1 << 16}} {
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

	numberTTL  = day + day/5
	rangeTTL   = 3 * day // the baseline is worth keeping over a weekend's nights
	sourceTTL  = hour + hour/5
	accountTTL = 90 * day
)

// Velocity counts sends and what became of them. It is safe for concurrent use.
type Velocity struct {
	seed     uint64
	latest   atomic.Uint32 // newest second seen, for Keys
	numbers  *table[number]
	ranges   *table[block]
	ips      *table[source]
	nets     *table[source]
	devices  *table[distinct]
	pairs    *table[distinct]
	flows    flows
	rates    rates
	receipts tallies // of countries, networks and carriers
	answers  tallies // of carriers
	accounts accounts
	trials   *table[trial]

	mu      sync.Mutex // of what follows
	waiting *waiting
	curve   curve
	near    sought                   // by the outcome at hand
	ahead   [len(checkpoints)]sought // of each cursor's next send
}

// New allocates the tables.
func New(cfg Config) *Velocity {
	cfg = cfg.withDefaults()
	return &Velocity{
		seed:     cfg.Seed,
		numbers:  newTable[number](cfg.Numbers, numberTTL),
		ranges:   newTable[block](cfg.Ranges, rangeTTL),
		ips:      newTable[source](cfg.IPs, sourceTTL),
		nets:     newTable[source](cfg.IPs/4, sourceTTL),
		devices:  newTable[distinct](cfg.Devices, sourceTTL),
		pairs:    newTable[distinct](cfg.IPs*2, sourceTTL),
		flows:    flows{newTable[flow](cfg.Flows, uint32(flowTTL))},
		rates:    rates{newTable[rate](cfg.Flows/64, uint32(flowTTL))},
		receipts: tallies{newTable[tally](cfg.Flows/64, uint32(flowTTL))},
		answers:  tallies{newTable[tally](cfg.Flows/64, uint32(flowTTL))},
		accounts: accounts{newTable[account](cfg.Numbers, uint32(accountTTL))},
		trials:   newTable[trial](cfg.Devices, numberTTL),
		waiting:  newWaiting(cfg.Waiting),
		curve:    newCurve(),
	}
}

// Send is one send to count. What is zero was not told and is not counted.
type Send struct {
	ID      uint64 // outcomes come under it
	At      time.Time
	Tenant  string
	Purpose string
	To      subscriber.MSISDN
	Region  string // of the number, ISO 3166-1 alpha-2
	Network string // that serves the number or, where that is not known, had it first
	Account uint64 // hashes, each of the tenant's own word
	Device  uint64
	JA4     uint64
	Agent   uint64 // of the User-Agent
	IP      netip.Addr
	ASN     uint32
	// Verified says that the number was verified before: whoever comes again
	// is no newcomer to its range.
	Verified bool
	// OtherDevice says that it was verified with another device, Datacentre
	// that ASN rents out machines, OddLine that the number is no mobile one.
	OtherDevice, Datacentre, OddLine bool

	newcomer bool   // as Send found, for Await
	first    uint64 // likewise
	class    uint64
}

// keyed is a send as the numbers that its keys are made of.
type keyed struct {
	tenant, digits, country, network uint64
	account, device, client, agent   uint64
	ip, net, class                   uint64
	asn                              uint32
}

func (s *Send) keyed() keyed {
	k := keyed{
		tenant: word(s.Tenant), digits: value(s.To), country: word(s.Region), network: word(s.Network),
		account: s.Account, device: s.Device, client: s.JA4, agent: s.Agent, asn: s.ASN, class: s.class,
	}
	k.ip, k.net = addrKeys(s.IP)
	return k
}

// Send counts s and returns what that makes, itself included; what it says of
// outcomes and of crowds is of the sends before.
func (v *Velocity) Send(s *Send, out *fraud.Velocity) {
	*out = fraud.Velocity{}
	now := v.second(s.At)
	k := s.keyed()
	var near sought
	v.seekSend(&k, &near)
	near.fetchHeads()
	v.mu.Lock()
	v.advance(now)
	v.mu.Unlock()
	near.fetchCells(now)
	numberHash := v.hash(kindNumber, k.digits, 0)
	first, seen := v.sendNumber(now, numberHash, s.ID, &k, out)
	again := seen != 0
	v.sendRange(now, &k, s.Verified || again && now-seen < hour, out)
	if k.device != 0 {
		c, sh := v.devices.at(v.hash(kindDevice, k.device, 0), now)
		out.DeviceNumbers = c.see(numberHash, sh.was, now)
		sh.mu.Unlock()
	}
	if k.ip != 0 {
		v.sendIP(now, k.digits, numberHash, &k, out)
	}
	s.newcomer, s.first = !again && !s.Verified, first
	v.accounts.send(v, now, &k, out)
	k.class = classOf(s, s.newcomer, out) | word(s.Purpose)<<classBits
	s.class = k.class
	country, own := v.crowd(now, &k, s.newcomer, again, out)
	v.surge(now, &k, &own, again, out)
	v.outcomes(now, &k, s.newcomer, &country, out)
	v.failures(now, &k, out)
}

// sendNumber says when the number was asked for before, within a day or so (0:
// it was not), and which send of the day counts for it.
func (v *Velocity) sendNumber(now uint32, hash, id uint64, k *keyed, out *fraud.Velocity) (first uint64, seen uint32) {
	c, sh := v.numbers.at(hash, now)
	seen = min(sh.was, now)
	if seen != 0 && now-min(now, c.firstAt) < day {
		first = c.first
	} else {
		c.first, c.firstAt, c.devices = id, now, 0
	}
	out.Number10m = c.tenMinutes.count(sh.was, now, 10*minute/slices)
	out.NumberDay = c.day.count(sh.was, now, day/slices)
	if k.account != 0 {
		c.accounts |= 1 << (mix(k.account) & 31)
	}
	out.NumberAccounts = float64(bits.OnesCount32(c.accounts))
	if k.device != 0 {
		c.devices |= 1 << (mix(k.device) & 31)
	}
	out.NumberDevices = float64(bits.OnesCount32(c.devices))
	sh.mu.Unlock()
	return first, seen
}

// sendRange counts a number once in a while: whoever asks again, or was verified
// before, is no burst. A
// range is each tenant's own: what one is pumped with must not refuse another's
// people, to whom what becomes of the codes (outRangeAll) is told.
func (v *Velocity) sendRange(now uint32, k *keyed, repeated bool, out *fraud.Velocity) {
	digits := k.digits
	c, sh := v.ranges.at(v.hash(kindRange, digits/1000, k.tenant), now)
	c.advance(sh.was, now)
	out.RangeAnswered = c.answered.total(max(now, sh.was), minute/slices)
	if repeated {
		out.RangeMinute, out.RangeHour = c.minute.total(now, minute/slices), c.hour.total(now, hour/slices)
		out.RangeBaseline = float64(c.baseline.mean)
	} else {
		out.RangeMinute = c.minute.count(sh.was, now, minute/slices)
		out.RangeHour = c.hour.count(sh.was, now, hour/slices)
		out.RangeBaseline = c.baseline.count(now)
	}
	run, again := c.neighbours.add(uint16(digits%1000), sh.was, now)
	out.SequentialRun = run
	out.Concentration = c.spread.add(uint(digits%1000/100), again, sh.was, now)
	sh.mu.Unlock()
}

func (v *Velocity) sendIP(now uint32, digits, numberHash uint64, k *keyed, out *fraud.Velocity) {
	host, network := k.ip, k.net
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
	return v.numbers.live(now) + v.ranges.live(now) + v.ips.live(now) + v.nets.live(now) + v.devices.live(now) + v.pairs.live(now) +
		v.flows.live(now) + v.rates.live(now) + v.receipts.live(now) + v.answers.live(now) + v.accounts.live(now) + v.trials.live(now)
}

// number is what is kept of one number.
type number struct {
	tenMinutes, day ring
	accounts        uint32 // bits set by the accounts that asked for it
	devices         uint32 // and by the devices from which
	first           uint64 // the send of this day that counts for the number
	firstAt         uint32
}

// block is what is kept of one range of a thousand numbers.
type block struct {
	minute, hour ring
	answered     ring // newcomers' codes typed in, in a minute
	baseline     baseline
	neighbours   neighbours
	spread       spread
}

// advance moves all rings from when the block was last used to now.
func (b *block) advance(was, now uint32) {
	now = max(now, was)
	b.minute.advance(was/(minute/slices), now/(minute/slices))
	b.answered.advance(was/(minute/slices), now/(minute/slices))
	b.hour.advance(was/(hour/slices), now/(hour/slices))
}

// source is what is kept of one address or network.
type source struct {
	minute, hour ring
	numbers      distinct
}
