package store

import (
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// AppendIdentity appends the encoded identity to b.
func AppendIdentity(b []byte, v *Identity) []byte {
	b = appendString(b, 1, v.Source)
	b = appendString(b, 2, string(v.To))
	b = appendUint(b, 3, v.Rev)
	for i := range v.Record {
		var mark int
		b, mark = beginNested(b, 17)
		b = appendString(b, 1, v.Record[i].Source)
		b = endNested(appendHistory(b, &v.Record[i].History), mark)
	}
	return b
}

func appendHistory(b []byte, h *hlr.History) []byte {
	b = appendHash(b, 4, h.IMSI)
	b = appendHash(b, 5, h.ICCID)
	b = appendHash(b, 6, h.IMEI)
	b = appendHash(b, 7, h.VLR)
	b = appendUint(b, 8, uint64(h.LAC))
	b = appendUint(b, 9, uint64(h.CID))
	b = appendString(b, 10, string(h.PLMN))
	b = appendTime(b, 11, h.FirstSeen)
	b = appendTime(b, 12, h.LastSeen)
	b = appendTime(b, 13, h.AbsentSince)
	for i := range h.Changes {
		b = appendChange(b, &h.Changes[i])
	}
	b, mark := beginNested(b, 15)
	b = endNested(appendSeen(b, &h.Seen), mark)
	return appendString(b, 16, h.VLRCountry)
}

// DecodeIdentity reads what AppendIdentity wrote.
func DecodeIdentity(b []byte) (*Identity, error) {
	v := &Identity{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			v.Source = r.string()
		case 2:
			v.To = subscriber.MSISDN(r.string())
		case 3:
			v.Rev = r.uint()
		case 17:
			v.Record = append(v.Record, nested(&r, decodeSource))
		case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16: // one history, until sources were kept apart
			readHistory(&r, v.Record.Former())
		}
	}
	return v, r.done("identity")
}

func decodeSource(b []byte) (s hlr.SourceHistory, err error) {
	r := reader{rest: b}
	for r.next() {
		if r.num == 1 {
			s.Source = r.string()
		} else {
			readHistory(&r, &s.History)
		}
	}
	return s, r.done("history")
}

// readHistory takes the current field of a history.
func readHistory(r *reader, h *hlr.History) {
	switch r.num {
	case 4:
		h.IMSI = r.hash()
	case 5:
		h.ICCID = r.hash()
	case 6:
		h.IMEI = r.hash()
	case 7:
		h.VLR = r.hash()
	case 8:
		h.LAC = uint32(r.uint())
	case 9:
		h.CID = uint32(r.uint())
	case 10:
		h.PLMN = subscriber.PLMN(r.string())
	case 11:
		h.FirstSeen = r.time()
	case 12:
		h.LastSeen = r.time()
	case 13:
		h.AbsentSince = r.time()
	case 14:
		h.Changes = append(h.Changes, nested(r, decodeChange))
	case 15:
		h.Seen = nested(r, decodeSeen)
	case 16:
		h.VLRCountry = r.string()
	}
}

func appendChange(b []byte, c *hlr.Change) []byte {
	b, mark := beginNested(b, 14)
	b = appendUint(b, 1, uint64(c.Field))
	b = appendHash(b, 2, c.Old)
	b = appendHash(b, 3, c.New)
	b = appendTime(b, 4, c.OldLast)
	b = appendTime(b, 5, c.NewFirst)
	b = appendBool(b, 6, c.Vanished)
	b = appendString(b, 7, string(c.FromPLMN))
	b = appendString(b, 8, string(c.ToPLMN))
	b = appendBool(b, 9, c.Sudden)
	return endNested(b, mark)
}

func decodeChange(b []byte) (c hlr.Change, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			c.Field = hlr.Field(r.uint())
		case 2:
			c.Old = r.hash()
		case 3:
			c.New = r.hash()
		case 4:
			c.OldLast = r.time()
		case 5:
			c.NewFirst = r.time()
		case 6:
			c.Vanished = r.bool()
		case 7:
			c.FromPLMN = subscriber.PLMN(r.string())
		case 8:
			c.ToPLMN = subscriber.PLMN(r.string())
		case 9:
			c.Sudden = r.bool()
		}
	}
	return c, r.done("change")
}

func appendSeen(b []byte, s *hlr.Seen) []byte {
	b = appendTime(b, 1, s.IMSI)
	b = appendTime(b, 2, s.ICCID)
	b = appendTime(b, 3, s.IMEI)
	b = appendTime(b, 4, s.VLR)
	b = appendTime(b, 5, s.Location)
	return appendTime(b, 6, s.Network)
}

func decodeSeen(b []byte) (s hlr.Seen, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			s.IMSI = r.time()
		case 2:
			s.ICCID = r.time()
		case 3:
			s.IMEI = r.time()
		case 4:
			s.VLR = r.time()
		case 5:
			s.Location = r.time()
		case 6:
			s.Network = r.time()
		}
	}
	return s, r.done("seen")
}
