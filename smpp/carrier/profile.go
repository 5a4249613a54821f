package carrier

import "time"

// Profile is what is particular about one carrier, as data: the quirks that every
// account there has in common. A field that is missing says nothing, and the
// gateway's default holds; a pointer tells a 0 that was written from none.
// Addresses, credentials and prices are the account's and stand beside it.
type Profile struct {
	Description string `yaml:"description"` // for people: which carrier, and where the quirks are known from

	// The bind.
	Bind        string  `yaml:"bind"`         // transceiver, transmitter, receiver, transmitter+receiver. Default transceiver: one bind for both ways
	Links       int     `yaml:"links"`        // binds at once. Default 1: what every contract allows; above it ESME_RALYBND, or the socket is dropped
	Window      int     `yaml:"window"`       // submit_sm a link may have unanswered. Default 100; contracts say 1, 10 or 20
	FixedWindow *bool   `yaml:"fixed_window"` // keep it there. Default false: it narrows while the carrier is slow or its queue full
	TPS         float64 `yaml:"tps"`          // segments a second over all links. Default 0, no limit; contracts say 8, 30, 100
	SystemType  string  `yaml:"system_type"`  // at most 12 octets. Default empty: few carriers ask for one
	PasswordMax int     `yaml:"password_max"` // octets of the password that the SMSC reads. Default 64; the specification says 8 (§5.2.2)

	// Timers and limits.
	EnquireInterval time.Duration `yaml:"enquire_interval"` // silence, then enquire_link. Default 30s; SMSCs drop after 30 to 150 s, one allows one a minute
	ResponseTimeout time.Duration `yaml:"response_timeout"` // submit_sm to its response. Default 10s: a code cannot wait longer
	BindTimeout     time.Duration `yaml:"bind_timeout"`     // connect, TLS and bind. Default 5s
	WriteTimeout    time.Duration `yaml:"write_timeout"`    // one write to the socket. Default 5s
	ReconnectMin    time.Duration `yaml:"reconnect_min"`    // first wait before binding again. Default 500ms
	ReconnectMax    time.Duration `yaml:"reconnect_max"`    // longest such wait. Default 30s
	DeadAfter       time.Duration `yaml:"dead_after"`       // unbound for so long, its messages go elsewhere. Default 30s
	DeadTimeouts    int           `yaml:"dead_timeouts"`    // responses missing in a row: the same. Default 20

	// submit_sm.
	Source      ProfileSource       `yaml:"source"`              // TON and NPI by the form of the source
	Destination *ProfileAddress     `yaml:"destination"`         // of the handset. Default 1/1, international E.164
	ServiceType string              `yaml:"service_type"`        // at most 5 octets. Default empty, the SMSC's own
	Validity    string              `yaml:"validity"`            // relative, absolute, none. Default relative; none where it is refused with ESME_RINVEXPIRY or ignored
	Registered  *int                `yaml:"registered_delivery"` // §5.2.17. Default 1, every outcome; 2 failures only, 17 with intermediate ones, 0 none
	References  *bool               `yaml:"references"`          // send user_message_reference. Default true; false where unknown parameters are refused
	SerialParts *bool               `yaml:"serial_parts"`        // one unanswered part of a message at a time. Default false
	Parameters  []ProfileParameter  `yaml:"parameters"`          // optional parameters of every submit_sm. Default none
	Statuses    []ProfileStatusRule `yaml:"statuses"`            // what a command_status means here, over the retry table

	// Text.
	Alphabet     string   `yaml:"alphabet"`      // data_coding 0: gsm7, latin1, gsm7-packed. Default gsm7: a septet an octet
	Latin1       *bool    `yaml:"latin1"`        // data_coding 3 may be used. Default false: many SMSCs turn it into question marks
	UCS2         *bool    `yaml:"ucs2"`          // data_coding 8 may be used. Default true
	Concat       string   `yaml:"concat"`        // udh8, udh16, sar, payload. Default udh8: every handset joins it
	MaxParts     int      `yaml:"max_parts"`     // of one message. Default the gateway's
	SingleShift  []string `yaml:"single_shift"`  // national tables that the handsets know, such as turkish. Default none
	LockingShift []string `yaml:"locking_shift"` // same

	// Receipts, and messages from handsets.
	ReceiptIDs   string `yaml:"receipt_ids"`   // auto, exact, decimal, hex, hex-dec, dec-hex: form in the response, then in the receipt. Default auto, learnt
	ReceiptMatch string `yaml:"receipt_match"` // id, reference. Default id; reference where all messages get the same id
	ReceiptZone  string `yaml:"receipt_zone"`  // of the dates in receipts: UTC, +05:30 or Asia/Kolkata. Default UTC
	BusyStatus   string `yaml:"busy_status"`   // deliver_sm_resp that makes this SMSC deliver again. Default ESME_RTHROTTLED; some know only ESME_RSYSERR or ESME_RMSGQFUL
	UnackedMax   int    `yaml:"unacked_max"`   // deliver_sm not answered yet, per link; above it busy_status. Default 1000
}

// ProfileSource is TON and NPI by what the source address is.
type ProfileSource struct {
	Alphanumeric  *ProfileAddress `yaml:"alphanumeric"`  // a name. Default 5/0
	ShortCode     *ProfileAddress `yaml:"short_code"`    // at most six digits. Default 3/0; some want 0/1
	International *ProfileAddress `yaml:"international"` // E.164. Default 1/1; some want 1/0
}

// ProfileAddress is a type of number and a numbering plan (SMPP 3.4 §5.2.5, §5.2.6),
// each from 0 to 255.
type ProfileAddress struct {
	TON int `yaml:"ton"`
	NPI int `yaml:"npi"`
}

// ProfileParameter is one optional parameter with one form of its value.
type ProfileParameter struct {
	Tag     string  `yaml:"tag"`     // number as in 0x1400
	Text    *string `yaml:"text"`    // octets as they stand here
	CString *string `yaml:"cstring"` // the same and a NUL
	Hex     *string `yaml:"hex"`     // octets in hexadecimal
}

// ProfileStatusRule says what one command_status means.
type ProfileStatusRule struct {
	Status string        `yaml:"status"` // name, or number as in 0x400
	Then   string        `yaml:"then"`   // final: give up; elsewhere: the next carrier; retry: here, then elsewhere; slow-down: the link slows, the message waits
	Wait   time.Duration `yaml:"wait"`   // before a retry. Default 1s for retry, 0 for slow-down
	Tries  int           `yaml:"tries"`  // here, then elsewhere. Default 1 for retry; slow-down goes on until the code expires
	Rate   float64       `yaml:"rate"`   // slow-down: share of the accepted rate to go on with. Default 0.85
	Window float64       `yaml:"window"` // slow-down: share of the window to go on with. Default 1
}
