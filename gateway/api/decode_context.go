package api

import (
	"math"

	"tollgate/gateway"
	"tollgate/hlr/subscriber"
)

// contextFields is where the end user's request came from.
var contextFields = []field[gateway.ClientContext]{
	{"ip", func(r *reader, c *gateway.ClientContext) { c.IP = r.told(isIP, "must be an IPv4 or IPv6 address") }},
	{"device_id", func(r *reader, c *gateway.ClientContext) {
		c.DeviceID = r.told(isDeviceID, "must be at most 256 octets without control characters")
	}},
	{"user_agent", func(r *reader, c *gateway.ClientContext) {
		c.UserAgent = r.told(isUserAgent, "must be at most 2048 octets without control characters")
	}},
	{"ja4", func(r *reader, c *gateway.ClientContext) { c.JA4 = r.told(isJA4, "must be a JA4 fingerprint") }},
	{"asn", func(r *reader, c *gateway.ClientContext) { c.ASN = uint32(r.integer(0, math.MaxUint32)) }},
	{"device", func(r *reader, c *gateway.ClientContext) {
		c.Device = new(subscriber.Identity)
		readObject(r, deviceFields, c.Device)
	}},
}

// deviceFields is what the tenant's app read from the handset. The lengths
// are those of 3GPP TS 23.003 (IMSI §2.2, IMEI §6.2) and ITU-T E.118 (ICCID).
var deviceFields = []field[subscriber.Identity]{
	{"imsi", func(r *reader, d *subscriber.Identity) {
		d.IMSI = r.told(func(s string) bool { return digits(s, 6, 15) }, "must be 6 to 15 digits")
	}},
	{"iccid", func(r *reader, d *subscriber.Identity) {
		d.ICCID = r.told(func(s string) bool { return digits(s, 18, 20) }, "must be 18 to 20 digits")
	}},
	{"imei", func(r *reader, d *subscriber.Identity) {
		d.IMEI = r.told(func(s string) bool { return digits(s, 14, 16) }, "must be 14 to 16 digits")
	}},
	{"lac", func(r *reader, d *subscriber.Identity) { d.LAC = uint32(r.integer(0, math.MaxUint32)) }},
	{"cid", func(r *reader, d *subscriber.Identity) { d.CID = uint32(r.integer(0, math.MaxUint32)) }},
}
