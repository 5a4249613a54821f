package bench

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"tollgate/smpp/smsc"
)

// sink is the carrier at the other end of the gateway.
type sink struct {
	server  *smsc.Server
	addr    string
	numbers numbers
	epoch   time.Time
	starts  []atomic.Int64 // by index of the number: intended start since epoch plus 1; 0 never begun, below 0 arrived
	toSMSC  *latencies

	submitted  atomic.Uint64 // different messages of this run
	duplicates atomic.Uint64 // of this run, more than once
	foreign    atomic.Uint64 // to numbers that this run did not use
	lastAt     atomic.Int64  // when the last one came, since epoch
	drained    atomic.Int64  // how long the last ones came after the load
}

func newSink(c *Config, n numbers) (*sink, error) {
	l, err := net.Listen("tcp", c.SMSC)
	if err != nil {
		return nil, fmt.Errorf("listen as the carrier: %w", err)
	}
	s := &sink{
		addr: l.Addr().String(), numbers: n, epoch: time.Now(),
		starts: make([]atomic.Int64, c.limit()), toSMSC: newLatencies(),
	}
	var p smsc.Profile
	if c.SMSCProfile != nil {
		p = *c.SMSCProfile
	}
	if c.NoReceipts {
		p.Receipts = smsc.ReceiptRates{}
	}
	s.server = smsc.New(&p, smsc.Options{OnMessage: s.arrived, InboxSize: -1, UniqueSize: -1})
	go func() {
		if err := s.server.Serve(l); err != nil && !errors.Is(err, smsc.ErrClosed) {
			slog.Error("bench: the carrier stopped", "err", err)
		}
	}()
	return s, nil
}

// begin notes when a send was meant to start. It is false when the run has made
// as many as it may.
func (s *sink) begin(i uint64, at time.Time) bool {
	if i >= uint64(len(s.starts)) {
		return false
	}
	s.starts[i].Store(int64(at.Sub(s.epoch)) + 1)
	return true
}

// arrived is called for every whole message.
func (s *sink) arrived(m smsc.Message) {
	now := int64(time.Since(s.epoch))
	i, ok := s.numbers.index(m.To)
	if !ok || i >= uint64(len(s.starts)) {
		s.foreign.Add(1)
		return
	}
	switch start := s.starts[i].Swap(-1); {
	case start == 0:
		s.starts[i].Store(0)
		s.foreign.Add(1)
	case start < 0:
		s.duplicates.Add(1)
	default:
		s.toSMSC.record(int(i), time.Duration(now-start+1))
		s.submitted.Add(1)
		s.lastAt.Store(now)
	}
}

// drain waits until as many messages arrived as were accepted, for at most d.
func (s *sink) drain(accepted func() uint64, d time.Duration) {
	begin := time.Since(s.epoch)
	for s.submitted.Load() < accepted() && time.Since(s.epoch) < begin+d {
		time.Sleep(time.Millisecond)
	}
	s.drained.Add(max(0, s.lastAt.Load()-int64(begin)))
}
