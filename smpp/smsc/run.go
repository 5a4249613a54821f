package smsc

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// Run serves a profile on an address until ctx ends, and writes to out first
// where it listens, then one line a second with the totals while they change,
// and the totals at the end. A nil profile is the perfect SMSC.
func Run(ctx context.Context, listenAddr string, p *Profile, out io.Writer) error {
	return RunWith(ctx, listenAddr, p, Options{}, out)
}

// RunWith is Run with options.
func RunWith(ctx context.Context, listenAddr string, p *Profile, opts Options, out io.Writer) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", listenAddr)
	if err != nil {
		return fmt.Errorf("listen for SMPP: %w", err)
	}
	s := New(p, opts)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	fmt.Fprintf(out, "ready smsc=%s\n", l.Addr())
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var before Stats
	for {
		select {
		case <-ctx.Done():
			s.Close()
			<-served
			fmt.Fprintln(out, s.Stats().line(before, time.Second))
			return nil
		case err := <-served:
			s.Close()
			return err
		case <-tick.C:
			if now := s.Stats(); now != before {
				fmt.Fprintln(out, now.line(before, time.Second))
				before = now
			}
		}
	}
}

// line is one line of totals, with the rates since the line before. Receipts that
// were dropped come last and only where there are any: they are lost for good.
func (st Stats) line(before Stats, since time.Duration) string {
	rate := func(now, then uint64) float64 { return float64(now-then) / since.Seconds() }
	line := fmt.Sprintf("binds=%d submits=%d (%.0f/s) accepted=%d unique=%d refused=%d throttled=%d receipts=%d (%.0f/s) acked=%d waiting=%d redelivered=%d",
		st.Bound, st.Submits, rate(st.Submits, before.Submits), st.Accepted, st.Unique, st.Refused, st.Throttled,
		st.ReceiptsSent, rate(st.ReceiptsSent, before.ReceiptsSent), st.ReceiptsAcked, st.ReceiptsWaiting, st.Redelivered)
	if st.ReceiptsDropped > 0 {
		line += fmt.Sprintf(" receipts_dropped=%d", st.ReceiptsDropped)
	}
	return line
}
