package fraud

import (
	"time"

	"tollgate/hlr/subscriber"
)

// Known says how far a group of facts can be relied on. A fact that was asked
// and did not come is Unknown, never "clean"; one that no configured source
// can answer is NotAsked and scores nothing.
type Known uint8

const (
	NotAsked Known = iota
	Unknown
	Yes
)

// LineType is what kind of line a number is (the words of libphonenumber).
type LineType string

const (
	LineUnknown       LineType = ""
	LineMobile        LineType = "mobile"
	LineFixed         LineType = "fixed"
	LineFixedOrMobile LineType = "fixed_or_mobile"
	LineVoIP          LineType = "voip"
	LinePremium       LineType = "premium"
	LineTollFree      LineType = "toll_free"
	LineSharedCost    LineType = "shared_cost"
	LinePager         LineType = "pager"
	LinePersonal      LineType = "personal"
	LineUAN           LineType = "uan"
	LineVoicemail     LineType = "voicemail"
)

// Facts is all that a Policy may look at: derived values only (countries,
// counts, ages), never a raw identifier, so that a stored decision can be
// recomputed bit for bit. Ages are measured at At.
type Facts struct {
	At      time.Time `json:"at"`
	Tenant  string    `json:"tenant"`
	Purpose string    `json:"purpose"`

	Number    Number    `json:"number"`
	Lookup    Lookup    `json:"lookup"`
	SIM       SIM       `json:"sim"`
	Device    Device    `json:"device"`
	Location  Location  `json:"location"`
	Porting   Porting   `json:"porting"`
	Client    Client    `json:"client"`
	Velocity  Velocity  `json:"velocity"`
	History   History   `json:"history"`
	Assurance Assurance `json:"assurance"`

	Listed     Listed     `json:"listed,omitzero"`
	RangeBlock RangeBlock `json:"range_block,omitzero"`
	Spend      Spend      `json:"spend,omitzero"`
	// Draw is this send's lot for a policy's `explore`: lower ones win. Zero
	// is no lot.
	Draw uint32 `json:"draw,omitempty"`
}

// Number is what the digits alone tell.
type Number struct {
	Region          string          `json:"region"`    // ISO 3166-1 alpha-2, "001" for non-geographic
	LineType        LineType        `json:"line_type"` // from the network where it tells, else from the numbering plan
	OriginalCarrier string          `json:"original_carrier,omitempty"`
	Range           string          `json:"range"` // the number minus its last three digits
	Disposable      bool            `json:"disposable,omitempty"`
	DisposableSeen  time.Time       `json:"disposable_seen,omitzero"` // the entry's own date
	PLMN            subscriber.PLMN `json:"plmn,omitempty"`           // current network, where known
	RegionAllowed   bool            `json:"region_allowed"`           // by the tenant's list
	CarrierAllowed  bool            `json:"carrier_allowed"`          // by the tenant's list of partner networks
	MVNO            bool            `json:"mvno,omitempty"`
	Unallocated     bool            `json:"unallocated,omitempty"` // no number by the numbering plan
	Dear            string          `json:"dear,omitempty"`        // what range that is dear to reach it is of
}

// Lookup says whether the network answered at all.
type Lookup struct {
	Identity Known         `json:"identity"`
	Porting  Known         `json:"porting"`
	Location Known         `json:"location"`
	Roaming  Known         `json:"roaming"`
	Reach    Known         `json:"reach"`
	LineType Known         `json:"line_type"`
	Absent   bool          `json:"absent,omitempty"`   // the network does not know the number
	Age      time.Duration `json:"age"`                // of the identity used
	Disputed string        `json:"disputed,omitempty"` // facts on which sources contradict each other, as "imsi,ported"
}

// Age of a change is an interval: the old value was last seen Max ago, the new
// one first seen Min ago; the change lies between. Known is false when there
// was no change.
type Age struct {
	Changed bool          `json:"changed,omitempty"`
	Min     time.Duration `json:"min,omitempty"`
	Max     time.Duration `json:"max,omitempty"`
}

// SIM is the identity of record compared with what the network says now.
type SIM struct {
	IMSI        Age  `json:"imsi"`
	ICCID       Age  `json:"iccid"`
	Vanished    bool `json:"vanished,omitempty"`     // a number known before that the network no longer knows
	VanishedNew bool `json:"vanished_new,omitempty"` // the latest change came right after it had vanished
	// TenantIMSI and TenantICCID are the same for what this tenant itself
	// claimed earlier in its device block.
	TenantIMSI  Age `json:"tenant_imsi"`
	TenantICCID Age `json:"tenant_iccid"`
	Recycled    Age `json:"recycled"` // given to somebody else since the last verification
	// Dated is when the SIM changed by the network's own word, whatever the
	// identity of record says.
	Dated Age `json:"dated,omitzero"`
}

