// Package offline is the network and the memory of numbers for a replay of
// recorded traffic: what each number's network would answer, the identity of
// record that the sends' lookups make of it, what tenants' apps claimed, and
// which codes were approved. It folds and lays out by the same functions as the
// live gateway (hlr, gateway/facts); what it leaves out is the store, the
// providers' delays and the keys.
//
// A number without an identity event is one that no provider covers: nothing
// is asked. A field that the newest event leaves out is not told. A SIM that
// was told before and is left out now is withheld: Unknown, as live.
//
// A freeze leaves nothing behind: the identity that it saw is the one of
// record, no hold is kept and nobody acknowledges the change. So the next send
// is not refused for a hold, a SIM that changes back is one more change, and the
// change still counts by its age, as a policy's steps say, for every send.
package offline

import (
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
	networks table[subscriber.MSISDN, network]
	claims   table[uint64, hlr.Record]
	pasts    table[uint64, past]
	partners func(tenant string) []subscriber.PLMN
	ob       hlr.Observer
	answer   hlr.Answer
}

// network is what the network tells of a number and told before.
type network struct {
	now    hlr.Subscriber
	record hlr.Record
	told   time.Time // the newest lookup that was written into record; zero: now is new
}

// past is what a tenant and a number have been through.
type past struct {
	firstSeen, verifiedAt time.Time
	verified              int
	imsi, device          uint64
}

// New keeps at most so many numbers of each sort; beyond, those that were not
// met for longest are forgotten. partners are a tenant's partner networks; nil
// where there are none.
func New(numbers int, cells *hlr.Cells, partners func(tenant string) []subscriber.PLMN) *Subscribers {
	return &Subscribers{
		networks: newTable[subscriber.MSISDN, network](numbers), claims: newTable[uint64, hlr.Record](numbers), pasts: newTable[uint64, past](numbers),
		partners: partners, ob: hlr.Observer{Hasher: hasher{}, Cells: cells},
	}
}

// Forgotten is how many numbers had to make room.
func (s *Subscribers) Forgotten() int64 {
	return s.networks.forgotten + s.claims.forgotten + s.pasts.forgotten
}

// Record takes the whole record that the network answers from then on.
func (s *Subscribers) Record(n subscriber.MSISDN, r *replay.Record) {
	w := s.networks.get(n, true)
	w.now = subscriberOf(r)
	w.told = time.Time{}
}

// Facts looks the number up and lays out what is known of it.
func (s *Subscribers) Facts(c *replay.Subject, f *fraud.Facts) replay.Seen {
	key := pastKey(c.Tenant, c.To)
	seen := replay.Seen{Past: key, Device: c.Device}
	var p facts.Past
	was := s.pasts.get(key, false)
	if was != nil {
		p = facts.Past{FirstSeen: was.firstSeen, Verified: was.verified, VerifiedAt: was.verifiedAt}
	} else {
		p.FirstSeen = f.At
	}
	if w := s.networks.get(c.To, false); w != nil {
		s.lookUp(w, f, &p, c.Tenant)
		if imsi := w.now.IMSI; imsi != "" {
			seen.IMSI = hash64(imsi)
		}
	}
	if c.Claim != nil {
		s.claim(key, c, f, &p)
	}
	if was != nil {
		facts.HistoryInto(f, &p, was.imsi != 0 && was.imsi == seen.IMSI, was.device != 0 && was.device == seen.Device)
	}
	return seen
}

const source = "network"

// lookUp is a lookup at the send's time that takes no time.
func (s *Subscribers) lookUp(w *network, f *fraud.Facts, p *facts.Past, tenant string) {
	a := &s.answer
	told := w.now.Tells()
	*a = hlr.Answer{Subscriber: w.now, Asked: hlr.FieldAll, Known: told, IdentityAt: f.At, IdentityDone: f.At, Sources: a.Sources[:0]}
	if told&hlr.FieldIdentity != 0 {
		a.IdentityBy = source
	}
	a.Sources = append(a.Sources, hlr.Source{Provider: source, Asked: hlr.FieldAll, Fields: told})
	if w.told.IsZero() || f.At.Sub(w.told) >= hlr.SeenGrain {
		w.record, _ = w.record.Observe(a, f.At, s.ob)
		w.told = f.At
	}
	n := facts.Network{Answer: a, Record: w.record}
	if s.partners != nil {
		n.Networks = s.partners(tenant)
	}
	n.Into(f, p)
}

func (s *Subscribers) claim(key uint64, c *replay.Subject, f *fraud.Facts, p *facts.Past) {
	id := subscriber.Identity{
		IMSI: string(c.Claim.IMSI), ICCID: string(c.Claim.ICCID), IMEI: string(c.Claim.IMEI), LAC: c.Claim.LAC, CID: c.Claim.CID,
	}
	rec := s.claims.get(key, true)
	*rec, _ = rec.Observe(facts.ClaimAnswer(&id, source, f.At), f.At, s.ob)
	facts.ClaimInto(f, *rec, p)
}

// Remember keeps when tenant and number first met.
func (s *Subscribers) Remember(seen *replay.Seen, at time.Time) {
	if p := s.pasts.get(seen.Past, true); p.firstSeen.IsZero() {
		p.firstSeen = at
	}
}

// Approved counts a code that was typed in.
func (s *Subscribers) Approved(seen *replay.Seen, at time.Time) {
	p := s.pasts.get(seen.Past, true)
	p.verified++
	p.verifiedAt, p.imsi, p.device = at, seen.IMSI, seen.Device
}

func pastKey(tenant string, n subscriber.MSISDN) uint64 {
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(tenant)
	_, _ = d.WriteString("/")
	_, _ = d.WriteString(string(n))
	return d.Sum64()
}

func hash64(s string) uint64 { return max(1, xxhash.Sum64String(s)) }
