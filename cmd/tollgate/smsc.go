package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"tollgate/smpp/smsc"
)

var smscCommand = &command{
	name:  "smsc",
	short: "run the simulated SMSC alone",
	long: "Accepts any system_id unless the profile says otherwise, answers submit_sm, sends\n" +
		"receipts, and prints its totals each second while something happens. --record and\n" +
		"--pcap write down every PDU, with numbers and texts but without passwords; they\n" +
		"grow for as long as it runs.",
	examples: []string{
		"tollgate smsc --listen 127.0.0.1:2776",
		"tollgate smsc --listen 127.0.0.1:2776 --profile configs/smsc/throttling.yaml",
		"tollgate smsc --listen 127.0.0.1:2776 --pcap smsc.pcap --record smsc.jsonl",
	},
	run: func(ctx context.Context, c *cli) error {
		listen := c.String("listen", "127.0.0.1:2775", "listen here")
		file := c.String("profile", "", "a profile, as in configs/smsc (default: perfect)")
		record := c.String("record", "", "write every PDU to this file, as JSON Lines")
		pcap := c.String("pcap", "", "write every PDU to this file, as pcap")
		if err := c.parse(); err != nil {
			return err
		}
		if !isAddress(*listen) {
			return usagef("--listen: must be HOST:PORT such as 127.0.0.1:2775, not %q", *listen)
		}
		profile := &smsc.Profile{}
		if *file != "" {
			var err error
			if profile, err = smsc.LoadProfile(*file); err != nil {
				return usageError{err}
			}
		}
		return withFiles([]string{*record, *pcap}, func(files []io.Writer) error {
			return smsc.RunWith(ctx, *listen, profile, smsc.Options{Record: files[0], PCAP: files[1]}, c.out)
		})
	},
}

// withFiles runs f with a new file for each name, nil for an empty one. They
// hold texts and numbers, so nobody else may read them.
func withFiles(names []string, f func([]io.Writer) error) (failed error) {
	files := make([]io.Writer, len(names))
	for i, name := range names {
		if name == "" {
			continue
		}
		made, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return usageError{fmt.Errorf("make a file for the record: %w", err)}
		}
		defer func() {
			if err := made.Close(); err != nil {
				failed = errors.Join(failed, fmt.Errorf("close the record: %w", err))
			}
		}()
		files[i] = made
	}
	return f(files)
}