// Device is the handset.
type Device struct {
	IMEI       Age `json:"imei"`
	TenantIMEI Age `json:"tenant_imei"`
	Dated      Age `json:"dated,omitzero"` // when the handset changed by the network's own word
}

// Location is where the handset is served.
type Location struct {
	Cell           Age    `json:"cell"`                      // LAC/CID change
	Sudden         bool   `json:"sudden,omitempty"`          // cannot be reached in the time, or another network or country serves
	VLR            Age    `json:"vlr"`                       // serving VLR change
	Network        Age    `json:"network"`                   // serving PLMN change
	Roaming        bool   `json:"roaming,omitempty"`         // served by another network than its own
	Unreachable    bool   `json:"unreachable,omitempty"`     // known, but switched off or out of coverage
	CallForwarding bool   `json:"call_forwarding,omitempty"` // unconditional forwarding is active
	Country        string `json:"country,omitempty"`         // of the network that serves it, ISO 3166-1 alpha-2
}

// Porting is the number's last move between networks.
type Porting struct {
	Ported bool          `json:"ported,omitempty"`
	Since  time.Duration `json:"since,omitempty"` // zero when ported at an unknown time
	Dated  bool          `json:"dated,omitempty"` // Since is known
}

// Client is where the request came from.
type Client struct {
	Country    string `json:"country,omitempty"` // of the IP, where a table is configured
	ASN        uint32 `json:"asn,omitempty"`
	Datacentre bool   `json:"datacentre,omitempty"`
	Tor        bool   `json:"tor,omitempty"`
	HasIP      bool   `json:"has_ip,omitempty"`
	HasDevice  bool   `json:"has_device,omitempty"`
}

// Velocity holds the counts that window.Velocity keeps, this send included.
type Velocity struct {
	Number10m     float64 `json:"number_10m"` // sends to the number in 10 minutes
	NumberDay     float64 `json:"number_day"`
	RangeMinute   float64 `json:"range_minute"` // the tenant's sends to the number minus 3 digits in a minute
	RangeHour     float64 `json:"range_hour"`
	RangeBaseline float64 `json:"range_baseline"`           // what a minute of this range is used to
	RangeAnswered float64 `json:"range_answered,omitempty"` // newcomers' codes to it that were typed in within the minute
	IPMinute      float64 `json:"ip_minute"`
	IPHour        float64 `json:"ip_hour"`
	IPNumbers     float64 `json:"ip_numbers"` // distinct numbers from this IP in an hour
	DeviceNumbers float64 `json:"device_numbers"`
	SequentialRun float64 `json:"sequential_run"` // length of the run of neighbouring numbers that this one continues
	// IPRange counts distinct numbers of this number's range from this IP in
	// an hour; the Net fields count the IP's /24 or /48 like the IP itself.
	IPRange    float64 `json:"ip_range,omitempty"`
	NetMinute  float64 `json:"net_minute,omitempty"`
	NetNumbers float64 `json:"net_numbers,omitempty"`
	// Concentration says how unevenly the range's numbers lately asked for
	// spread over it: 0 as chance would, 1 all in one tenth. It is 0 until
	// enough numbers were seen.
	Concentration float64 `json:"concentration,omitempty"`
	// RangeNewcomers counts, over some hours, newcomers to the tenant's
	// ranges of the number minus 3 to 6 digits. Crowd is how much better, in
	// nats, a campaign explains them than what the ranges are used to, but for
	// those who have typed their codes in, and
	// CrowdDigits how many digits are cut off the range that it points at.
	RangeNewcomers [4]float64 `json:"range_newcomers,omitzero"`
	Crowd          float64    `json:"crowd,omitempty"`
	CrowdDigits    int        `json:"crowd_digits,omitempty"`
	CrowdOpen      float64    `json:"crowd_open,omitempty"`      // the same of those let go whose codes should have been typed in by their age
	CrowdAnswered  float64    `json:"crowd_answered,omitempty"`  // what those who typed their codes in would add to Crowd
	NumberAccounts float64    `json:"number_accounts,omitempty"` // accounts that asked for this number in a day
	NumberDevices  float64    `json:"number_devices,omitempty"`  // devices that asked for it in a day
	AccountNumbers float64    `json:"account_numbers,omitempty"` // numbers that this account asked for
	Wrong          float64    `json:"wrong,omitempty"`           // wrong codes in an hour, at the number, account, device or address
	WrongDay       float64    `json:"wrong_day,omitempty"`       // the same in a day
	CountryExcess  float64    `json:"country_excess,omitempty"`  // part of the tenant's latest sends to the country that is more than usual
	ClassExcess    float64    `json:"class_excess,omitempty"`    // the same of those that look like this one at a glance
	SystemExcess   float64    `json:"system_excess,omitempty"`   // part of the tenant's latest newcomers to the country that came from the client's autonomous system beyond its usual share
	ClientExcess   float64    `json:"client_excess,omitempty"`   // the same of its TLS fingerprint (JA4)
	Suspects       Suspects   `json:"suspects,omitzero"`
	Outcomes       Outcomes   `json:"outcomes,omitzero"`
	Account        Account    `json:"account,omitzero"`
}

