package window

import "math"

// stagedMost bounds what is kept of staged approvals, so that a key that has
// left its ways is believed again.
const stagedMost = 12

// oddity is the evidence, in nats, that an approval was typed in by a machine
// elsewhere: its device and its network are others than the send's. People
// change networks between the two, hardly both.
func (p *pending) oddity(c *Check) float64 {
	ip, net := addrKeys(c.IP)
	otherDevice := c.Device != 0 && p.device != 0 && c.Device != p.device
	otherNet := ip != 0 && p.ip != 0 && net != p.net
	switch {
	case otherDevice && otherNet:
		return 1.4
	case otherDevice:
		return 0.7
	case otherNet:
		return 0.2
	case ip == 0 && c.Device == 0:
		return 0
	}
	return -0.25
}

// regular is the evidence, in nats, that the time from send to approval is a
// machine's: near to the mean of those before it, again and again. pace is its
// logarithm.
func (f *flow) regular(pace float64) (nats float64) {
	if f.tempo == 0 {
		f.tempo = float32(pace)
		return 0
	}
	off := pace - float64(f.tempo)
	f.tempo += float32(off * 0.3)
	const machine, people = 0.12, 0.8 // standard deviations of the logarithm
	nats = math.Log(people/machine) - off*off/2*(1/(machine*machine)-1/(people*people))
	return min(0.9, max(-1.1, nats))
}

// doubt is how many standard deviations of what is expected may be missing by
// chance: where every other code is typed in anyhow, a run of five that are not
// says little.
const doubt = 1.5

// missing is the part of the approvals that are expected of a key's sends and
// did not come, 0 to 1, beyond so many standard deviations; a few extra ones on
// either side keep the first from saying much.
func (f *flow) missing(deviations float64) float64 {
	const extra = 4
	got := float64(f.approved) + deviations*math.Sqrt(float64(f.variance))
	return round(min(1, max(0, 1-(got+extra)/(float64(f.expected)+extra))))
}
