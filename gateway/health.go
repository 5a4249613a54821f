package gateway

import (
	"sync/atomic"
	"time"

	"tollgate/gateway/route"
	"tollgate/smpp/carrier"
)

// healthFor is how long a carrier's health is taken as it was. Every send asks
// for it, and asking takes the carrier's lock, which its links need for each
// PDU: at 256 connections most sends were waiting there. A carrier that went
// down in between is noticed by Reserve, one that came up by LinkState.
const healthFor = 5 * time.Millisecond

// health is a carrier's state, asked for at most every healthFor.
type health struct {
	carrier *carrier.Carrier
	sample  atomic.Pointer[healthSample]
}

type healthSample struct {
	state route.State
	at    time.Time
}

func (h *health) state(now time.Time) route.State {
	if s := h.sample.Load(); s != nil && now.Sub(s.at) < healthFor && !now.Before(s.at) {
		return s.state
	}
	is := h.carrier.Health()
	s := &healthSample{route.State{Up: is.Up, Dead: is.Dead}, now}
	h.sample.Store(s)
	return s.state
}

// forget has the next call ask the carrier.
func (h *health) forget() { h.sample.Store(nil) }
