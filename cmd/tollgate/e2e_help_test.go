package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestHelpShowsExamples(t *testing.T) {
	for _, c := range commands() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, flag := range []string{"--help", "-h"} {
				wantExit(t, 0, []string{"Usage:", "Examples:\n  tollgate " + c.name}, c.name, flag)
			}
			if len(c.examples) == 0 {
				t.Error("no example")
			}
			for _, e := range c.examples {
				if !strings.HasPrefix(e, "tollgate "+c.name) {
					t.Errorf("the example %q is of another command", e)
				}
			}
		})
	}
}

func TestOverviewNamesEveryCommand(t *testing.T) {
	t.Parallel()
	var names []string
	for _, c := range commands() {
		names = append(names, "\n  "+c.name+" ")
	}
	wantExit(t, 0, names, "--help")
	wantExit(t, 0, names, "help")
	wantExit(t, 2, names) // no command is wrong usage
}

func TestVersion(t *testing.T) {
	t.Parallel()
	out := wantExit(t, 0, nil, "version")
	if !regexp.MustCompile(`^tollgate \(.+\) go1\.\d+\S* \w+/\w+\n$`).MatchString(out) {
		t.Errorf("version prints %q", out)
	}
}
