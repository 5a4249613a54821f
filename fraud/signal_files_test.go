package fraud_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tollgate/fraud"
)

// ofSignal finds the code in a signal's literal, or in a constructor's call.
var ofSignal = regexp.MustCompile(`(?m)(?:^\tCode: |^var \w+ = \w+Signal\()"([A-Z0-9_]+)"`)

func TestEverySignalHasItsFile(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string][]string{} // codes by file
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ofSignal.FindAllSubmatch(text, -1) {
			declared[name] = append(declared[name], string(m[1]))
		}
	}
	for _, s := range fraud.Signals() {
		name := "signal_" + strings.ToLower(s.Code) + ".go"
		if !slices.Equal(declared[name], []string{s.Code}) {
			t.Errorf("%s declares %v; want %s alone", name, declared[name], s.Code)
		}
		delete(declared, name)
	}
	for name, codes := range declared {
		t.Errorf("%s declares %v: give each a file named after it, and list it in the catalog", name, codes)
	}
}
