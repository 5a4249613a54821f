package gateway

import (
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// Watcher is told what becomes of each request, as it happens: the console of
// `tollgate dev` is one. Its methods must neither block nor keep their
// arguments.
type Watcher interface {
	// Ended is a message's terminal state.
	Ended(m *store.Message, d *store.Delivery)
	// Refused is a send that was not accepted.
	Refused(tenant string, to subscriber.MSISDN, purpose string, r *Refusal)
	// Checked is the outcome of a check.
	Checked(ch *store.Challenge)
}

type noWatcher struct{}

func (noWatcher) Ended(*store.Message, *store.Delivery)               {}
func (noWatcher) Refused(string, subscriber.MSISDN, string, *Refusal) {}
func (noWatcher) Checked(*store.Challenge)                            {}
