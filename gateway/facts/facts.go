// Package facts lays out what a policy looks at: from what the network
// answered, the identity of record, and what tenant and number have been
// through. It is pure. The gateway and a replay of recorded traffic lay out
// the same facts by it.
package facts

import (
	"time"

	"tollgate/fraud"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Past is what a tenant and a number have been through together.
type Past struct {
	FirstSeen      time.Time
	Verified       int       // codes approved
	VerifiedAt     time.Time // the last of them
	AcknowledgedAt time.Time // a review resolved: changes seen before it count no more
	JudgedAt       time.Time // that review was opened: changes that the network dates before it count no more
}

// Network is an answer of the network beside the record of what it told before.
type Network struct {
	Answer   *hlr.Answer
	Record   hlr.Record        // with the answer folded in
	Networks []subscriber.PLMN // the tenant's partners; empty: all
}

// Into lays out what the network tells of a send at f.At.
func (n *Network) Into(f *fraud.Facts, p *Past) {
	a := n.Answer
	f.Lookup = lookup(a, f.At)
	if f.Lookup.Identity == fraud.NotAsked && a.Asked&hlr.FieldIdentity != 0 && n.Record.Known() {
		f.Lookup.Identity = fraud.Unknown // the SIM was told before, and is withheld now
	}
	n.line(f)
	port(a, f)
	n.changes(f, p.AcknowledgedAt)
	f.SIM.Dated, f.Device.Dated = dated(a.SIMChange, f.At, p.JudgedAt), dated(a.DeviceChange, f.At, p.JudgedAt)
	if p := change(n.Record, hlr.FieldSIMChange, f.At, p.JudgedAt); p.Changed && (!f.SIM.Dated.Changed || a.Known&hlr.FieldSIMChange == 0 || p.Max < f.SIM.Dated.Max) {
		f.SIM.Dated = p // the newest change that a network told of by itself
	}
	f.SIM.Vanished = a.Absent && n.Record.Knew(a.IdentityBy)
	if past(a.RecycledAt, f.At) && a.RecycledAt.After(p.VerifiedAt) && p.Verified > 0 {
		since := Age(f.At, a.RecycledAt)
		f.SIM.Recycled = fraud.Age{Changed: true, Min: since, Max: since}
	}
}

// lookup says how far the answer can be relied on.
func lookup(a *hlr.Answer, now time.Time) fraud.Lookup {
	l := fraud.Lookup{
		Identity: known(a, hlr.FieldIdentity), Porting: known(a, hlr.FieldPorted), Location: known(a, hlr.FieldLocation|hlr.FieldVLR),
		Roaming: known(a, hlr.FieldRoaming), Reach: known(a, hlr.FieldReachable), LineType: known(a, hlr.FieldLineType),
		Absent: a.Absent, Age: Age(now, a.IdentityAt),
	}
	if disputed := a.Disputed(); disputed != 0 {
		l.Disputed = disputed.String()
	}
	return l
}

// known grades a group of facts. Unknown is what was asked of a provider that
// failed; one that answered and left the fact out does not tell it, and
// cannot be waited for.
func known(a *hlr.Answer, f hlr.Field) fraud.Known {
	if a.Known&f != 0 {
		return fraud.Yes
	}
	for i := range a.Sources {
		if s := &a.Sources[i]; s.Asked&f != 0 && s.Err != nil {
			return fraud.Unknown
		}
	}
	return fraud.NotAsked
}

// skew is how far the clock of a network may be ahead of ours.
const skew = time.Minute

// past says that at is told and lies behind. What a network dates later, as a
// port that is booked, has not happened yet.
func past(at, now time.Time) bool { return !at.IsZero() && !at.After(now.Add(skew)) }

// Age is how long ago at was, 0 where that is not known or lies ahead.
func Age(now, at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return max(0, now.Sub(at))
}