// Suspects is the part of the latest newcomers, 0 to 1, that looked like an
// attack's: of the tenant's sends to the number's country, and of those that
// look like this one at a glance.
type Suspects struct {
	Country float64 `json:"country,omitempty"`
	Class   float64 `json:"class,omitempty"`
}

// Outcomes says what became of codes that were sent under the same keys before.
// Those in nats are sequential tests that codes are not typed in as they are
// elsewhere (Range: the tenant's ranges of 3 to 5 digits less); Staged ones,
// that approvals are a machine's. The others are the part of the expected
// approvals that is missing, 0 to 1.
type Outcomes struct {
	Range         float64 `json:"range,omitempty"` // nats
	RangeDigits   int     `json:"range_digits,omitempty"`
	RangeAll      float64 `json:"range_all,omitempty"`      // nats, over all tenants, 4 digits less
	RangeApproved float64 `json:"range_approved,omitempty"` // approvals of late in the tenant's range, 4 digits less
	RangeMissing  float64 `json:"range_missing,omitempty"`
	Address       float64 `json:"address,omitempty"` // nats
	Net           float64 `json:"net,omitempty"`     // nats
	Device        float64 `json:"device,omitempty"`  // nats
	System        float64 `json:"system,omitempty"`  // of the tenant's clients in this autonomous system
	Client        float64 `json:"client,omitempty"`  // of the tenant's clients with this TLS fingerprint
	Agent         float64 `json:"agent,omitempty"`   // of the tenant's clients with this User-Agent
	Country       float64 `json:"country,omitempty"` // of the tenant's sends to the number's country
	Class         float64 `json:"class,omitempty"`   // of the tenant's sends that look like this one at a glance
	Network       float64 `json:"network,omitempty"` // of all sends to the number's network
	Own           float64 `json:"own,omitempty"`     // of the tenant's sends to it
	Outage        bool    `json:"outage,omitempty"`  // messages to the country or network, or over its carrier, fail or stay unanswered at large
	Route         float64 `json:"route,omitempty"`   // part of the expected approvals missing at large at all sends over the country's usual carrier
	// Undelivered is a test, in nats, that newcomers' numbers in the tenant's
	// range of 3 or 4 digits less do not exist: their messages fail.
	Undelivered       float64 `json:"undelivered,omitempty"`
	UndeliveredDigits int     `json:"undelivered_digits,omitempty"`
	// Complete is a test, in nats, that newcomers' codes to the tenant's range
	// of 3 or 4 digits less come back more completely than is usual.
	Complete     float64 `json:"complete,omitempty"`
	Staged       float64 `json:"staged,omitempty"` // nats, of the range
	StagedSource float64 `json:"staged_source,omitempty"`
}

// Account compares the request with what the tenant's account last proved
// itself with.
type Account struct {
	Approved    int  `json:"approved,omitempty"` // codes typed in so far
	SameDevice  bool `json:"same_device,omitempty"`
	OtherDevice bool `json:"other_device,omitempty"`
	OtherNet    bool `json:"other_net,omitempty"`
	OtherSystem bool `json:"other_system,omitempty"`
	SameNumber  bool `json:"same_number,omitempty"`
}

// History is what the tenant and the number have been through together.
type History struct {
	Verified       int           `json:"verified,omitempty"`       // codes approved so far
	SinceVerified  time.Duration `json:"since_verified,omitempty"` // since the last approval
	SameIdentity   bool          `json:"same_identity,omitempty"`  // the network's identity is the one verified then
	SameDevice     bool          `json:"same_device,omitempty"`    // the client's device is the one verified then
	SinceFirstSeen time.Duration `json:"since_first_seen,omitempty"`
}

// Assurance is proof that the caller has taken after a step_up.
type Assurance struct {
	Factor string        `json:"factor,omitempty"`
	Age    time.Duration `json:"age,omitempty"`
}
