package api

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"sync/atomic"

	"tollgate/gateway"
)

// Tenants finds the tenant behind an API key. Keys are known only by their
// SHA-256: a lookup compares hashes, so how long it takes tells nothing of a
// key. The whole table is swapped at once when the configuration is reloaded;
// requests under way keep the tenant they started with.
type Tenants struct {
	byKey atomic.Pointer[map[[32]byte]*gateway.Tenant]
}

// NewTenants makes the first table.
func NewTenants(list []*gateway.Tenant) (*Tenants, error) {
	t := new(Tenants)
	return t, t.Swap(list)
}

// Swap replaces the table. On an error, a key that two tenants share, the
// former one stays.
func (t *Tenants) Swap(list []*gateway.Tenant) error {
	m := make(map[[32]byte]*gateway.Tenant, len(list))
	for _, tenant := range list {
		for _, h := range tenant.KeyHashes {
			if other, taken := m[h]; taken && other != tenant {
				return fmt.Errorf("api: tenants %q and %q have the same key %x...; give each its own", other.ID, tenant.ID, h[:4])
			}
			m[h] = tenant
		}
	}
	t.byKey.Store(&m)
	return nil
}

// Find returns the tenant that a key belongs to, or nil.
func (t *Tenants) Find(key []byte) *gateway.Tenant {
	m := t.byKey.Load()
	if m == nil || len(key) == 0 {
		return nil
	}
	return (*m)[sha256.Sum256(key)]
}

// bearer takes the token out of an Authorization header (RFC 6750 §2.1); the
// scheme's case does not matter (RFC 9110 §11.1).
func bearer(header []byte) []byte {
	const scheme = "Bearer "
	if len(header) <= len(scheme) || !bytes.EqualFold(header[:len(scheme)], []byte(scheme)) {
		return nil
	}
	return bytes.TrimLeft(header[len(scheme):], " ")
}
