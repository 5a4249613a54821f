// Package devgatetest builds the program for tests that measure a gateway: a
// test binary cannot be one.
package devgatetest

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Build builds the program and returns its file, which goes with the test.
func Build(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tollgate")
	if out, err := exec.Command("go", "build", "-o", file, "tollgate/cmd/tollgate").CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return file
}
