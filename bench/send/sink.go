package send

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"tollgate/bench/stat"
	"tollgate/smpp/smsc"
)

// sink is the carrier at the other end of the gateway.
type sink struct {
	server *smsc.Server
	addr   string
	plan   *plan
	epoch  time.Time
	// under is what is under way, send i at i modulo its size: memory does not
	// grow with the run. A message that comes after so many more were sent
	// still counts, without its latency.
	under  []atomic.Uint64
	toSMSC *stat.Latencies

	expected   atomic.Uint64 // accepted by HTTP
	submitted  atomic.Uint64 // of those, different ones that came
	duplicates atomic.Uint64
	foreign    atomic.Uint64 // to numbers, or with codes, that this run did not use
	unaccepted atomic.Uint64 // came although HTTP had not said 202: no answer, or an error
	lapped     atomic.Uint64 // came too late for their latency to be known
	lastAt     atomic.Int64  // when the last one came, since epoch
}

// underSize is how many of the latest sends are told apart, 8 octets each.
const underSize = 1 << 20

// An entry has the state in 2 bits, the intended start in 40 (microseconds since
// epoch: twelve days) and in 22 how often the ring had gone round.
const (
	stateBegun = iota + 1
	stateArrived
	stateRefused

	startBits, roundBits = 40, 22
)

func entry(i uint64, start int64, state uint64) uint64 {
	return i/underSize%(1<<roundBits)<<(startBits+2) | uint64(start)%(1<<startBits)<<2 | state
}

func round(e uint64) uint64   { return e >> (startBits + 2) }
func startOf(e uint64) int64  { return int64(e >> 2 % (1 << startBits)) }
func stateOf(e uint64) uint64 { return e & 3 }

func newSink(c *Config, p *plan) (*sink, error) {
	l, err := net.Listen("tcp", c.SMSC)
	if err != nil {
		return nil, fmt.Errorf("listen as the carrier: %w", err)
	}
	s := &sink{
		addr: l.Addr().String(), plan: p, epoch: time.Now(),
		under: make([]atomic.Uint64, underSize), toSMSC: stat.NewLatencies(),
	}
	var profile smsc.Profile
	if c.SMSCProfile != nil {
		profile = *c.SMSCProfile
	}
	if c.NoReceipts {
		profile.Receipts = smsc.ReceiptRates{} // none, where nil is the default
	}
	s.server = smsc.New(&profile, smsc.Options{OnMessage: s.arrived, InboxSize: -1, UniqueSize: -1})
	go func() {
		if err := s.server.Serve(l); err != nil && !errors.Is(err, smsc.ErrClosed) {
			slog.Error("bench: the carrier stopped", "err", err)
		}
	}()
	return s, nil
}

// begin notes when a send was meant to start.
func (s *sink) begin(i uint64, at time.Time) {
	s.under[i%underSize].Store(entry(i, at.Sub(s.epoch).Microseconds(), stateBegun))
}

// accepted notes that HTTP answered 202.
func (s *sink) accepted() { s.expected.Add(1) }

// refused notes that it did not.
func (s *sink) refused(i uint64) {
	slot := &s.under[i%underSize]
	e := slot.Load()
	if round(e) != round(entry(i, 0, 0)) {
		return
	}
	was := stateOf(slot.Swap(e&^3 | stateRefused))
	if was == stateArrived { // before its answer
		s.submitted.Add(^uint64(0))
		s.unaccepted.Add(1)
	}
}

// arrived is called for every whole message.
func (s *sink) arrived(m smsc.Message) {
	now := time.Since(s.epoch)
	i, ok := s.plan.index(m.To, m.Text)
	if !ok || i >= s.plan.next.Load() {
		s.foreign.Add(1)
		return
	}
	slot := &s.under[i%underSize]
	for {
		e := slot.Load()
		if mine := round(entry(i, 0, 0)); round(e) != mine || stateOf(e) == 0 {
			if round(e) < mine || stateOf(e) == 0 { // not begun, or by nobody
				s.foreign.Add(1)
				return
			}
			s.lapped.Add(1)
			s.count(now)
			return
		}
		switch stateOf(e) {
		case stateArrived:
			s.duplicates.Add(1)
			return
		case stateRefused:
			s.unaccepted.Add(1)
			return
		}
		if slot.CompareAndSwap(e, e&^3|stateArrived) {
			s.toSMSC.Record(int(i), now-time.Duration(startOf(e))*time.Microsecond)
			s.count(now)
			return
		}
	}
}

func (s *sink) count(now time.Duration) {
	s.submitted.Add(1)
	s.lastAt.Store(int64(now))
}

// drain waits until as many messages arrived as were accepted, for at most d,
// and returns how long the last ones took.
func (s *sink) drain(d time.Duration) time.Duration {
	begin := time.Since(s.epoch)
	for s.submitted.Load() < s.expected.Load() && time.Since(s.epoch) < begin+d {
		time.Sleep(time.Millisecond)
	}
	return max(0, time.Duration(s.lastAt.Load())-begin)
}
