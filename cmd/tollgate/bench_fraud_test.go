package main

import (
	"bytes"
	"strings"
	"testing"
)

// A short run has a row for the policy and each baseline, and is the same again.
func TestBenchFraud(t *testing.T) {
	table := func() string {
		var out, errs bytes.Buffer
		args := strings.Fields("bench fraud --seeds 3,4 --kinds crude --days 1 --rate 1500 --resamples 20")
		if code := run(t.Context(), args, &out, &errs); code != exitDone {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return out.String()
	}
	one := table()
	for _, want := range append([]string{"crude, 2 files of 1 days", "ROC AUC", "default"}, baselines...) {
		if !strings.Contains(one, want) {
			t.Errorf("no %q in\n%s", want, one)
		}
	}
	if other := table(); other != one {
		t.Errorf("the same seeds gave\n%s\nand\n%s", one, other)
	}
	for _, args := range []string{"--seeds x", "--seeds 5-3", "--kinds odd --days 1", "stray"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"bench", "fraud"}, strings.Fields(args)...), &out, &errs); code != exitUsage {
			t.Errorf("%s: exit %d, want %d", args, code, exitUsage)
		}
	}
}

// The list of the bench has it, and its help is its own.
func TestBenchFraudHelp(t *testing.T) {
	said := func(args ...string) string {
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, &out, &errs); code != exitDone {
			t.Errorf("%q: exit %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	if list := said("bench", "--help"); !strings.Contains(list, "\n  fraud ") || !strings.Contains(list, "tollgate bench fraud --seeds") {
		t.Error(list)
	}
	own := said("bench", "fraud", "--help")
	if !strings.Contains(own, "Usage: tollgate bench fraud [flags]") || !strings.Contains(own, "--seeds") || strings.Contains(own, "bench compare") {
		t.Error(own)
	}
}
