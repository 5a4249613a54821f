package store

import "tollgate/hlr/subscriber"

// AppendChallenge appends the encoded challenge to b, without Delivery.
func AppendChallenge(b []byte, c *Challenge) []byte {
	b = appendID(b, 1, c.ID)
	b = appendUint(b, 2, c.Rev)
	b = appendString(b, 3, c.Tenant)
	b = appendString(b, 4, string(c.To))
	b = appendString(b, 5, c.Purpose)
	b = appendString(b, 6, c.AccountID)
	b = appendUint(b, 7, uint64(c.Status))
	b = appendHash(b, 9, c.MAC)
	b = appendInt(b, 10, int64(c.Wrong))
	b = appendTime(b, 11, c.CreatedAt)
	b = appendTime(b, 12, c.ExpiresAt)
	b = appendTime(b, 13, c.ApprovedAt)
	b = appendHash(b, 14, c.IMSI)
	b = appendHash(b, 15, c.Device)
	return appendHash(b, 16, c.SendIP)
}

// DecodeChallenge reads what AppendChallenge wrote.
func DecodeChallenge(b []byte) (*Challenge, error) {
	c := &Challenge{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			c.ID = r.id()
		case 2:
			c.Rev = r.uint()
		case 3:
			c.Tenant = r.string()
		case 4:
			c.To = subscriber.MSISDN(r.string())
		case 5:
			c.Purpose = r.string()
		case 6:
			c.AccountID = r.string()
		case 7:
			c.Status = ChallengeStatus(r.uint())
		case 9:
			c.MAC = r.hash()
		case 10:
			c.Wrong = int(r.int())
		case 11:
			c.CreatedAt = r.time()
		case 12:
			c.ExpiresAt = r.time()
		case 13:
			c.ApprovedAt = r.time()
		case 14:
			c.IMSI = r.hash()
		case 15:
			c.Device = r.hash()
		case 16:
			c.SendIP = r.hash()
		}
	}
	return c, r.done("challenge")
}
