package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"tollgate/bench/proc"
	"tollgate/bench/send"
	"tollgate/bench/stat"
)

// Result is what a comparison measured.
type Result struct {
	At            time.Time `json:"at"`
	Cores         int       `json:"cores"`
	Go            string    `json:"go"`
	Filesystem    string    `json:"filesystem,omitempty"` // under the systems' data
	Load          string    `json:"load_before,omitempty"`
	Kannel        string    `json:"kannel,omitempty"` // its version
	KannelMissing string    `json:"kannel_missing,omitempty"`
	Rounds        int       `json:"rounds"`
	SliceSeconds  float64   `json:"slice_seconds"`
	Receipts      bool      `json:"receipts"`
	Phases        []*Phase  `json:"phases"`
}

// Phase is one kind of load on all systems.
type Phase struct {
	Name        string    `json:"name"`
	Connections int       `json:"connections"`
	Rate        string    `json:"rate,omitempty"` // of an open loop
	Systems     []*System `json:"systems"`
	Ratios      []Ratio   `json:"ratios,omitempty"` // of Tollgate's rate to another's; none in an open loop
	systems     []*figures
}

// System is one system's figures: spreads are over the rounds.
type System struct {
	Name      string            `json:"name"`
	Accepted  stat.Spread       `json:"accepted_per_second"`
	PerSecond stat.Spread       `json:"per_second"` // at the carrier until the last one arrived; of the bare server, accepted
	HTTPP50   stat.Spread       `json:"http_p50_ms"`
	HTTPP99   stat.Spread       `json:"http_p99_ms"`
	ToP50     stat.Spread       `json:"to_smsc_p50_ms"`
	ToP99     stat.Spread       `json:"to_smsc_p99_ms"`
	User      stat.Spread       `json:"user_us_per_message"`
	System    stat.Spread       `json:"system_us_per_message"`
	RSS       int64             `json:"rss"`     // after its last slice, at most
	Missing   uint64            `json:"missing"` // accepted and not at the carrier when the drain ended
	Errors    map[string]uint64 `json:"errors,omitempty"`
	Failed    int               `json:"failed_slices,omitempty"` // that gave no figures
	FailedWhy string            `json:"failed_why,omitempty"`
	HTTPCurve []stat.Point      `json:"http_curve,omitempty"`
	ToCurve   []stat.Point      `json:"to_smsc_curve,omitempty"`
}

// Ratio is Tollgate's rate over another's, round by round.
type Ratio struct {
	To string `json:"to"`
	stat.Spread
}

// round is one slice's rates, 0 where it failed.
type round struct{ accepted, rate float64 }

// figures are one system's, round by round.
type figures struct {
	rounds                                                        []round
	lastError                                                     error
	total                                                         *send.Tally
	accepted, rates, httpP50, httpP99, toP50, toP99, user, system []float64
	rss                                                           int64
}

func newResult(c *Config) *Result {
	dir := c.Dir
	if dir == "" {
		dir = os.TempDir()
	}
	load, _ := os.ReadFile("/proc/loadavg") // not everywhere
	average := strings.Fields(string(load))
	r := &Result{
		At: time.Now(), Cores: runtime.NumCPU(), Go: runtime.Version(), Filesystem: proc.Filesystem(dir), Rounds: c.Rounds, Receipts: !c.NoReceipts,
	}
	if len(average) > 0 {
		r.Load = average[0]
	}
	return r
}

func newPhase(p *phase, systems []*system) *Phase {
	f := &Phase{Name: p.name, Connections: p.load.Connections}
	if len(p.load.Rate) > 0 {
		f.Rate = p.load.Rate.String()
	}
	for _, s := range systems {
		f.Systems = append(f.Systems, &System{Name: s.name})
		f.systems = append(f.systems, &figures{total: send.NewTally()})
	}
	return f
}

