package send

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"tollgate/bench/proc"
	"tollgate/bench/stat"
)

// Result is what a run measured.
type Result struct {
	Mode        string `json:"mode"` // open or closed
	Rate        string `json:"rate,omitempty"`
	Connections int    `json:"connections"`
	Pipeline    int    `json:"pipeline"`
	Batch       int    `json:"batch"` // sends in a request
	Setup
	Interrupted       bool              `json:"interrupted,omitempty"` // it ended before its time
	Seconds           float64           `json:"seconds"`               // under load
	Sent              uint64            `json:"sent"`
	Accepted          uint64            `json:"accepted"`
	AcceptedPerSecond float64           `json:"accepted_per_second"`
	Unsent            uint64            `json:"unsent"` // due, but no connection was free before the end
	HTTP              stat.Latency      `json:"http"`   // of what was accepted, got no answer, or was never sent: until it was given up
	HTTPCurve         []stat.Point      `json:"http_curve,omitempty"`
	Refused           *stat.Latency     `json:"refused,omitempty"` // of what was answered otherwise
	Errors            map[string]uint64 `json:"errors"`            // by status and code
	ErrorClasses      map[string]uint64 `json:"error_classes"`     // limited, overloaded, invalid, refused, server, transport

	Carrier  *Carrier `json:"carrier,omitempty"`
	Process  *Process `json:"process,omitempty"`
	Baseline *Result  `json:"baseline,omitempty"`
	Ratio    float64  `json:"ratio,omitempty"` // of accepted a second to the baseline's
	Series   []Second `json:"series,omitempty"`
}

// Carrier is what arrived at the SMSC.
type Carrier struct {
	Submitted          uint64       `json:"submitted"`            // different messages
	SubmittedPerSecond float64      `json:"submitted_per_second"` // until the last one arrived
	Missing            uint64       `json:"missing"`              // accepted and not arrived when the drain ended
	Duplicates         uint64       `json:"duplicates"`
	Foreign            uint64       `json:"foreign"`    // of other runs
	Unaccepted         uint64       `json:"unaccepted"` // arrived without a 202
	ReceiptsAcked      uint64       `json:"receipts_acked"`
	ReceiptsDropped    uint64       `json:"receipts_dropped,omitempty"` // tried too often, or the carrier's queue of them was full
	Latency            stat.Latency `json:"latency"`                    // intended start of the request to submit_sm
	Curve              []stat.Point `json:"curve,omitempty"`
}

// Process is what the gateway's process used.
type Process struct {
	User       float64 `json:"user_seconds"`
	System     float64 `json:"system_seconds"`
	PerMessage float64 `json:"cpu_us_per_message,omitempty"` // none where nothing was accepted
	RSS        int64   `json:"rss_max"`                      // the most that was seen
	FDs        int     `json:"fds_max"`
}

// Result sums a tally up.
func (l *Load) Result(t *Tally) *Result {
	r := &Result{
		Mode: "closed", Connections: l.c.Connections, Pipeline: l.c.Pipeline, Batch: l.c.Batch, Setup: l.c.setup(), Seconds: t.Busy.Seconds(),
		Sent: t.Sent, Accepted: t.Accepted, AcceptedPerSecond: t.AcceptedPerSecond(), Unsent: t.Unsent,
		HTTP: t.HTTP.Summary(), HTTPCurve: t.HTTP.Curve(), Errors: t.Errors, ErrorClasses: classes(t.Errors),
	}
	if refused := t.Refused.Summary(); refused.Count > 0 {
		r.Refused = &refused
	}
	if len(l.c.Rate) > 0 {
		r.Mode, r.Rate = "open", l.c.Rate.String()
	}
	if t.ToSMSC != nil {
		r.Carrier = &Carrier{
			Submitted: t.Submitted, SubmittedPerSecond: t.SubmittedPerSecond(), Missing: t.Missing(), Duplicates: t.Duplicates,
			Foreign: t.Foreign, Unaccepted: t.Unaccepted, ReceiptsAcked: t.ReceiptsAcked, ReceiptsDropped: t.ReceiptsDropped,
			Latency: t.ToSMSC.Summary(), Curve: t.ToSMSC.Curve(),
		}
	}
	return r
}

// classes adds errors up by what they mean for who sends.
func classes(codes map[string]uint64) map[string]uint64 {
	sum := map[string]uint64{}
	for code, n := range codes {
		sum[class(code)] += n
	}
	return sum
}

// unanswered is the class of connect, closed, connection and timeout.
const unanswered = "transport"

