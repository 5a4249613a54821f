// Package send loads a gateway with sends and measures what comes out at the
// other end.
//
// The open loop sends at a rate whatever the answers do: request i is due at a
// time fixed beforehand, and its latency counts from then, so that a gateway
// that stalls is charged for everybody who had to wait (no coordinated
// omission). Who got no answer counts until it was given up, and who was due and
// never sent until the end; refusals, often quicker than all others, have
// percentiles of their own. The rate may change over time, in steps or in slopes. The closed
// loop keeps N connections busy, each with one request or a pipeline of them,
// and finds the most that the gateway takes. A request may be a batch of sends;
// then everything, latency too, is counted by send all the same.
//
// What send i is follows from i alone: its number (one of up to hundreds of
// millions), its purpose, its tenant's key, and whether it is part of a pumping
// attack. No table of numbers is kept.
//
// With Config.SMSC the generator is the carrier as well: it listens for the
// gateway's bind, recognises each message by its number, or by its code where
// numbers repeat, and measures HTTP to SMSC, from the intended start of the
// request to the submit_sm.
//
// With Config.Baseline a bare fasthttp handler runs in a second process and gets
// the same load in alternating slices, so that both figures come from one run
// on one machine. Every load is bounded and stops by itself.
package send
