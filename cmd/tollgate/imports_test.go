package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// forbidden says which of our own packages a package may not import: imports
// point from cmd to gateway to smpp, fraud and hlr, and never back. bench and
// configs stand beside the gateway.
func forbidden(from, to string) bool {
	under := func(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }
	if to == "hlr/subscriber" || to == "configs" {
		return false // the shared words, and data without code
	}
	if from == "hlr/subscriber" || from == "configs" {
		return true // import nothing of ours
	}
	for _, leaf := range []string{"smpp", "fraud", "hlr"} {
		if under(from, leaf) {
			return !under(to, leaf)
		}
	}
	switch {
	case under(to, "cmd"):
		return true
	case from == "smpp/pdu" || from == "gateway/store" && under(to, "gateway"):
		return true
	case from != "gateway" && under(from, "gateway") && to == "gateway":
		// the HTTP side and the configuration speak of the gateway's types;
		// what the pipeline is built from does not know the pipeline
		return !under(from, "gateway/api") && !under(from, "gateway/config") && !under(from, "gateway/ops")
	}
	return false
}

func TestImportsPointOneWay(t *testing.T) {
	const root = "../.."
	checked := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, _ := filepath.Rel(root, filepath.Dir(path))
		from := filepath.ToSlash(rel)
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			if to, ours := strings.CutPrefix(p, "tollgate/"); ours {
				checked++
				if forbidden(from, to) {
					t.Errorf("%s imports tollgate/%s", path, to)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 50 {
		t.Fatalf("only %d imports were looked at: the walk is broken", checked)
	}
}

// The top level is fixed by the owner.
func TestTopLevelIsFixed(t *testing.T) {
	allowed := " cmd gateway smpp fraud hlr configs bench go.mod go.sum README.md Makefile LICENSE "
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || name == "data" || name == "tollgate" { // ignored by git
			continue
		}
		if !strings.Contains(allowed, " "+name+" ") {
			t.Errorf("%s does not belong at the top level", name)
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"gateway", "smpp/carrier", false},
		{"smpp/carrier", "gateway", true},
		{"smpp/carrier", "hlr/subscriber", false},
		{"fraud", "hlr", true},
		{"hlr", "fraud", true},
		{"gateway/api", "gateway", false},
		{"gateway/otp", "gateway", true},
		{"gateway/store", "gateway/otp", true},
		{"bench", "gateway", false},
		{"gateway", "cmd/tollgate", true},
	} {
		if got := forbidden(test.from, test.to); got != test.want {
			t.Errorf("%s -> %s: forbidden = %v, want %v", test.from, test.to, got, test.want)
		}
	}
}
