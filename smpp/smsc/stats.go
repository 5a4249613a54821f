package smsc

import (
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"

	"tollgate/smpp/pdu"
)

// Stats are the server's totals since its start.
type Stats struct {
	Connections     int64  `json:"connections"` // open now, bound or not
	Bound           int64  `json:"bound"`       // binds now
	Binds           uint64 `json:"binds"`
	BindsRefused    uint64 `json:"binds_refused"`
	Submits         uint64 `json:"submits"`   // submit_sm, data_sm and destinations of submit_multi received
	Accepted        uint64 `json:"accepted"`  // answered, or to be answered, with ESME_ROK
	Refused         uint64 `json:"refused"`   // answered with another status
	Swallowed       uint64 `json:"swallowed"` // neither
	Throttled       uint64 `json:"throttled"` // of those, with ESME_RTHROTTLED
	QueueFull       uint64 `json:"queue_full"`
	Unique          uint64 `json:"unique"`        // accepted and unlike the latest Options.UniqueSize in sender, recipient and text
	Messages        uint64 `json:"messages"`      // whole messages: parts are put together first
	ReceiptsSent    uint64 `json:"receipts_sent"` // repeats included
	ReceiptsAcked   uint64 `json:"receipts_acked"`
	ReceiptsRefused uint64 `json:"receipts_refused"` // finally, by the status of their response
	ReceiptsDropped uint64 `json:"receipts_dropped"` // tried too often, or the queue was full
	Redelivered     uint64 `json:"redelivered"`      // sent again: no answer, a lost bind, or refused for now
	ReceiptsWaiting int    `json:"receipts_waiting"` // for a bind or a window, now
	ScriptSteps     uint64 `json:"script_steps"`     // that took effect
	StrayResponses  uint64 `json:"stray_responses"`  // responses to nothing that was asked
}

type counters struct {
	bound                                             atomic.Int64
	binds, bindsRefused, submits, accepted, refused   atomic.Uint64
	throttled, queueFull, unique, messages            atomic.Uint64
	receipts, acked, receiptsRefused, receiptsDropped atomic.Uint64
	redelivered, strayResponses, swallowed, steps     atomic.Uint64
}

func (k *counters) refusal(status pdu.Status) {
	k.refused.Add(1)
	switch status {
	case pdu.ESME_RTHROTTLED:
		k.throttled.Add(1)
	case pdu.ESME_RMSGQFUL:
		k.queueFull.Add(1)
	}
}

// Stats returns the totals.
func (s *Server) Stats() Stats {
	k := &s.stats
	st := Stats{
		Bound: k.bound.Load(), Binds: k.binds.Load(), BindsRefused: k.bindsRefused.Load(),
		Submits: k.submits.Load(), Accepted: k.accepted.Load(), Refused: k.refused.Load(), Swallowed: k.swallowed.Load(), ScriptSteps: k.steps.Load(),
		Throttled: k.throttled.Load(), QueueFull: k.queueFull.Load(), Unique: k.unique.Load(), Messages: k.messages.Load(),
		ReceiptsSent: k.receipts.Load(), ReceiptsAcked: k.acked.Load(), ReceiptsRefused: k.receiptsRefused.Load(),
		ReceiptsDropped: k.receiptsDropped.Load(), Redelivered: k.redelivered.Load(), StrayResponses: k.strayResponses.Load(),
	}
	s.mu.Lock()
	st.Connections = int64(len(s.conns))
	accounts := make([]*account, 0, len(s.accounts))
	for _, a := range s.accounts {
		accounts = append(accounts, a)
	}
	s.mu.Unlock()
	for _, a := range accounts {
		a.mu.Lock()
		st.ReceiptsWaiting += a.queue.len()
		a.mu.Unlock()
	}
	return st
}

// uniqueSet tells whether a message was seen among the latest. It keeps two
// generations of hashes; the older goes when the younger is full.
type uniqueSet struct {
	mu         sync.Mutex
	size       int
	young, old map[uint64]struct{}
}

func newUniqueSet(size int) *uniqueSet {
	return &uniqueSet{size: size, young: map[uint64]struct{}{}}
}

// add says that the message is new.
func (u *uniqueSet) add(m *message) bool {
	if u.size == 0 {
		return false
	}
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(m.from.Addr)
	_, _ = d.Write([]byte{0})
	_, _ = d.WriteString(m.to.Addr)
	_, _ = d.Write([]byte{0})
	_, _ = d.Write(m.body)
	sum := d.Sum64()
	u.mu.Lock()
	defer u.mu.Unlock()
	_, inYoung := u.young[sum]
	_, inOld := u.old[sum]
	if !inYoung {
		if len(u.young) >= u.size {
			u.old, u.young = u.young, make(map[uint64]struct{}, u.size)
		}
		u.young[sum] = struct{}{}
	}
	return !inYoung && !inOld
}
