// Package offline is the network and the memory of numbers for a replay of
// recorded traffic: what each number's network would answer, the identity of
// record that the sends' lookups make of it, what tenants' apps claimed, and
// which codes were approved. It folds and lays out by the same functions as the
// live gateway (hlr, gateway/facts); what it leaves out is the store, the
// providers' delays and the keys.
//
// A number without an identity event is one that no provider covers: nothing
// is asked. A field that the newest event leaves out is one that the network does
// not tell, also a SIM that it told before: not asked, and no evidence. (Live, a
// SIM that a provider told before and withholds now is Unknown.)
//
// A freeze leaves nothing behind: the identity that it saw is the one of
// record, no hold is kept and nobody acknowledges the change. So the next send
// is not refused for a hold, a SIM that changes back is one more change, and the
// change still counts by its age, as a policy's steps say, for every send.
package offline

import (
	"math"
	"time"

	"github.com/cespare/xxhash/v2"

	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/gateway/facts"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Subscribers implements replay.Subscribers. Use is by one goroutine.
type Subscribers struct {
	networks table[network]
	claims   table[ref] // packed histories
	pasts    table[past]
	partners func(tenant string) []subscriber.PLMN
	ob       hlr.Observer

	answer hlr.Answer // of the lookup at hand
	record [1]hlr.SourceHistory
	pack   packing
	slab   slab
}

// network is what the network tells of a number and told before.
type network struct {
	now    ref   // packed hlr.Subscriber
	before ref   // packed hlr.History; none when nothing was told yet
	seen   int64 // the newest lookup that changed before, in seconds since 1970; 0: none did since now is told
}

// past is what a tenant and a number have been through. Times are in
// nanoseconds since 1970, 0 for never.
type past struct {
	firstSeen, verifiedAt int64
	imsi, device          uint64
	verified              int32
}

// New keeps at most so many numbers of each sort; beyond, those that were not
// met for longest are forgotten. partners are a tenant's partner networks; nil
// where there are none.
func New(numbers int, cells *hlr.Cells, partners func(tenant string) []subscriber.PLMN) *Subscribers {
	s := &Subscribers{
		networks: newTable[network](numbers), claims: newTable[ref](numbers), pasts: newTable[past](numbers),
		partners: partners, ob: hlr.Observer{Hasher: hasher{}, Cells: cells},
	}
	s.networks.forget = func(w network) { s.slab.drop(w.now); s.slab.drop(w.before) }
	s.claims.forget = s.slab.drop
	return s
}

// Forgotten is how many numbers had to make room.
func (s *Subscribers) Forgotten() int64 {
	return s.networks.forgotten + s.claims.forgotten + s.pasts.forgotten
}

// Record takes the whole record that the network answers from then on.
func (s *Subscribers) Record(n subscriber.MSISDN, r *replay.Record) {
	k := digits(n)
	w, _ := s.networks.get(k)
	told := subscriberOf(r)
	now := s.pack.subscriber(&told)
	if w.now != 0 && s.slab.same(w.now, now) {
		return
	}
	w.now, w.seen = s.slab.set(w.now, now), 0
	s.networks.put(k, w)
}

// Facts looks the number up and lays out what is known of it.
func (s *Subscribers) Facts(c *replay.Subject, f *fraud.Facts) replay.Seen {
	number := digits(c.To)
	key := pastKey(c.Tenant, number)
	seen := replay.Seen{Past: key, Device: c.Device}
	was, met := s.pasts.get(key)
	p := facts.Past{FirstSeen: f.At}
	if met {
		p = facts.Past{FirstSeen: timeOf(was.firstSeen), Verified: int(was.verified), VerifiedAt: timeOf(was.verifiedAt)}
	}
	if w, ok := s.networks.get(number); ok {
		s.lookUp(number, &w, f, &p, c.Tenant)
		if s.answer.IMSI != "" {
			seen.IMSI = hash64(s.answer.IMSI)
		}
	}
	if c.Claim != nil {
		s.claim(key, c, f, &p)
	}
	if met {
		facts.HistoryInto(f, &p, was.imsi != 0 && was.imsi == seen.IMSI, was.device != 0 && was.device == seen.Device)
	}
	return seen
}

// source is the one network there is.
const source = "network"

// lookUp is a lookup at the send's time that takes no time.
func (s *Subscribers) lookUp(number uint64, w *network, f *fraud.Facts, p *facts.Past, tenant string) {
	a := &s.answer
	sources := a.Sources[:0]
	*a = hlr.Answer{IdentityAt: f.At, IdentityDone: f.At}
	unpackSubscriber(s.slab.get(w.now), &a.Subscriber)
	a.Known = a.Tells()
	a.Asked = a.Known
	if a.Known&hlr.FieldIdentity != 0 {
		a.IdentityBy = source
	}
	a.Sources = append(sources, hlr.Source{Provider: source, Asked: a.Known, Fields: a.Known})
	n := facts.Network{Answer: a, Record: s.recall(w.before)}
	// A record that says the same changes nothing but the times of sight, and
	// that not before they are SeenGrain old.
	if w.seen == 0 || f.At.Unix()-w.seen >= int64(hlr.SeenGrain/time.Second) {
		next, changed := n.Record.Observe(a, f.At, s.ob)
		n.Record = next
		if changed {
			w.before, w.seen = s.slab.set(w.before, s.pack.history(&next[0].History)), max(1, f.At.Unix())
			s.networks.put(number, *w)
		}
	}
	if s.partners != nil {
		n.Networks = s.partners(tenant)
	}
	n.Into(f, p)
}

// recall unpacks a history. It is good until the next is unpacked.
func (s *Subscribers) recall(packed ref) hlr.Record {
	if packed == 0 {
		return nil
	}
	s.record[0].Source = source
	unpackHistory(s.slab.get(packed), &s.record[0].History)
	return s.record[:]
}

func (s *Subscribers) claim(key uint64, c *replay.Subject, f *fraud.Facts, p *facts.Past) {
	id := subscriber.Identity{
		IMSI: string(c.Claim.IMSI), ICCID: string(c.Claim.ICCID), IMEI: string(c.Claim.IMEI), LAC: c.Claim.LAC, CID: c.Claim.CID,
	}
	packed, _ := s.claims.get(key)
	rec, changed := s.recall(packed).Observe(facts.ClaimAnswer(&id, source, f.At), f.At, s.ob)
	if changed {
		s.claims.put(key, s.slab.set(packed, s.pack.history(&rec[0].History)))
	}
	facts.ClaimInto(f, rec, p)
}

// Remember keeps when tenant and number first met.
func (s *Subscribers) Remember(seen *replay.Seen, at time.Time) {
	if p, met := s.pasts.get(seen.Past); !met {
		p.firstSeen = nanos(at)
		s.pasts.put(seen.Past, p)
	}
}

// Approved counts a code that was typed in.
func (s *Subscribers) Approved(seen *replay.Seen, at time.Time) {
	p, _ := s.pasts.get(seen.Past)
	p.verified++
	p.verifiedAt, p.imsi, p.device = nanos(at), seen.IMSI, seen.Device
	s.pasts.put(seen.Past, p)
}

// nanos is a time in 64 bits: years beyond 1678 and 2262 are cut to them.
func nanos(t time.Time) int64 {
	switch {
	case t.Year() < 1678:
		return math.MinInt64
	case t.Year() > 2261:
		return math.MaxInt64
	}
	return t.UnixNano()
}

func timeOf(nanos int64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanos).UTC()
}

// digits is a number as one: E.164 has at most 15 digits, and none of its
// numbers begins with 0.
func digits(n subscriber.MSISDN) (v uint64) {
	for _, c := range []byte(n.Digits()) {
		v = 10*v + uint64(c-'0')
	}
	return v
}

func pastKey(tenant string, number uint64) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(number)
	_, _ = d.WriteString(tenant)
	return d.Sum64()
}

func hash64(s string) uint64 { return max(1, xxhash.Sum64String(s)) }