// sum makes spreads and ratios of the rounds.
func (f *Phase) sum() {
	ours := f.systems[len(f.systems)-1] // Tollgate comes last
	for i, g := range f.systems {
		s := f.Systems[i]
		s.Accepted, s.PerSecond = stat.SpreadOf(g.accepted), stat.SpreadOf(g.rates)
		s.HTTPP50, s.HTTPP99, s.ToP50, s.ToP99 = stat.SpreadOf(g.httpP50), stat.SpreadOf(g.httpP99), stat.SpreadOf(g.toP50), stat.SpreadOf(g.toP99)
		s.User, s.System, s.RSS = stat.SpreadOf(g.user), stat.SpreadOf(g.system), g.rss
		if g.lastError != nil {
			s.Failed, s.FailedWhy = len(g.rounds)-len(g.rates), g.lastError.Error()
		}
		s.Errors, s.HTTPCurve = g.total.Errors, g.total.HTTP.Curve()
		if g.total.ToSMSC != nil {
			s.Missing, s.ToCurve = g.total.Missing(), g.total.ToSMSC.Curve()
		}
		if g == ours || f.Rate != "" {
			continue
		}
		var ratios []float64
		for i, theirs := range g.rounds {
			mine := ours.rounds[i].rate
			if g.total.ToSMSC == nil { // the bare server only accepts
				mine = ours.rounds[i].accepted
			}
			if mine > 0 && theirs.rate > 0 {
				ratios = append(ratios, mine/theirs.rate)
			}
		}
		f.Ratios = append(f.Ratios, Ratio{s.Name, stat.SpreadOf(ratios)})
	}
}

// write prints the result.
func (r *Result) write(out io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(out, "%s\n", r.setting())
	if r.KannelMissing != "" {
		fmt.Fprintf(out, "Kannel is missing: %s\n", r.KannelMissing)
	}
	for _, f := range r.Phases {
		fmt.Fprintf(out, "\n%s: median (least to most) of %d rounds\n", f.Name, r.Rounds)
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, row := range f.table() {
			fmt.Fprintln(w, strings.Join(row, "\t"))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		for _, q := range f.Ratios {
			fmt.Fprintf(out, "Tollgate is %s of %s\n", q.Format("%.2fx"), q.To)
		}
		f.complain(out)
	}
	return nil
}

// setting is one line about the machine and the run.
func (r *Result) setting() string {
	s := fmt.Sprintf("%s, %d cores, %s, load average %s before, data on %s; slices of %.1f s in turn; generator and carrier on the same machine",
		r.At.Format("2006-01-02 15:04"), r.Cores, r.Go, r.Load, r.Filesystem, r.SliceSeconds)
	if r.Kannel != "" {
		s += "; Kannel " + r.Kannel
	}
	if r.Filesystem == "tmpfs" {
		s += "; ON TMPFS A SYNC COSTS NOTHING, use --dir"
	}
	return s
}

// table has a row for each system.
func (f *Phase) table() [][]string {
	rows := [][]string{{"", "messages/s", "HTTP p50 ms", "HTTP p99 ms", "to SMSC p50 ms", "to SMSC p99 ms", "CPU us (user + system)", "RSS MB"}}
	for _, s := range f.Systems {
		to50, to99 := "-", "-"
		if s.ToP50.N > 0 {
			to50, to99 = s.ToP50.Format("%.2f"), s.ToP99.Format("%.2f")
		}
		rows = append(rows, []string{
			s.Name, s.PerSecond.Format("%.0f"), s.HTTPP50.Format("%.2f"), s.HTTPP99.Format("%.2f"), to50, to99,
			fmt.Sprintf("%.0f + %.0f", s.User.Median, s.System.Median), fmt.Sprintf("%.0f", float64(s.RSS)/1e6),
		})
	}
	return rows
}

// complain says what was lost or refused: figures are worth little then.
func (f *Phase) complain(out io.Writer) {
	for _, s := range f.Systems {
		if s.Failed > 0 {
			fmt.Fprintf(out, "%s: %d slices gave no figures, the last: %s\n", s.Name, s.Failed, s.FailedWhy)
		}
		if s.Missing > 0 {
			fmt.Fprintf(out, "%s: %d accepted messages had not reached the carrier when their time was over\n", s.Name, s.Missing)
		}
		for code, n := range s.Errors {
			fmt.Fprintf(out, "%s: %d times %s\n", s.Name, n, code)
		}
	}
}
