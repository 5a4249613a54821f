package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBusyPorts(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	busy := ln.Addr().String()
	for flag, words := range map[string]string{
		"--api": "the API cannot listen", "--ops": "the ops listener cannot listen", "--smsc": "the simulated SMSC cannot listen",
	} {
		dir := filepath.Join(t.TempDir(), "data")
		wantExit(t, 1, []string{words, busy, "address already in use"},
			"dev", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--smsc", "127.0.0.1:0", "--data", dir, flag, busy)
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: a start that failed left a data directory", flag)
		}
	}
}

func TestSecondProcessOnTheSameData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startDev(t, dir)
	wantExit(t, 1, []string{"in use by another process", dir},
		"dev", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--smsc", "127.0.0.1:0", "--data", dir)
	p.await(p.send("+4915112345678", "login"), "delivered") // the first one is none the worse
	if code := p.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	startDev(t, dir) // the lock went with the process
}

// Wrong usage ends with 2 and a line that says what to do, and has touched nothing.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		words []string
		args  []string
	}{
		{"unknown command", []string{`no command "serv"`, "tollgate help"}, []string{"serv"}},
		{"unknown flag", []string{"-nope", "tollgate dev --help"}, []string{"dev", "--nope"}},
		{"argument", []string{`"now"`}, []string{"dev", "now"}},
		{"unknown policy", []string{`"stric"`, "default, observe, strict"}, []string{"dev", "--policy", "stric"}},
		{"no policy file", []string{"no.yaml", "no such file"}, []string{"dev", "--policy", "no.yaml"}},
		{"unknown provider", []string{"hlrr", "is no kind of provider"}, []string{"dev", "--hlr", "hlrr://127.0.0.1"}},
		{"no subscriber file", []string{"none.yaml", "no such file"}, []string{"dev", "--hlr", "static:none.yaml"}},
		{"carrier by HTTP", []string{"smpp://"}, []string{"dev", "--carrier", "http://127.0.0.1"}},
		{"carrier without host", []string{"smpp://SYSTEM_ID"}, []string{"dev", "--carrier", "smpp://"}},
		{"carrier's parameter", []string{"windw", "did you mean window"}, []string{"dev", "--carrier", "smpp://a:b@127.0.0.1:1?windw=1"}},
		{"carrier's port", []string{"99999"}, []string{"dev", "--carrier", "smpp://a:b@127.0.0.1:99999"}},
		{"carrier's driver", []string{"native", "go-smpp"}, []string{"dev", "--carrier", "smpp://a:b@127.0.0.1:1?driver=jsmpp"}},
		{"carrier's window", []string{"window"}, []string{"dev", "--carrier", "smpp://a:b@127.0.0.1:1?window=-1"}},
		{"carrier twice", []string{"same"}, []string{"dev", "--carrier", "smpp://a:b@127.0.0.1:1?name=same", "--carrier", "smpp://a:b@127.0.0.1:2?name=same"}},
		{"system_id", []string{"system_id"}, []string{"dev", "--carrier", "smpp://sixteen-octets-a:b@127.0.0.1:1"}},
		{"address", []string{"--api", "HOST:PORT"}, []string{"dev", "--api", "8080"}},
		{"ops address", []string{"--ops", "HOST:PORT"}, []string{"dev", "--ops", "127.0.0.1:99999"}},
		{"webhook", []string{"--webhook", "https://"}, []string{"dev", "--webhook", "example"}},
		{"store to come", []string{"redis://127.0.0.1", "pebble:DIR"}, []string{"dev", "--store", "redis://127.0.0.1"}},
		{"log level", []string{`"loud"`, "debug, info, warn or error"}, []string{"dev", "--log-level", "loud"}},
		{"SMSC profile", []string{"no.yaml"}, []string{"dev", "--smsc-profile", "no.yaml"}},
		{"serve without a file", []string{"-c FILE"}, []string{"serve"}},
		{"serve a file that is not there", []string{"no.yaml", "no such file"}, []string{"serve", "-c", "no.yaml"}},
		{"check nothing", []string{"one configuration file"}, []string{"check-config"}},
		{"check what is not there", []string{"no.yaml", "no such file"}, []string{"check-config", "no.yaml"}},
		{"look up nothing", []string{"one number"}, []string{"lookup"}},
		{"look up no number", []string{"invalid phone number"}, []string{"lookup", "+49"}},
		{"send nothing", []string{"one number"}, []string{"send"}},
		{"play what is not there", []string{"no.yaml"}, []string{"smsc", "--profile", "no.yaml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			args := c.args
			if args[0] == "dev" {
				args = append([]string{"dev", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--smsc", "127.0.0.1:0", "--data", data}, args[1:]...)
			}
			if out := wantExit(t, 2, c.words, args...); strings.Contains(out, "ready") {
				t.Errorf("it served: %s", out)
			}
			if _, err := os.Stat(data); err == nil {
				t.Error("it made a data directory")
			}
		})
	}
}

const brokenConfig = `api:
  listen: nonsense
  body_limt: 1KiB
ops:
  listen: 127.0.0.1:0
policy: stric
tenants:
  - id: acme
    keys: [plain-text]
    code_length: 99
carriers:
  - name: a
    addr: 127.0.0.1
    system_id: far-too-long-a-system-id
  - name: a
    addr: 127.0.0.1:2775
    system_id: x
`

// Everything wrong is told at once, each with its line.
func TestBrokenConfiguration(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "broken.yaml")
	must(t, os.WriteFile(file, []byte(brokenConfig), 0o600))
	words := []string{
		file + ":2: api.listen: must be HOST:PORT",
		file + ":3: api.body_limt: is not a known key; did you mean body_limit?",
		file + ":6: policy: there is no policy",
		file + ":9: tenants[0].keys",
		file + ":10: tenants[0].code_length",
		file + ":13: carriers[0].addr",
		file + ":14: carriers[0].system_id",
		file + ":15: carriers[1].name",
	}
	wantExit(t, 2, words, "serve", "-c", file)
	wantExit(t, 2, words, "check-config", file)
	must(t, os.WriteFile(file, []byte("api:\n\tlisten: x\n"), 0o600))
	wantExit(t, 2, []string{file + ":2: not YAML"}, "check-config", file)
}

