package send

import (
	"fmt"
	"strings"
)

// Setup is what was sent, so that a run can be done again. Keys are secrets: of
// tenants it has only the weights.
type Setup struct {
	Dialect     string  `json:"dialect"`
	Tenants     []int   `json:"tenants"` // weights of their keys
	Purposes    string  `json:"purposes"`
	Countries   string  `json:"countries"`
	Distinct    uint64  `json:"distinct,omitempty"`
	Attack      float64 `json:"attack,omitempty"` // share of the sends
	Context     bool    `json:"context,omitempty"`
	Idempotency bool    `json:"idempotency,omitempty"`
	Seed        uint64  `json:"seed"`
}

func (c *Config) setup() Setup {
	s := Setup{
		Dialect: c.Dialect, Purposes: c.Purpose.String(), Countries: c.Countries.String(), Distinct: c.Distinct,
		Attack: c.Attack, Context: c.Context || c.Attack > 0, Idempotency: c.Idempotency, Seed: c.Seed,
	}
	for _, key := range c.Key {
		s.Tenants = append(s.Tenants, key.Weight)
	}
	return s
}

// words is the setup for people; what is as usual is left out.
func (s Setup) words() string {
	parts := []string{"purpose " + s.Purposes, "countries " + s.Countries}
	add := func(said bool, format string, args ...any) {
		if said {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(s.Dialect != "tollgate", "dialect %s", s.Dialect)
	add(len(s.Tenants) > 1, "%d tenants by weight %v", len(s.Tenants), s.Tenants)
	add(s.Distinct > 0, "%d distinct numbers", s.Distinct)
	add(s.Attack > 0, "attack share %g", s.Attack)
	add(s.Context, "with context")
	add(s.Idempotency, "with idempotency keys")
	add(true, "seed %d", s.Seed)
	return strings.Join(parts, ", ")
}
