package session

import (
	"fmt"
	"time"

	"tollgate/smpp/pdu"
)

// Defaults of Config.
const (
	DefaultWindow          = 100
	DefaultIncoming        = 1000
	DefaultEnquireInterval = 30 * time.Second
	DefaultResponseTimeout = 10 * time.Second
	DefaultBindTimeout     = 5 * time.Second
	DefaultWriteTimeout    = 5 * time.Second
	DefaultDrainTimeout    = 2 * time.Second
)

// maxWindow keeps the table of slots, at 64 octets each, to a few megabytes.
const maxWindow = 1 << 16

// outLimit is the most that may wait in the out buffer, in octets, before the
// session stops reading: responses to a peer that does not read must not pile up.
const outLimit = 1 << 20

// Config is what can be tuned about one session. A zero field means the default.
type Config struct {
	Window            int           // requests of ours that may wait for their response; default 100
	Incoming          int           // requests of the peer that may wait for ours, refused above; default 1000
	Busy              pdu.Status    // what refuses those; default ESME_RTHROTTLED
	EnquireInterval   time.Duration // silence after which we send enquire_link (3.4 §7.2 enquire_link_timer); default 30 s
	ResponseTimeout   time.Duration // response_timer of 3.4 §7.2, for every request of ours; default 10 s
	BindTimeout       time.Duration // session_init_timer of 3.4 §7.2; default 5 s
	WriteTimeout      time.Duration // one write to the socket; default 5 s
	DrainTimeout      time.Duration // how long an unbind waits for what is under way; default 2 s
	InactivityTimeout time.Duration // inactivity_timer of 3.4 §7.2; 0 is off
	MaxLength         uint32        // largest command_length accepted, in octets; default pdu.MaxLength

	// Accept decides on a bind that the peer asks for (the SMSC side). It runs on
	// the reading goroutine and may take its time: nothing else happens before the
	// bind. The returned status is answered, with SystemID as our own name. Without
	// Accept every bind is answered with ESME_RBINDFAIL.
	Accept func(s *Session, mode Mode, b *pdu.Bind) pdu.Status
	// SystemID is our name in bind responses.
	SystemID string
	// RTT is told the round trip of each answered enquire_link, if set.
	RTT func(time.Duration)
	// Stray is called for each response that answers nothing waiting (late,
	// duplicate or unexpected), if set.
	Stray func()
}

// Validate returns everything that is wrong with c.
func (c *Config) Validate() []error {
	var errs []error
	if c.Window < 0 || c.Window > maxWindow {
		errs = append(errs, fmt.Errorf("window is %d: want 1 to %d", c.Window, maxWindow))
	}
	if c.Incoming < 0 || c.Incoming > maxWindow {
		errs = append(errs, fmt.Errorf("incoming is %d: want 1 to %d", c.Incoming, maxWindow))
	}
	for _, d := range []struct {
		name string
		d    time.Duration
	}{
		{"enquire_interval", c.EnquireInterval}, {"response_timeout", c.ResponseTimeout},
		{"bind_timeout", c.BindTimeout}, {"write_timeout", c.WriteTimeout},
		{"drain_timeout", c.DrainTimeout}, {"inactivity_timeout", c.InactivityTimeout},
	} {
		if d.d < 0 {
			errs = append(errs, fmt.Errorf("%s is %s: want a positive duration", d.name, d.d))
		}
	}
	return errs
}

// withDefaults fills in what was left out.
func (c Config) withDefaults() Config {
	set(&c.Window, DefaultWindow)
	set(&c.Incoming, DefaultIncoming)
	set(&c.EnquireInterval, DefaultEnquireInterval)
	set(&c.ResponseTimeout, DefaultResponseTimeout)
	set(&c.BindTimeout, DefaultBindTimeout)
	set(&c.WriteTimeout, DefaultWriteTimeout)
	set(&c.DrainTimeout, DefaultDrainTimeout)
	set(&c.MaxLength, uint32(pdu.MaxLength))
	if c.Busy == 0 {
		c.Busy = pdu.ESME_RTHROTTLED
	}
	c.Window = min(c.Window, maxWindow)
	return c
}

func set[T int | uint32 | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
