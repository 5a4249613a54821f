// Package osmohlr asks an osmo-hlr for subscribers over its control interface
// (Osmocom CTRL: OsmoHLR User Manual, "Control interface"; frames by IPA,
// 3GPP-like length, protocol 0xee, extension 0).
//
// One connection carries all lookups, pipelined: each has an id, and answers
// are matched by it. When the connection breaks, or answers stay away for
// Config.Stall, every lookup on it fails at once and it is made again in the
// background, with a pause that grows; a lookup meanwhile fails at once too,
// so that an HLR that restarts costs facts and never time.
//
// What can be asked is the `info` of an MSISDN and nothing else: the type that
// writes requests has no other. The variables info-aud, info-all, aud2g and
// aud3g give the keys of a SIM in clear; an answer that holds such a field is
// refused.
package osmohlr
