package offline

import (
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// subscriber packs what an identity event can tell of a number.
func (p *packing) subscriber(s *hlr.Subscriber) []byte {
	p.again()
	p.text(s.IMSI)
	p.text(s.ICCID)
	p.text(s.IMEI)
	p.number(s.LAC)
	p.number(s.CID)
	p.text(s.VLR)
	p.text(string(s.PLMN))
	p.text(string(s.Home))
	p.text(s.LineType)
	p.flag(s.Ported)
	p.time(s.PortedAt)
	p.time(s.RecycledAt)
	p.flag(s.Roaming)
	p.flag(s.Reachable)
	p.flag(s.CallForwarding)
	p.told(s.Absent)
	p.number(uint32(s.Told))
	return p.sealed()
}

// unpackSubscriber fills s, whose texts borrow from packed.
func unpackSubscriber(packed string, s *hlr.Subscriber) {
	u := unpack(packed)
	*s = hlr.Subscriber{}
	s.IMSI, s.ICCID, s.IMEI = u.text(), u.text(), u.text()
	s.LAC, s.CID, s.VLR = u.number(), u.number(), u.text()
	s.PLMN, s.Home, s.LineType = subscriber.PLMN(u.text()), subscriber.PLMN(u.text()), u.text()
	s.Ported, s.PortedAt, s.RecycledAt = u.flag(), u.time(), u.time()
	s.Roaming, s.Reachable, s.CallForwarding = u.flag(), u.flag(), u.flag()
	s.Absent, s.Told = u.told(), hlr.Field(u.number())
}
