package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

var versionCommand = &command{
	name:     "version",
	short:    "print the version, the commit and the Go release",
	examples: []string{"tollgate version"},
	run: func(_ context.Context, c *cli) error {
		if err := c.parse(); err != nil {
			return err
		}
		fmt.Fprintln(c.out, version())
		return nil
	},
}

// version tells what was built, as far as the build knows it.
func version() string {
	commit, dirty := "unknown commit", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = s.Value[:min(12, len(s.Value))]
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = ", modified"
			}
		}
	}
	return fmt.Sprintf("tollgate (%s%s) %s %s/%s", commit, dirty, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
