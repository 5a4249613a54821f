package offline

import (
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// history packs what one source has told.
func (p *packing) history(h *hlr.History) []byte {
	p.again()
	p.hash(h.IMSI)
	p.hash(h.ICCID)
	p.hash(h.IMEI)
	p.hash(h.VLR)
	p.text(h.VLRCountry)
	p.number(h.LAC)
	p.number(h.CID)
	p.text(string(h.PLMN))
	p.time(h.LastSeen)
	p.time(h.FirstSeen)
	p.time(h.AbsentSince)
	s := &h.Seen
	for _, t := range [...]time.Time{s.IMSI, s.ICCID, s.IMEI, s.VLR, s.Location, s.Network} {
		if p.told(!t.IsZero()) {
			p.sameTime(t, h.LastSeen)
		}
	}
	var one packing
	for i := range h.Changes {
		c := packChange(&one, &h.Changes[i])
		p.b = append(append(p.b, byte(len(c))), c...)
	}
	return p.sealed()
}

// unpackHistory fills h. Its changes are written over those that h has.
func unpackHistory(packed string, h *hlr.History) {
	u := unpack(packed)
	changes := h.Changes[:0]
	*h = hlr.History{
		IMSI: u.hash(), ICCID: u.hash(), IMEI: u.hash(), VLR: u.hash(), VLRCountry: u.text(),
		LAC: u.number(), CID: u.number(), PLMN: subscriber.PLMN(u.text()),
	}
	h.LastSeen, h.FirstSeen, h.AbsentSince = u.time(), u.time(), u.time()
	s := &h.Seen
	for _, t := range [...]*time.Time{&s.IMSI, &s.ICCID, &s.IMEI, &s.VLR, &s.Location, &s.Network} {
		if u.told() {
			*t = u.sameTime(h.LastSeen)
		}
	}
	for u.s != "" {
		n := int(u.take(1)[0])
		changes = append(changes, unpackChange(u.take(n)))
	}
	h.Changes = changes
}

// packChange packs into p, which is none of the history's.
func packChange(p *packing, c *hlr.Change) []byte {
	p.again()
	p.number(uint32(c.Field))
	p.hash(c.Old)
	p.hash(c.New)
	p.time(c.OldLast)
	p.time(c.NewFirst)
	p.told(c.Vanished)
	p.told(c.Sudden)
	p.text(string(c.FromPLMN))
	p.text(string(c.ToPLMN))
	return p.sealed()
}

func unpackChange(packed string) hlr.Change {
	u := unpack(packed)
	return hlr.Change{
		Field: hlr.Field(u.number()), Old: u.hash(), New: u.hash(), OldLast: u.time(), NewFirst: u.time(),
		Vanished: u.told(), Sudden: u.told(), FromPLMN: subscriber.PLMN(u.text()), ToPLMN: subscriber.PLMN(u.text()),
	}
}
