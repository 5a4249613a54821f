package facts

import (
	"time"

	"tollgate/fraud"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// NetworkSource names the identity records that the network told; TenantSource
// those that one tenant's device blocks told.
const NetworkSource = "network"

func TenantSource(tenant string) string { return "tenant:" + tenant }

// ClaimAnswer makes an answer of what a tenant's app read from the handset, to
// be folded into that tenant's own record.
func ClaimAnswer(c *subscriber.Identity, source string, now time.Time) *hlr.Answer {
	a := &hlr.Answer{Subscriber: hlr.Subscriber{Identity: *c}, IdentityAt: now, Known: claimed(c)}
	a.Asked, a.Sources = a.Known, []hlr.Source{{Provider: source, Fields: a.Known}}
	return a
}

func claimed(c *subscriber.Identity) (f hlr.Field) {
	for _, x := range []struct {
		told bool
		bit  hlr.Field
	}{{c.IMSI != "", hlr.FieldIMSI}, {c.ICCID != "", hlr.FieldICCID}, {c.IMEI != "", hlr.FieldIMEI}, {c.LAC != 0 || c.CID != 0, hlr.FieldLocation}} {
		if x.told {
			f |= x.bit
		}
	}
	return f
}

// ClaimInto compares a tenant's claims with that tenant's own earlier ones,
// and with nothing else. r has the claim folded in.
func ClaimInto(f *fraud.Facts, r hlr.Record, p *Past) {
	at, ack := f.At, p.AcknowledgedAt
	f.SIM.TenantIMSI, f.SIM.TenantICCID = change(r, hlr.FieldIMSI, at, ack), change(r, hlr.FieldICCID, at, ack)
	f.Device.TenantIMEI = change(r, hlr.FieldIMEI, at, ack)
}

// HistoryInto is what an earlier approval is worth now. sameIdentity and
// sameDevice say that SIM and device are those of that approval.
func HistoryInto(f *fraud.Facts, p *Past, sameIdentity, sameDevice bool) {
	f.History = fraud.History{
		Verified: p.Verified, SinceVerified: Age(f.At, p.VerifiedAt), SinceFirstSeen: Age(f.At, p.FirstSeen),
		SameIdentity: sameIdentity, SameDevice: sameDevice,
	}
}
