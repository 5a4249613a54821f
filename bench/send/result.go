package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Result is what a run measured.
type Result struct {
	Mode              string            `json:"mode"` // open or closed
	Rate              float64           `json:"rate,omitempty"`
	Connections       int               `json:"connections"`
	Seconds           float64           `json:"seconds"` // under load
	Sent              uint64            `json:"sent"`
	Accepted          uint64            `json:"accepted"`
	AcceptedPerSecond float64           `json:"accepted_per_second"`
	Unsent            uint64            `json:"unsent"` // due, but no connection was free before the end
	HTTP              Latency           `json:"http"`
	Errors            map[string]uint64 `json:"errors"` // by status and code

	Carrier  *Carrier `json:"carrier,omitempty"`
	Baseline *Result  `json:"baseline,omitempty"`
	Ratio    float64  `json:"ratio,omitempty"` // of accepted a second to the baseline's
}

// Carrier is what arrived at the SMSC.
type Carrier struct {
	Submitted          uint64  `json:"submitted"`            // different messages
	SubmittedPerSecond float64 `json:"submitted_per_second"` // until the last one arrived
	Missing            uint64  `json:"missing"`              // accepted and not arrived when the drain ended
	Duplicates         uint64  `json:"duplicates"`
	Foreign            uint64  `json:"foreign"` // of other runs
	ReceiptsAcked      uint64  `json:"receipts_acked"`
	Latency            Latency `json:"latency"` // intended start of the request to submit_sm
}

// result sums a load up.
func (l *load) result() *Result {
	seconds := time.Duration(l.elapsed.Load()).Seconds()
	r := &Result{
		Mode: "closed", Rate: l.c.Rate, Connections: l.c.Connections, Seconds: seconds,
		Sent: l.sent.Load(), Accepted: l.accepted.Load(), Unsent: l.unsent.Load(), HTTP: l.http.summary(),
	}
	if l.c.Rate > 0 {
		r.Mode = "open"
	}
	if seconds > 0 {
		r.AcceptedPerSecond = float64(r.Accepted) / seconds
	}
	l.mu.Lock()
	r.Errors = maps.Clone(l.refused)
	l.mu.Unlock()
	if s := l.sink; s != nil {
		c := &Carrier{
			Submitted: s.submitted.Load(), Duplicates: s.duplicates.Load(), Foreign: s.foreign.Load(),
			ReceiptsAcked: s.server.Stats().ReceiptsAcked, Latency: s.toSMSC.summary(),
		}
		c.Missing = r.Accepted - min(r.Accepted, c.Submitted)
		if busy := seconds + time.Duration(s.drained.Load()).Seconds(); busy > 0 {
			c.SubmittedPerSecond = float64(c.Submitted) / busy
		}
		r.Carrier = c
	}
	return r
}

// write prints the result.
func (r *Result) write(out io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	r.table(out, "gateway")
	if r.Baseline != nil {
		r.Baseline.table(out, "bare fasthttp")
		fmt.Fprintf(out, "ratio: %.2fx of bare fasthttp\n", r.Ratio)
	}
	return nil
}

func (r *Result) table(out io.Writer, name string) {
	how := fmt.Sprintf("closed loop, %d connections", r.Connections)
	if r.Mode == "open" {
		how = fmt.Sprintf("open loop at %.0f/s over %d connections", r.Rate, r.Connections)
	}
	fmt.Fprintf(out, "%s: %s, %.1f s\n", name, how, r.Seconds)
	fmt.Fprintf(out, "  sent %d, accepted %d = %.0f/s, unsent %d\n", r.Sent, r.Accepted, r.AcceptedPerSecond, r.Unsent)
	fmt.Fprintf(out, "  HTTP            %v\n", r.HTTP)
	if c := r.Carrier; c != nil {
		fmt.Fprintf(out, "  HTTP -> SMSC    %v\n", c.Latency)
		fmt.Fprintf(out, "  submitted %d = %.0f/s, missing %d, duplicates %d, receipts acked %d\n",
			c.Submitted, c.SubmittedPerSecond, c.Missing, c.Duplicates, c.ReceiptsAcked)
	}
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		fmt.Fprintf(out, "  refused %-24s %d\n", code, r.Errors[code])
	}
}
