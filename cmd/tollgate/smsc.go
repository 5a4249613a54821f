package main

import (
	"context"

	"tollgate/smpp/smsc"
)

var smscCommand = &command{
	name:  "smsc",
	short: "run the simulated SMSC alone",
	long: "Accepts any system_id unless the profile says otherwise, answers submit_sm, sends\n" +
		"receipts, and prints its totals each second while something happens.",
	examples: []string{
		"tollgate smsc --listen 127.0.0.1:2776",
		"tollgate smsc --listen 127.0.0.1:2776 --profile configs/smsc/throttling.yaml",
	},
	run: func(ctx context.Context, c *cli) error {
		listen := c.String("listen", "127.0.0.1:2775", "listen here")
		file := c.String("profile", "", "a profile, as in configs/smsc (default: perfect)")
		if err := c.parse(); err != nil {
			return err
		}
		profile := &smsc.Profile{}
		if *file != "" {
			var err error
			if profile, err = smsc.LoadProfile(*file); err != nil {
				return usageError{err}
			}
		}
		return smsc.Run(ctx, *listen, profile, c.out)
	},
}
