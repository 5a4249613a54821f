package send

import (
	"maps"
	"time"

	"tollgate/bench/stat"
)

// Tally is what a load did during some time.
type Tally struct {
	Counts
	Busy    time.Duration // under load
	Late    time.Duration // how long the last messages came after it; set by who drained
	Errors  map[string]uint64
	HTTP    *stat.Latencies // of what was accepted, got no answer, or was never sent
	Refused *stat.Latencies // of what was answered otherwise
	ToSMSC  *stat.Latencies // nil without a carrier of ours
}

// Counts are sends and messages.
type Counts struct {
	Sent, Accepted, Failed, Unsent             uint64
	Submitted, Duplicates, Foreign, Unaccepted uint64 // at the carrier
	ReceiptsAcked, ReceiptsDropped             uint64
}

// minus is what was added since.
func (c Counts) minus(o Counts) Counts {
	c.each(&o, func(a, b *uint64) { *a -= *b })
	return c
}

func (c *Counts) each(o *Counts, f func(a, b *uint64)) {
	mine := []*uint64{&c.Sent, &c.Accepted, &c.Failed, &c.Unsent, &c.Submitted, &c.Duplicates, &c.Foreign, &c.Unaccepted, &c.ReceiptsAcked, &c.ReceiptsDropped}
	other := []*uint64{&o.Sent, &o.Accepted, &o.Failed, &o.Unsent, &o.Submitted, &o.Duplicates, &o.Foreign, &o.Unaccepted, &o.ReceiptsAcked, &o.ReceiptsDropped}
	for i := range mine {
		f(mine[i], other[i])
	}
}

// snapshot is how far a load had come when it was taken.
type snapshot struct {
	Counts
	busy time.Duration
}

// now is how far the load has come. Submissions are read first: what is accepted
// and then looks missing may be under way, and not the other way round.
func (l *Load) now() (s snapshot) {
	if k := l.sink; k != nil {
		s.Submitted, s.Duplicates, s.Foreign, s.Unaccepted = k.submitted.Load(), k.duplicates.Load(), k.foreign.Load(), k.unaccepted.Load()
		stats := k.server.Stats()
		s.ReceiptsAcked, s.ReceiptsDropped = stats.ReceiptsAcked, stats.ReceiptsDropped
	}
	s.Sent, s.Accepted, s.Failed, s.Unsent = l.sent.Load(), l.accepted.Load(), l.failed.Load(), l.unsent.Load()
	s.busy = l.busy()
	return s
}

// Begin forgets what the carrier counted for others before a slice.
func (l *Load) Begin() { l.Take() }

// Take returns what was done since the last Take.
func (l *Load) Take() *Tally {
	now := l.now()
	t := &Tally{Counts: now.minus(l.taken.Counts), Busy: now.busy - l.taken.busy, HTTP: l.http.Take(), Refused: l.turned.Take()}
	l.taken = now
	l.mu.Lock()
	t.Errors, l.refused = l.refused, map[string]uint64{}
	l.mu.Unlock()
	if l.sink != nil {
		t.ToSMSC = l.sink.toSMSC.Take()
	}
	return t
}

// NewTally is one to add others to.
func NewTally() *Tally {
	return &Tally{Errors: map[string]uint64{}, HTTP: stat.NewLatencies(), Refused: stat.NewLatencies()}
}

// Add adds what o says.
func (t *Tally) Add(o *Tally) {
	t.each(&o.Counts, func(a, b *uint64) { *a += *b })
	t.Busy += o.Busy
	t.Late += o.Late
	for code, n := range maps.All(o.Errors) {
		t.Errors[code] += n
	}
	t.HTTP.Merge(o.HTTP)
	if o.Refused != nil {
		t.Refused.Merge(o.Refused)
	}
	if o.ToSMSC != nil {
		if t.ToSMSC == nil {
			t.ToSMSC = stat.NewLatencies()
		}
		t.ToSMSC.Merge(o.ToSMSC)
	}
}

// Missing is what was accepted and did not arrive.
func (t *Tally) Missing() uint64 { return t.Accepted - min(t.Accepted, t.Submitted) }

// AcceptedPerSecond is the rate of 202s.
func (t *Tally) AcceptedPerSecond() float64 { return perSecond(t.Accepted, t.Busy) }

// SubmittedPerSecond is the rate at the carrier, until the last one arrived.
func (t *Tally) SubmittedPerSecond() float64 { return perSecond(t.Submitted, t.Busy+t.Late) }

func perSecond(n uint64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}
