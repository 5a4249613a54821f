package otp

import (
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

const macKind = "otp"

// MAC stands for a code in its challenge. The id is part of it, so that equal codes of
// two challenges have unequal MACs.
func MAC(h Hasher, id store.ID, code string) subscriber.Hash {
	return h.Hash(macKind, macValue(id, code))
}

// isCode says that code is the one of ch, whatever key that was hashed under.
func isCode(h Hasher, ch *store.Challenge, code string) bool {
	return !ch.MAC.IsZero() && h.Matches(ch.MAC, macKind, macValue(ch.ID, code))
}

func macValue(id store.ID, code string) string { return id.String() + ":" + code }
