// Package onebind measures submit_sm and its response over one bind on
// loopback: our session and carrier beside the other SMPP libraries of Go, all
// against the same SMSC in this process, in turn, in one run.
//
// What counts are the ratios between the rows, not the rates: the machine, the
// SMSC and the message are the same for all, and each client gets its slices of
// time between those of the others.
package onebind

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tollgate/bench/plot"
)

// Config says how long to measure. A zero field means its default.
type Config struct {
	Window int           // submit_sm without a response; default 100
	Rounds int           // slices of each client; default 5, the median counts
	Slice  time.Duration // of one client; default 1 s
	JSON   bool          // write the result as one JSON object instead of a table
	HTML   string        // write the result as a page too
}

func (c Config) withDefaults() Config {
	if c.Window == 0 {
		c.Window = 100
	}
	if c.Rounds == 0 {
		c.Rounds = 5
	}
	if c.Slice == 0 {
		c.Slice = time.Second
	}
	return c
}

// Validate lists everything that is impossible in the configuration.
func (c Config) Validate() (errs []error) {
	if c.Window < 0 || c.Window > 10_000 {
		errs = append(errs, errors.New("window: 1 to 10000"))
	}
	if c.Rounds < 0 || c.Rounds > 100 {
		errs = append(errs, errors.New("rounds: 1 to 100"))
	}
	if c.Slice < 0 || c.Slice > time.Minute {
		errs = append(errs, errors.New("slice: at most 1m"))
	}
	return errs
}

// Row is one client's figures.
type Row struct {
	Client    string  `json:"client"`
	PerSecond float64 `json:"per_second"` // median of the rounds
	Least     float64 `json:"least"`
	Most      float64 `json:"most"`
	Allocs    float64 `json:"allocs"`    // a message, the SMSC's included
	OverGosmp float64 `json:"x_gosmpp"`  // PerSecond over gosmpp's
	OverGoSMP float64 `json:"x_go_smpp"` // PerSecond over go-smpp's
}

// client is one library, bound and ready.
type client struct {
	name string
	// load keeps the window full until the deadline, waits for what is under
	// way, and returns how many messages were answered.
	load  func(deadline time.Time) (answered int64, err error)
	close func()
}

// opener binds a client to the SMSC at addr.
type opener func(ctx context.Context, addr string, window int) (*client, error)

// Run measures every client and writes a table of rates and ratios.
func Run(ctx context.Context, cfg Config, out io.Writer) ([]Row, error) {
	cfg = cfg.withDefaults()
	sheet, err := plot.Open(cfg.HTML)
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	smsc, err := listen(cfg.Window)
	if err != nil {
		return nil, err
	}
	defer smsc.Close()
	var clients []*client
	defer func() {
		for _, c := range clients {
			c.close()
		}
	}()
	for _, open := range []opener{openSession, openBlocking, openCarrier, openGosmpp, openFiorix} {
		c, err := open(ctx, smsc.Addr().String(), cfg.Window)
		if err != nil {
			return nil, err
		}
		clients = append(clients, c)
	}
	rows, err := measure(ctx, cfg, clients, out)
	if err != nil {
		return nil, err
	}
	if err := write(out, rows, cfg); err != nil {
		return rows, err
	}
	return rows, sheet.Write(func() *plot.Page { return page(rows, cfg) })
}

// measure gives each client a slice in every round.
func measure(ctx context.Context, cfg Config, clients []*client, out io.Writer) ([]Row, error) {
	rates := make([][]float64, len(clients))
	allocs := make([]float64, len(clients))
	for round := range cfg.Rounds {
		for i, c := range clients {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rate, alloc, err := slice(c, cfg.Slice)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			rates[i], allocs[i] = append(rates[i], rate), alloc
		}
		if !cfg.JSON {
			fmt.Fprintf(out, "round %d of %d\n", round+1, cfg.Rounds)
		}
	}
	rows := make([]Row, len(clients))
	for i, c := range clients {
		slices.Sort(rates[i])
		rows[i] = Row{Client: c.name, PerSecond: rates[i][len(rates[i])/2], Least: rates[i][0], Most: rates[i][len(rates[i])-1], Allocs: allocs[i]}
	}
	gosmpp, fiorix := rows[len(rows)-2].PerSecond, rows[len(rows)-1].PerSecond
	for i := range rows {
		rows[i].OverGosmp, rows[i].OverGoSMP = rows[i].PerSecond/gosmpp, rows[i].PerSecond/fiorix
	}
	return rows, nil
}

// slice is one measurement: the rate, and the allocations of a message.
func slice(c *client, d time.Duration) (rate, allocs float64, err error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	n, err := c.load(began.Add(d))
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	if err == nil && n == 0 {
		err = errors.New("nothing was answered")
	}
	if err != nil {
		return 0, 0, err
	}
	return float64(n) / took.Seconds(), float64(after.Mallocs-before.Mallocs) / float64(n), nil
}

func write(out io.Writer, rows []Row, cfg Config) error {
	if cfg.JSON {
		return json.NewEncoder(out).Encode(rows)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range table(rows, cfg) {
		fmt.Fprintln(w, strings.Join(row, "\t")+"\t")
	}
	return w.Flush()
}
