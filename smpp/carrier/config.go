package carrier

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/session"
)

// Defaults of Config that have no default in package session.
const (
	DefaultReconnectMin = 500 * time.Millisecond
	DefaultReconnectMax = 30 * time.Second
	DefaultDeadAfter    = 15 * time.Second
	DefaultDeadTimeouts = 20
	DefaultMaxWaiting   = 10_000
	DefaultMaxUnacked   = 1000
)

// Values of Config.Bind, Config.Driver and Config.Validity.
const (
	BindTransceiver = "transceiver"
	BindTransmitter = "transmitter"
	BindReceiver    = "receiver"
	BindBoth        = "transmitter+receiver"

	DriverNative = "native"
	DriverGoSMPP = "go-smpp"

	ValidityRelative = "relative"
	ValidityAbsolute = "absolute"
	ValidityNone     = "none"
)

// Config describes one SMSC account. A zero field means its default.
type Config struct {
	Name       string // label in metrics and logs
	Addr       string // host:port
	SystemID   string // at most 15 octets (3.4 §5.2.1)
	Password   string // 3.4 §5.2.2 says at most 8 octets; some SMSCs want more
	SystemType string // at most 12 octets (§5.2.3)

	Bind   string      // transceiver (default), transmitter, receiver, or transmitter+receiver
	Links  int         // binds that submit; with transmitter+receiver one more to receive; default 1
	Window int         // submit_sm without a response, per link; default 100
	TPS    float64     // segments a second of the whole carrier; 0 is no limit
	Driver string      // native (default) or go-smpp
	TLS    *tls.Config // nil: plain TCP

	EnquireInterval time.Duration // silence after which enquire_link is sent; default 30 s
	ResponseTimeout time.Duration // submit_sm to submit_sm_resp; a one-time code cannot wait long; default 10 s
	BindTimeout     time.Duration // connect, TLS and bind together; default 5 s
	WriteTimeout    time.Duration // one write; default 5 s
	ReconnectMin    time.Duration // first wait before binding again; default 500 ms
	ReconnectMax    time.Duration // longest wait; default 30 s
	DeadAfter       time.Duration // without a bind for so long: dead; default 15 s
	DeadTimeouts    int           // so many time-outs without a response between: dead; default 20

	MaxWaiting int // callers of Reserve that may wait; default 10 000
	MaxUnacked int // receipts and MO messages not acknowledged yet, per link; default 1000

	IDMode       receipt.IDMode  // how receipt ids relate to submit_sm_resp ids
	Alphabet     coding.Alphabet // what data_coding 0 means in messages from handsets; default GSM 7-bit
	ReceiptZone  *time.Location  // time zone of the dates in receipts; nil: UTC
	Addresses    AddressTypes    // where TON and NPI are not the usual ones
	ServiceType  string
	Registered   *byte    // registered_delivery (§5.2.17); nil: 1, a receipt on every outcome
	Validity     string   // relative (default), absolute, or none where the SMSC refuses or ignores it
	SerialParts  bool     // send a part only after the former's response
	NoReferences bool     // never send user_message_reference
	ByReference  bool     // receipts name their message by user_message_reference, as the ids are no use
	Parameters   pdu.TLVs // optional parameters of every submit_sm

	// Coding is how texts are written and cut; its Alphabet is the field above, and
	// its Ref the message's.
	Coding coding.Options
	// Statuses says what a command_status means here, over the table for all.
	Statuses map[pdu.Status]Rule
	// FixedWindow keeps each link at Window. Otherwise it is the most that a link
	// ever has unanswered, and less while the carrier is slow or its queue full.
	FixedWindow bool
	// Busy answers a deliver_sm that cannot be taken now: the status on which this
	// SMSC delivers again. Default ESME_RTHROTTLED.
	Busy pdu.Status

	// Dial connects; nil is TCP. Rand is in [0, 1), for jitter; nil is math/rand.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
	Rand func() float64
}