func class(code string) string {
	status, word, _ := strings.Cut(code, " ")
	switch {
	case len(status) != 3 || status[0] < '1' || status[0] > '9':
		return unanswered
	case status == "429":
		return "limited"
	case status == "503" || word == "overloaded":
		return "overloaded"
	case status == "403" || status == "423":
		return "refused"
	case status[0] == '4':
		return "invalid"
	}
	return "server"
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

// how says how the load was made.
func (r *Result) how() string {
	how := fmt.Sprintf("closed loop, %d connections", r.Connections)
	if r.Mode == "open" {
		unit := "/s"
		if strings.Contains(r.Rate, ":") { // steps, each with its time
			unit = ""
		}
		how = fmt.Sprintf("open loop at %s%s over %d connections", r.Rate, unit, r.Connections)
	}
	if r.Batch > 1 {
		how += fmt.Sprintf(", in batches of %d", r.Batch)
	}
	if r.Pipeline > 1 {
		how += fmt.Sprintf(", %d requests under way on each", r.Pipeline)
	}
	return how
}

func (r *Result) table(out io.Writer, name string) {
	fmt.Fprintf(out, "%s: %s, %.1f s%s\n  %s\n", name, r.how(), r.Seconds, r.cut(), r.words())
	fmt.Fprintf(out, "  sent %d, accepted %d = %.0f/s, unsent %d\n", r.Sent, r.Accepted, r.AcceptedPerSecond, r.Unsent)
	fmt.Fprintf(out, "  HTTP            %v\n", r.HTTP)
	if r.Refused != nil {
		fmt.Fprintf(out, "  HTTP, refused   %v\n", *r.Refused)
	}
	if c := r.Carrier; c != nil {
		fmt.Fprintf(out, "  HTTP -> SMSC    %v\n", c.Latency)
		fmt.Fprintf(out, "  submitted %d = %.0f/s, missing %d, duplicates %d, receipts acked %d\n",
			c.Submitted, c.SubmittedPerSecond, c.Missing, c.Duplicates, c.ReceiptsAcked)
		if odd := c.odd(); odd != "" {
			fmt.Fprintf(out, "  %s\n", odd)
		}
	}
	if p := r.Process; p != nil {
		fmt.Fprintf(out, "  process: CPU %.1f s user + %.1f s system%s, RSS up to %.0f MB\n", p.User, p.System, p.perMessage(), float64(p.RSS)/1e6)
	}
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		fmt.Fprintf(out, "  refused %-24s %d (%s)\n", code, r.Errors[code], class(code))
	}
}

// cut says that the run ended before its time.
func (r *Result) cut() string {
	if r.Interrupted {
		return ", interrupted"
	}
	return ""
}

// odd is what arrived and should not have, and receipts that were lost; "" for
// nothing.
func (c *Carrier) odd() string {
	var parts []string
	if c.Foreign > 0 {
		parts = append(parts, fmt.Sprintf("foreign %d (of other runs)", c.Foreign))
	}
	if c.Unaccepted > 0 {
		parts = append(parts, fmt.Sprintf("unaccepted %d (arrived without a 202)", c.Unaccepted))
	}
	if c.ReceiptsDropped > 0 {
		parts = append(parts, fmt.Sprintf("receipts dropped %d", c.ReceiptsDropped))
	}
	return strings.Join(parts, ", ")
}

// perMessage is the CPU of a message in words, nothing where there was none.
func (p *Process) perMessage() string {
	if p.PerMessage == 0 {
		return ""
	}
	return fmt.Sprintf(" = %.1f us a message", p.PerMessage)
}

// err is that nothing was accepted, with what most sends got instead.
func (r *Result) err() error {
	if r.Accepted > 0 {
		return nil
	}
	codes := slices.SortedFunc(maps.Keys(r.Errors), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Errors[b], r.Errors[a]), cmp.Compare(a, b))
	})
	if len(codes) == 0 {
		return errors.New("nothing was accepted: nothing was sent")
	}
	return fmt.Errorf("nothing was accepted: %d times %s (%s)", r.Errors[codes[0]], codes[0], class(codes[0]))
}

// use says what a process used between two readings.
func use(from, to proc.Usage, messages uint64) *Process {
	p := &Process{User: (to.User - from.User).Seconds(), System: (to.System - from.System).Seconds(), RSS: to.RSS, FDs: to.FDs}
	if messages > 0 {
		p.PerMessage = (to.CPU() - from.CPU()).Seconds() * 1e6 / float64(messages)
	}
	return p
}
