package otp

import (
	"time"

	"tollgate/hlr/subscriber"
)

// Defaults of Config.
const (
	DefaultCooldown = 60 * time.Second
	DefaultMaxWrong = 5
	DefaultWindow   = time.Hour
)

// Config is how strictly checks are judged. The zero Config has the defaults.
type Config struct {
	// Cooldown follows a wrong or an expired code: no check of the same
	// tenant, number and purpose before it is over. 0 means 60 s, negative
	// turns it off (the convention of gateway.Tenant).
	Cooldown time.Duration
	// MaxWrong is how many wrong codes a number may have in Window; one more
	// locks it. 0 means 5.
	MaxWrong int
	// Window is how long a wrong code counts. 0 means an hour.
	Window time.Duration
	// Observe refuses nothing but a code used twice: holds and cool-downs are
	// passed over and none is started. Wrong codes are still noted.
	Observe bool
}

func (c Config) cooldown() time.Duration {
	switch {
	case c.Observe || c.Cooldown < 0:
		return 0
	case c.Cooldown == 0:
		return DefaultCooldown
	}
	return c.Cooldown
}

func (c Config) maxWrong() int {
	if c.MaxWrong <= 0 {
		return DefaultMaxWrong
	}
	return c.MaxWrong
}

func (c Config) window() time.Duration {
	if c.Window <= 0 {
		return DefaultWindow
	}
	return c.Window
}

// Hasher makes the keyed hashes that stand for codes, and compares them in constant
// time; gateway/keys has one. kind separates the uses of one key, so that equal values
// of two kinds have unequal hashes.
type Hasher interface {
	Hash(kind, value string) subscriber.Hash
	Matches(h subscriber.Hash, kind, value string) bool
}
