package gateway

import (
	"time"

	"tollgate/hlr/subscriber"
)

// Tenant is one upstream auth service. It is read-only once made; a reload of
// the configuration makes new ones.
type Tenant struct {
	ID            string
	KeyHashes     [][32]byte // SHA-256 of each API key; how a bearer finds its tenant is the api's affair
	DefaultRegion string     // for numbers without a country code, ISO 3166-1 alpha-2; "" means they are invalid
	Regions       []string   // served; empty means all
	Networks      []subscriber.PLMN
	Policy        string   // name of a loaded policy; "" means the gateway's default
	Shadow        []string // names of policies that decide beside it; nil means the gateway's
	Sender        string   // default source address
	Senders       []string
	Brand         string                       // what templates call the service
	Locale        string                       // default language, BCP 47
	Templates     map[string]map[string]string // name -> locale -> text; over the built-in ones
	WebhookURL    string
	WebhookSecret string        // whsec_...
	Cooldown      time.Duration // after a wrong or expired code; negative turns it off, 0 means 60 s
	CodeLength    int           // 4 to 10, 0 means 6
	PerNumber     Limit         // sends to one number
	PerSecond     float64       // sends of the tenant as a whole, each of a batch; 0 means no limit
}

// Limit is at most Count in a Window; a zero Count means no limit.
type Limit struct {
	Count  int
	Window time.Duration
}
