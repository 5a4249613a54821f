package bench

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMainUsage(t *testing.T) {
	for _, args := range [][]string{
		nil, {"receive"}, {"send", "--nope"}, {"send", "extra"}, {"send", "--rate", "-3"}, {"send", "--ramp", "1,2"},
		{"send", "--countries", "ZZ"}, {"send", "--attack", "2"},
		{"send", "--connections", "0"}, {"send", "--pipeline", "0"}, {"send", "--batch", "0"}, {"send", "--rate", "5", "--ramp", "5:1s"},
		{"send", "--ramp", "5:1s", "--rate", "0"}, {"send", "--purpose", ""}, {"send", "--key", ""}, {"send", "--countries", ","},
		{"send", "--batch", "5", "--baseline"}, {"compare", "--rate", "NaN"},
		{"smpp", "--window", "-1"},
	} {
		if err := Main(t.Context(), args, io.Discard, io.Discard); !errors.Is(err, ErrUsage) {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	if err := Main(t.Context(), []string{"--help"}, &out, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
	for _, c := range commands {
		if !strings.Contains(out.String(), "\n  "+c.name+" ") {
			t.Errorf("%s is missing in the overview", c.name)
		}
		var own bytes.Buffer
		if err := Main(t.Context(), []string{c.name, "--help"}, &own, io.Discard); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: %v", c.name, err)
		}
		if len(c.examples) == 0 || !strings.Contains(own.String(), "Examples:\n  tollgate bench "+c.name) || !strings.Contains(own.String(), "\n  --") {
			t.Errorf("%s --help:\n%s", c.name, own.String())
		}
	}
}

// A page or a directory that cannot be made shows at once, not after the load.
func TestNothingToWriteTo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below := filepath.Join(file, "below")
	for _, args := range [][]string{
		{"send", "--html", below}, {"send", "--profile", below}, {"compare", "--html", below}, {"soak", "--html", below},
		{"store", "--html", below}, {"decide", "--html", below}, {"smpp", "--html", below},
	} {
		began := time.Now()
		err := Main(t.Context(), args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), file) || time.Since(began) > time.Second {
			t.Errorf("%q: %v after %v", args, err, time.Since(began))
		}
	}
}

// Every example can be parsed: what it says is understood, whether or not it is run.
func TestExamplesAreValid(t *testing.T) {
	for _, c := range commands {
		for _, e := range c.examples {
			line, _, _ := strings.Cut(e, "#")
			line, _, _ = strings.Cut(line, "|")
			fs := flag.NewFlagSet("", flag.ContinueOnError)
			fs.SetOutput(io.Discard)
			r := c.flags(fs)
			if err := fs.Parse(strings.Fields(line)[3:]); err != nil || fs.NArg() > 0 || len(r.Validate()) > 0 {
				t.Errorf("%s: %v, %q left, %v", e, err, fs.Args(), r.Validate())
			}
		}
	}
}
