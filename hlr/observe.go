package hlr

import (
	"time"

	"tollgate/hlr/subscriber"
)

// Hasher makes and compares the keyed hashes of identifiers. gateway/keys
// implements it; hlr never sees a key.
type Hasher interface {
	// Hash is the hash of a value of a kind under the newest key.
	Hash(kind, value string) subscriber.Hash
	// Matches compares a value with a hash under the hash's own key.
	Matches(h subscriber.Hash, kind, value string) bool
}

// Observer is what histories are kept with.
type Observer struct {
	Hasher Hasher
	Cells  *Cells // where cells stand; nil: nothing is known of that
}

// The kinds of hashed identifiers.
const (
	kindIMSI  = "imsi"
	kindICCID = "iccid"
	kindIMEI  = "imei"
	kindVLR   = "vlr"
)

// maxChanges bounds a History; identities and places each have half of it, so
// that a commuter's cells never push out a swapped SIM.
const maxChanges = 16

// changeKept is how long a change is remembered. After that no signal looks at
// it, and the key of its hashes may be destroyed.
const changeKept = 180 * 24 * time.Hour

// SeenGrain is how old the stored times of sight may get before an answer that
// changes nothing is worth a write. OldLast of a change may be that much too
// early, never too late.
const SeenGrain = time.Minute

// Observe folds an answer into the history of its number. next is h with what
// the answer tells; store says whether it differs enough to be written: a
// change, or times of sight that are a minute old. Facts that the answer does
// not tell stay as they are.
//
// A hash is compared under its own key and rewritten under the newest on a
// match, so that a rotation of keys is no change. A number known before that
// the network no longer knows gets AbsentSince; what changed when it is back is
// marked Vanished. An answer from the cache whose lookup had ended before the
// newest one observed is too old to contradict it and is left out.
func Observe(h History, a *Answer, now time.Time, ob Observer) (next History, store bool) {
	o := observe(h, a, now, ob)
	if a.Absent {
		return o.absent()
	}
	if o.outdated() {
		return h, false
	}
	o.next.Changes = append([]Change(nil), h.Changes...)
	o.identity()
	o.place()
	if !o.store {
		return h, false
	}
	o.prune(now)
	return o.next, true
}

// observation is one Observe.
type observation struct {
	Observer
	a     *Answer
	old   History
	next  History
	from  time.Time // not before: when the lookup began
	until time.Time // not after: when it was answered
	store bool
}

func observe(h History, a *Answer, now time.Time, ob Observer) *observation {
	o := &observation{a: a, Observer: ob, old: h, next: h, from: a.IdentityAt, until: a.IdentityDone}
	if o.from.IsZero() {
		o.from = now
	}
	if o.until.Before(o.from) {
		o.until = latest(o.from, now)
	}
	return o
}

func (o *observation) absent() (History, bool) {
	if o.old.Known() && !o.old.Vanished() && !o.outdated() {
		o.next.AbsentSince = o.from
		o.store = true
	}
	return o.next, o.store
}

// outdated says that the answer was taken from a cache that is behind the
// history. A lookup of its own is never outdated, whatever the clocks say.
func (o *observation) outdated() bool {
	for i := range o.a.Sources {
		if s := &o.a.Sources[i]; s.Fields&FieldIdentity != 0 {
			return s.Cached && o.until.Before(latest(o.old.LastSeen, o.old.AbsentSince))
		}
	}
	return false
}

func (o *observation) identity() {
	a, h, n := o.a, &o.old, &o.next
	if a.Known&FieldIdentity != 0 {
		if n.FirstSeen.IsZero() {
			n.FirstSeen = o.from
		}
		n.LastSeen = latest(n.LastSeen, o.from)
		o.store = o.store || h.Vanished()
		n.AbsentSince = time.Time{}
	}
	if a.IMSI != "" {
		o.hashed(FieldIMSI, &n.IMSI, &n.Seen.IMSI, kindIMSI, a.IMSI)
	}
	if a.ICCID != "" {
		o.hashed(FieldICCID, &n.ICCID, &n.Seen.ICCID, kindICCID, plainICCID(a.ICCID))
	}
	if a.IMEI != "" {
		o.hashed(FieldIMEI, &n.IMEI, &n.Seen.IMEI, kindIMEI, plainIMEI(a.IMEI))
	}
}

// hashed compares one identifier with the one of record.
func (o *observation) hashed(f Field, rec *subscriber.Hash, seen *time.Time, kind, value string) {
	last := o.see(seen, rec.IsZero())
	now := o.Hasher.Hash(kind, value)
	if now == *rec {
		return
	}
	old := *rec
	*rec, o.store = now, true
	switch {
	case old.IsZero():
	case old.Key != now.Key && o.Hasher.Matches(old, kind, value):
		o.rekey(f, old, now)
	default:
		o.changed(Change{Field: f, Old: old, New: now, OldLast: last})
	}
}

// rekey carries a rotation into the change that brought the value.
func (o *observation) rekey(f Field, old, now subscriber.Hash) {
	for i := range o.next.Changes {
		if c := &o.next.Changes[i]; c.Field == f && c.New == old {
			c.New = now
		}
	}
}

// see notes that a fact was told and returns when it was told before that.
func (o *observation) see(seen *time.Time, first bool) (last time.Time) {
	last = *seen
	if last.IsZero() && !first {
		last = o.old.LastSeen
	}
	*seen = latest(last, o.from)
	if first || o.from.Sub(last) >= SeenGrain {
		o.store = true
	}
	return last
}

// changed appends a change; the observation gives what all of one answer share.
func (o *observation) changed(c Change) {
	c.NewFirst = o.until
	c.Vanished = o.old.Vanished() && c.Field&(FieldIdentity|FieldIMEI) != 0
	if c.OldLast.After(c.NewFirst) {
		c.OldLast = c.NewFirst // clocks of two nodes
	}
	o.next.Changes = append(o.next.Changes, c)
	o.store = true
}

// prune keeps the newest changes of identities and of places.
func (o *observation) prune(now time.Time) {
	kept := map[bool]int{}
	changes := o.next.Changes
	first := len(changes)
	for i := len(changes) - 1; i >= 0; i-- {
		place := changes[i].Field&FieldPlace != 0
		if kept[place] == maxChanges/2 || now.Sub(changes[i].NewFirst) > changeKept {
			continue
		}
		kept[place]++
		first--
		changes[first] = changes[i]
	}
	o.next.Changes = changes[first:]
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
