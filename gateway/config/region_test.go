package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A region that looks like one and has no numbering plan reads no number.
func TestDefaultRegionHasAPlan(t *testing.T) {
	minimal, err := os.ReadFile("../../configs/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for region, good := range map[string]bool{"DE": true, "US": true, "ZZ": false} {
		text := strings.Replace(string(minimal), "tenants:\n  - ", "tenants:\n  - default_region: "+region+"\n    ", 1)
		if text == string(minimal) {
			t.Fatal("the minimal configuration has another shape now")
		}
		file := filepath.Join(t.TempDir(), "tollgate.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(file, func(string) (string, bool) { return "", false })
		if bad := err != nil && strings.Contains(err.Error(), "numbering plan"); bad == good {
			t.Errorf("%s: %v", region, err)
		}
	}
}