// Validate returns everything that is wrong with c.
func (c *Config) Validate() []error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("carrier %q: "+format, append([]any{c.Name}, args...)...))
	}
	if c.Name == "" {
		bad("name is missing")
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("addr %q: want host:port", c.Addr)
	}
	oneOf := func(field, value string, values ...string) {
		if value != "" && !slices.Contains(values, value) {
			bad("%s is %q: want one of %q", field, value, values)
		}
	}
	oneOf("bind", c.Bind, BindTransceiver, BindTransmitter, BindReceiver, BindBoth)
	oneOf("driver", c.Driver, DriverNative, DriverGoSMPP)
	oneOf("validity", c.Validity, ValidityRelative, ValidityAbsolute, ValidityNone)
	if len(c.SystemID) > 15 {
		bad("system_id has %d octets: at most 15", len(c.SystemID))
	}
	if len(c.SystemType) > 12 {
		bad("system_type has %d octets: at most 12", len(c.SystemType))
	}
	if len(c.ServiceType) > 5 {
		bad("service_type has %d octets: at most 5", len(c.ServiceType))
	}
	if c.Links < 0 || c.Links > 64 {
		bad("links is %d: want 1 to 64", c.Links)
	}
	if c.TPS < 0 {
		bad("tps is %g: want 0 (no limit) or more", c.TPS)
	}
	if c.ReconnectMin < 0 || c.ReconnectMax < 0 || c.withDefaults().ReconnectMin > c.withDefaults().ReconnectMax {
		bad("reconnect_min %s must not be above reconnect_max %s", c.ReconnectMin, c.ReconnectMax)
	}
	if c.DeadAfter < 0 || c.DeadTimeouts < 0 || c.MaxWaiting < 0 {
		bad("dead_after, dead_timeouts and max_waiting must not be negative")
	}
	if c.ByReference && c.NoReferences {
		bad("receipts cannot be matched by a user_message_reference that is never sent")
	}
	sc := c.session()
	for _, err := range sc.Validate() {
		bad("%w", err)
	}
	return errs
}

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	set(&c.Bind, BindTransceiver)
	set(&c.Driver, DriverNative)
	set(&c.Validity, ValidityRelative)
	set(&c.Links, 1)
	set(&c.Window, session.DefaultWindow)
	set(&c.EnquireInterval, session.DefaultEnquireInterval)
	set(&c.ResponseTimeout, session.DefaultResponseTimeout)
	set(&c.BindTimeout, session.DefaultBindTimeout)
	set(&c.WriteTimeout, session.DefaultWriteTimeout)
	set(&c.ReconnectMin, DefaultReconnectMin)
	set(&c.ReconnectMax, max(DefaultReconnectMax, c.ReconnectMin))
	set(&c.DeadAfter, DefaultDeadAfter)
	set(&c.DeadTimeouts, DefaultDeadTimeouts)
	set(&c.MaxWaiting, DefaultMaxWaiting)
	set(&c.MaxUnacked, DefaultMaxUnacked)
	set(&c.ReceiptZone, time.UTC)
	set(&c.Busy, pdu.ESME_RTHROTTLED)
	c.Coding.Alphabet = c.Alphabet
	if c.Dial == nil {
		c.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", addr)
		}
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	return c
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// session is the part of c that one session needs.
func (c *Config) session() session.Config {
	return session.Config{
		Window: c.Window, Incoming: c.MaxUnacked, Busy: c.Busy, EnquireInterval: c.EnquireInterval,
		ResponseTimeout: c.ResponseTimeout, BindTimeout: c.BindTimeout, WriteTimeout: c.WriteTimeout,
	}
}

// modes lists what each link is bound as.
func (c *Config) modes() []session.Mode {
	mode := map[string]session.Mode{
		BindTransceiver: session.Transceiver, BindReceiver: session.Receiver,
		BindTransmitter: session.Transmitter, BindBoth: session.Transmitter,
	}[c.Bind]
	modes := slices.Repeat([]session.Mode{mode}, c.Links)
	if c.Bind == BindBoth {
		modes = append(modes, session.Receiver)
	}
	return modes
}

// String names the carrier without its password.
func (c Config) String() string {
	return fmt.Sprintf("%s (%s at %s, %s)", c.Name, c.SystemID, c.Addr, c.Bind)
}

// GoString keeps the password out of %#v too.
func (c Config) GoString() string { return c.String() }

// LogValue keeps the password out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }
