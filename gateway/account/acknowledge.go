package account

import (
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr"
)

// discovery is how long after its review was opened a change may still have
// been seen first and be the one that the review is about: the lookup and the
// decision do not share one instant.
const discovery = time.Minute

// acknowledge makes the changes that the review could see count no more for
// this tenant. When the SIM changed again after the review was opened, nobody
// has judged that second change: what is acknowledged ends just before it, so
// that the next send finds it and opens a review of its own.
func acknowledge(r *store.Review, ns *store.NumberState, id *store.Identity, now time.Time) {
	ns.AcknowledgedAt, ns.JudgedAt = now, r.OpenedAt
	if id == nil {
		return
	}
	for i := range id.Record {
		acknowledgeSource(r, ns, &id.Record[i].History)
	}
}

// acknowledgeSource ends the acknowledged time before the first change that the
// review could not see, whichever source told it.
func acknowledgeSource(r *store.Review, ns *store.NumberState, h *hlr.History) {
	for i := range h.Changes {
		c := &h.Changes[i]
		if c.Field&hlr.FieldIdentity == 0 || !c.NewFirst.After(r.OpenedAt.Add(discovery)) {
			continue
		}
		if at := c.NewFirst.Add(-1); at.Before(ns.AcknowledgedAt) {
			ns.AcknowledgedAt = at
		}
	}
}