// What a start would refuse, check-config refuses in the same words, whether
// it stands in the file or in one that the file names.
func TestCheckConfigSaysWhatServeWouldSay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		conf  configuration
		words string
	}{
		"a policy file": {configuration{rest: "policies: {mine: tollgate.yaml}"}, "policy mine"},
		"a template":    {configuration{tenant: `    templates: {default: {en: "no code"}}`}, "tenants[0].templates"},
		"subscribers":   {configuration{rest: `hlr: {providers: [{url: "static:tollgate.yaml"}]}`}, "tollgate.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.conf.carrier = "127.0.0.1:2775"
			dir := t.TempDir()
			file := c.conf.write(t, dir)
			checked := wantExit(t, 2, []string{c.words}, "check-config", file)
			served := wantExit(t, 2, []string{c.words}, "serve", "-c", file)
			_, checked, _ = strings.Cut(checked, "check-config: ")
			if _, served, _ = strings.Cut(served, "tollgate serve: "); served != checked {
				t.Errorf("check-config says %q, serve says %q", checked, served)
			}
			if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
				t.Error("a data directory was made")
			}
		})
	}
}

func TestCheckConfigOfWhatIsShipped(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"minimal.yaml", "tollgate.yaml"} {
		file, err := filepath.Abs(filepath.Join("..", "..", "configs", name))
		must(t, err)
		wantExit(t, 0, []string{file + " is good: 1 tenants"}, "check-config", file)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dev := func(args ...string) []string {
		return append([]string{"dev", "--api", "127.0.0.1:0", "--ops", "127.0.0.1:0", "--smsc", "127.0.0.1:0"}, args...)
	}
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, []byte("x"), 0o600))
	wantExit(t, 1, []string{file, "not a directory"}, dev("--data", file)...)

	data := filepath.Join(dir, "data")
	if code := startDev(t, data).terminate(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	keys := filepath.Join(data, "keys.yaml")
	must(t, os.Chmod(keys, 0o644))
	wantExit(t, 1, []string{keys, "open to other users", "chmod 600"}, dev("--data", data)...)

	// Without its keys, or with others, the data is not touched.
	must(t, os.Chmod(keys, 0o600))
	must(t, os.Rename(keys, keys+".saved"))
	wantExit(t, 1, []string{"key"}, dev("--data", data)...)
	if _, err := os.Stat(keys); err == nil {
		t.Error("new keys were made for data that has others")
	}
	must(t, os.Rename(keys+".saved", keys))
	wantExit(t, 1, []string{"key"}, dev("--data", data, "--keys", filepath.Join(dir, "other.yaml"))...)
	startDev(t, data)

	if os.Geteuid() == 0 {
		return // root reads everything
	}
	locked := filepath.Join(dir, "locked")
	must(t, os.Mkdir(locked, 0))
	wantExit(t, 1, []string{locked, "permission denied"}, dev("--data", locked)...)
}
