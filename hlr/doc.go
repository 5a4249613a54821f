// Package hlr gathers what the network says of a subscriber, remembers what it
// said before, and tells one SIM from another.
//
// A Gatherer asks all configured providers that could answer a needed fact, in
// parallel, and returns by its budget whatever came: a provider that is slow,
// down or deaf to its context costs an answer, never time. For each fact the
// first provider in the configured order wins; where another one disagrees,
// its Source says so. Answers are cached per number and provider, each fact for
// as long as it stays true; a late answer still fills the cache for the next
// call. Two calls share a lookup unless one of them asked for an identity that
// is looked up after the call began: such a call joins no lookup that started
// earlier, because a SIM swap may lie between the two.
//
// Each provider has a scope (tenants, purposes, regions), a time-out, a breaker,
// a rate limit, a price and a bound on what is in flight. A fallback is asked
// only for what the others left open. A lookup that takes longer than 95 % of
// those before it is made a second time, for at most one lookup in twenty.
//
// A network that tells of a SIM swap by itself (SIMChanged) is heeded by every
// answer from then on, whatever its lookups say or fail to say.
//
// What did not come is not in Answer.Known and counts as unknown; what no
// provider covers is not in Answer.Asked and counts for nothing.
//
// Identifiers in clear live in the cache and in answers, in memory only. The
// History of a number (Observe) holds keyed hashes.
package hlr
