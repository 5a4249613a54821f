package api

import (
	"errors"
	"fmt"
	"time"
)

// Config is what the API can be told. A zero field takes its default.
type Config struct {
	// BodyLimit is the largest request body, in octets. A send has some 300;
	// 64 KiB leaves room for metadata and long texts.
	BodyLimit int
	// Timeout is how long a request may take before it is answered 503
	// "timeout". Default 5 s: the hooks of auth services give up then.
	Timeout time.Duration
	// ReadTimeout is how long a client may take to send one request (10 s).
	ReadTimeout time.Duration
	// WriteTimeout is how long a client may take to read an answer (10 s).
	WriteTimeout time.Duration
	// IdleTimeout is how long a connection may wait for its next request
	// (75 s, more than the 60 s after which common proxies close theirs).
	IdleTimeout time.Duration
	// MaxInFlight is how many requests are worked on at once; above it they
	// are answered 503 before anything is accepted (8192).
	MaxInFlight int
	// MaxConnections is how many connections are served at once (16384).
	MaxConnections int
	// AllowHTTPCallbacks lets callback_url be plain http: for development.
	AllowHTTPCallbacks bool
	// Hooks are those who may push events, by the name that ends the path of
	// POST /hooks/camara/sim-swap/{name}.
	Hooks map[string]Hook
	// Now is the clock (time.Now).
	Now func() time.Time
}

// maxBodyLimit keeps a slip of the pen from turning into gigabytes.
const maxBodyLimit = 16 << 20

// Validate reports everything that is wrong with c, together.
func (c *Config) Validate() error {
	var bad []error
	if c.BodyLimit < 0 || c.BodyLimit > maxBodyLimit || c.BodyLimit > 0 && c.BodyLimit < 1024 {
		bad = append(bad, fmt.Errorf("api: body limit %d is not between 1024 and %d octets", c.BodyLimit, maxBodyLimit))
	}
	for _, d := range []struct {
		name string
		is   time.Duration
	}{
		{"timeout", c.Timeout}, {"read timeout", c.ReadTimeout},
		{"write timeout", c.WriteTimeout}, {"idle timeout", c.IdleTimeout},
	} {
		if d.is < 0 || d.is > 0 && d.is < 10*time.Millisecond {
			bad = append(bad, fmt.Errorf("api: %s %v is too short to answer anything; leave it out for the default", d.name, d.is))
		}
	}
	if c.MaxInFlight < 0 || c.MaxConnections < 0 {
		bad = append(bad, errors.New("api: max in flight and max connections cannot be negative"))
	}
	return errors.Join(bad...)
}

func (c Config) withDefaults() Config {
	c.BodyLimit = or(c.BodyLimit, 64<<10)
	c.Timeout = or(c.Timeout, 5*time.Second)
	c.ReadTimeout = or(c.ReadTimeout, 10*time.Second)
	c.WriteTimeout = or(c.WriteTimeout, 10*time.Second)
	c.IdleTimeout = or(c.IdleTimeout, 75*time.Second)
	c.MaxInFlight = or(c.MaxInFlight, 8192)
	c.MaxConnections = or(c.MaxConnections, 16384)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}
