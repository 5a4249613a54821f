package replay

import "time"

// context reads a member of "context".
func (d *decoder) context(key []byte, t token) error {
	c := &d.e.Context
	switch string(key) {
	case "ip":
		return d.text(&c.IP, t)
	case "device_id":
		return d.text(&c.Device, t)
	case "user_agent":
		return d.text(&c.Agent, t)
	case "ja4":
		return d.text(&c.JA4, t)
	case "asn":
		if t.kind == '"' && len(t.text) > 2 && t.text[0]|0x20 == 'a' && t.text[1]|0x20 == 's' {
			t.text = t.text[2:] // AS64500
		}
		_, err := d.number(&c.ASN, t)
		return err
	case "device":
		c.HasClaim = t.kind == '{'
		return d.object(t, d.claim)
	}
	return d.skip(t, 0)
}

// claim reads a member of "context.device".
func (d *decoder) claim(key []byte, t token) error {
	c := &d.e.Context.Claim
	switch string(key) {
	case "imsi":
		return d.text(&c.IMSI, t)
	case "iccid":
		return d.text(&c.ICCID, t)
	case "imei":
		return d.text(&c.IMEI, t)
	case "lac":
		_, err := d.number(&c.LAC, t)
		return err
	case "cid":
		_, err := d.number(&c.CID, t)
		return err
	}
	return d.skip(t, 0)
}

// assurance reads a member of "assurance".
func (d *decoder) assurance(key []byte, t token) error {
	switch string(key) {
	case "factor":
		return d.text(&d.e.Factor, t)
	case "verified_at":
		return d.time(&d.e.VerifiedAt, t)
	}
	return d.skip(t, 0)
}

// recordField reads what an identity event tells.
func (d *decoder) recordField(key []byte, t token) (err error) {
	r := &d.e.Record
	told := false
	switch string(key) {
	case "imsi":
		return d.text(&r.IMSI, t)
	case "iccid":
		return d.text(&r.ICCID, t)
	case "imei":
		return d.text(&r.IMEI, t)
	case "vlr":
		return d.text(&r.VLR, t)
	case "mccmnc":
		return d.text(&r.PLMN, t)
	case "home_mccmnc":
		return d.text(&r.Home, t)
	case "line_type":
		return d.text(&r.LineType, t)
	case "lac":
		told, err = d.number(&r.LAC, t)
	case "cid":
		told, err = d.number(&r.CID, t)
	case "ported":
		return d.tri(&r.Ported, t)
	case "ported_at":
		return d.time(&r.PortedAt, t)
	case "recycled_at":
		return d.time(&r.RecycledAt, t)
	case "roaming":
		return d.tri(&r.Roaming, t)
	case "reachable":
		return d.tri(&r.Reachable, t)
	case "call_forwarding":
		return d.tri(&r.Forwarding, t)
	case "absent":
		var absent Tri
		err = d.tri(&absent, t)
		r.Absent = absent == Yes
	default:
		return d.skip(t, 0)
	}
	r.Place = r.Place || told
	return err
}

// time takes RFC 3339, or a date alone.
func (d *decoder) time(to *time.Time, t token) error {
	if t.kind == '"' {
		if at, ok := parseTime(t.text); ok {
			*to = at
			return nil
		}
		if at, err := time.Parse(time.DateOnly, string(t.text)); err == nil {
			*to = at
			return nil
		}
	}
	return d.ignore(t)
}
