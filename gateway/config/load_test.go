package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/api"
	"tollgate/hlr/subscriber"
)

func environ(pairs ...string) Env {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

// write puts files beside each other and returns the path of the first.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, files[0])
}

// TestExamples holds that what we ship passes, and that its comments about
// defaults are true.
func TestExamples(t *testing.T) {
	for _, name := range []string{"tollgate.yaml", "minimal.yaml"} {
		c, err := Load("../../configs/"+name, environ())
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if err := checkDefaults(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		tenants := c.GatewayTenants()
		found, err := api.NewTenants(tenants)
		if err != nil || found.Find([]byte("example-key-of-acme")) != tenants[0] {
			t.Errorf("%s: the example key finds nobody (%v)", name, err)
		}
		if k := c.Carriers[0]; k.Password.Reveal() != "example-password-a" || k.Addr != "127.0.0.1:2775" {
			t.Errorf("%s: carrier %+v", name, k)
		}
		if len(c.Warnings) == 0 || !strings.Contains(strings.Join(c.Warnings, "\n"), "everybody knows") {
			t.Errorf("%s: no warning of example secrets: %v", name, c.Warnings)
		}
	}
}

func checkDefaults(c *Config) error {
	d := Default()
	d.API.Listen = c.API.Listen
	k := DefaultCarrier()
	got := c.Carriers[0]
	switch {
	case c.API != d.API:
		return errors.New("api is not the default")
	case c.Queue != d.Queue || c.Counters != d.Counters || c.Retention != d.Retention || c.Webhooks != d.Webhooks:
		return errors.New("queue, counters, retention or webhooks are not the default")
	case c.Store.MinFreeBytes != d.Store.MinFreeBytes || c.HLR.Budget != d.HLR.Budget || c.HLR.MaxAge != d.HLR.MaxAge:
		return errors.New("store or hlr are not the default")
	case got.Bind != k.Bind || got.Window != k.Window || got.EnquireInterval != k.EnquireInterval || got.DeadAfter != k.DeadAfter || got.Weight != k.Weight:
		return errors.New("the carrier is not the default")
	}
	return nil
}

const secret32 = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func TestLoad(t *testing.T) {
	path := write(t, "t.yaml", `
api: {listen: "127.0.0.1:0", timeout: 2s, body_limit: 32KiB, max_in_flight: 5}
ops: {listen: "127.0.0.1:0", token: "${OPS}"}
store: {url: "pebble:d", min_free_bytes: 1GiB}
keys: {file: k.json}
retention: {messages: 7d, refusals: 2d}
policy: own
policies: {own: own.yaml}
tenants:
  - &base
    id: a
    keys: ["`+HashKey("ka")+`", "`+HashKey("kb")+`"]
    networks: [262-01, 26202, 310/410]
    cooldown: 0
    limits: {per_number: 3/h, per_second: 2.5}
    webhook: {url: "https://a.example/x", secret_file: hook}
  - <<: *base
    id: b
    keys: ["`+HashKey("kc")+`"]
    cooldown: 90s
carriers:
  - url: smpp://me:${PW}@smsc.example?links=3&window=&tps=12.5&networks=262-01,26206
    links: 2
    weight: 7
  - {name: c2, addr: "10.0.0.1:2776", system_id: x, password_file: pw, tls: {server_name: s, ca_file: ca.pem}}
hlr: {providers: [{url: "static:subs.yaml"}, {url: "osmohlr://h"}]}
`, "own.yaml", "x", "hook", secret32+"\n", "pw", "p w\r\n", "ca.pem", "x", "subs.yaml", "x")
	dir := filepath.Dir(path)
	c, err := Load(path, environ("OPS", "0123456789abcdef", "PW", "geheim", "TOLLGATE_API_TIMEOUT", "3s", "TOLLGATE_LOG_LEVEL", "warn", "TOLLGATE_API_MAX_IN_FLIGHT", "9"),
		"log.level=debug", "store.url=pebble:other")
	if err != nil {
		t.Fatal(err)
	}
	g := c.GatewayTenants()
	a, b, k1, k2 := g[0], g[1], c.Carriers[0], c.Carriers[1]
	for what, ok := range map[string]bool{
		"environment over file":      c.API.Timeout == 3*time.Second && c.API.MaxInFlight == 9,
		"settings over environment":  c.Log.Level == "debug",
		"sizes":                      c.API.BodyLimit == 32<<10 && c.Store.MinFreeBytes == 1<<30,
		"days":                       c.Retention.Messages == 7*24*time.Hour && c.Retention.Refusals == 48*time.Hour,
		"defaults":                   c.API.ReadTimeout == 10*time.Second && c.Webhooks.Queue == 10000,
		"the api's own form":         reflect.DeepEqual(c.API.Config(), api.Config{BodyLimit: 32 << 10, Timeout: 3 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 75 * time.Second, MaxInFlight: 9, MaxConnections: 16384}),
		"paths from the file":        c.Keys.File == filepath.Join(dir, "k.json") && c.Policies["own"] == filepath.Join(dir, "own.yaml"),
		"a path from a setting":      c.Store.URL == "pebble:"+filepath.Join(dir, "other"),
		"secret of the environment":  c.Ops.Token.Reveal() == "0123456789abcdef",
		"secret of a file":           a.WebhookSecret == secret32,
		"two keys":                   len(a.KeyHashes) == 2,
		"networks":                   len(a.Networks) == 3 && a.Networks[0] == "26201" && a.Networks[1] == "26202" && a.Networks[2] == "310410",
		"cool-down off":              a.Cooldown < 0,
		"merged tenant":              b.ID == "b" && len(b.KeyHashes) == 1 && b.Cooldown == 90*time.Second && b.WebhookURL == a.WebhookURL,
		"limits":                     a.PerNumber == gateway.Limit{Count: 3, Window: time.Hour} && a.PerSecond == 2.5,
		"carrier's url":              k1.Name == "smsc.example:2775" && k1.Addr == "smsc.example:2775" && k1.SystemID == "me" && k1.Password == "geheim" && k1.TPS == 12.5,
		"beside the url":             k1.Links == 2 && k1.Weight == 7 && k1.Window == 100,
		"networks in the url":        len(k1.Networks) == 2 && k1.Networks[1] == subscriber.PLMN("26206"),
		"password keeps its spaces":  k2.Password == "p w",
		"a CA file enables TLS":      k2.TLS.Enabled && k2.TLS.CAFile == filepath.Join(dir, "ca.pem"),
		"static provider":            c.HLR.Providers[0].Kind == "static" && c.HLR.Providers[0].File == filepath.Join(dir, "subs.yaml"),
		"default port of a provider": c.HLR.Providers[1].Addr == "h:4259",
	} {
		if !ok {
			t.Errorf("%s: wrong in %+v", what, c)
		}
	}
}

// TestProblems holds that everything wrong is told, each with its line.
func TestProblems(t *testing.T) {
	path := write(t, "t.yaml", `api:
  listen: nowhere
  timout: 5s
  timeout: 5
  body_limit: lots
  body_limit: 1KiB
  max_in_flight: many
ops: {listen: [1], token: in-clear}
store: redis://h
log:
  level: inof
policy: stric
tenants:
  - id: a
    keys: [secret-key, "`+HashKey("k")+`"]
    sender: ThirteenChars
    senders: [X]
    regions: [de]
    networks: [D1]
    code_length: 3
    templates: {login: {en: no code here}}
    limits: {per_number: ten}
    webhook: {url: "http://a.example", secret: "${HOOK}"}
  - id: a
    keys: ["`+HashKey("k")+`"]
    webhook: {url: "https://a.example", secret_file: nofile}
    cooldown: ~
carriers:
  - url: smpp://u:inclear@h
  - url: smpp://u:${NOT_SET}@h
  - url: smpp://u:${PW}@h?widow=1
  - {name: in, addr: "h:1", system_id: me, bind: receiver}
  - {name: "c d", addr: h, system_id: sixteen-letters-, password: "${PW}", bind: both, prefixes: [0170], tls: {cert_file: x}}
hlr: {budget: 9s, providers: [{url: "hlr://x"}]}
queue: 5
surprise: 1
`)
	_, err := Load(path, environ("HOOK", "short", "PW", "p"), "api.listn=x", "tenants=x", "log.format=xml")
	var ps Problems
	if !errors.As(err, &ps) {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(err.Error(), path, "F")
	for _, want := range []string{
		`F:2: api.listen: must be HOST:PORT`,
		`F:3: api.timout: is not a known key; did you mean timeout?`,
		`F:4: api.timeout: must be a time with its unit`,
		`F:5: api.body_limit: must be a size`,
		`F:6: api.body_limit: stands in line 5 already`,
		`F:7: api.max_in_flight: must be a whole number, not "many"`,
		`F:8: ops.listen: must be one value, not a list`,
		`F:8: ops.token: a secret does not stand in the file: name a token_file`,
		`F:9: store: must have keys of its own, not be "redis://h"`,
		`F:11: log.level: cannot be "inof"; did you mean info?`,
		`F:12: policy: there is no policy "stric"; did you mean strict?`,
		`F:15: tenants[0].keys[0]: must be sha256: and 64`,
		`F:16: tenants[0].sender: "ThirteenChars" must be`,
		`F:16: tenants[0].sender: "ThirteenChars" is not among`,
		`F:18: tenants[0].regions[0]: "de" must be a region in capitals`,
		`F:19: tenants[0].networks[0]: must be a network as MCC-MNC`,
		`F:20: tenants[0].code_length: 3 is not between 4 and 10`,
		`F:21: tenants[0].templates.login.en: `,
		`F:22: tenants[0].limits.per_number: must be a count and a time`,
		`F:23: tenants[0].webhook.url: must start with https://`,
		`F:23: tenants[0].webhook.secret_file: the secret must be whsec_`,
		`F:24: tenants[1].id: "a" is the name of tenants[0].id too`,
		`F:25: tenants[1].keys[0]: is the key of tenants[0].keys[1] too`,
		`F:26: tenants[1].webhook.secret_file: open `,
		`F:29: carriers[0].url: the password stands in clear`,
		`F:30: carriers[1].url: the variable NOT_SET is not set`,
		`F:31: carriers[2].url: a carrier's URL: widow is not a known parameter; did you mean window?`,
		`F:32: carriers[3].bind: only receives, and nothing can be sent over it`,
		`F:33: carriers[4].name: "c d" must be`,
		`F:33: carriers[4].addr: must be HOST:PORT`,
		`F:33: carriers[4].system_id: must have 1 to 15`,
		`F:33: carriers[4].bind: cannot be "both"; known here: transceiver,`,
		`F:33: carriers[4].prefixes[0]: "0170" must be the first digits`,
		`F:33: carriers[4].tls.cert_file: open `,
		`F:33: carriers[4].tls: cert_file and key_file belong together`,
		`F:34: hlr.budget: 9s leaves nothing of api.timeout (5s)`,
		`F:34: hlr.providers[0].url: "hlr" is no kind of provider`,
		`F:35: queue: must have keys of its own, not be "5"`,
		`F:36: surprise: is not a known key; known here: api, ops,`,
		`setting api.listn=x: api.listn: is not a known key; did you mean listen?`,
		`setting tenants=x: must be a single setting`,
		`setting log.format: log.format: cannot be "xml"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not told: %s", want)
		}
	}
	for _, never := range []string{"inclear", "in-clear", "secret-key", "short"} {
		if strings.Contains(text, never) {
			t.Errorf("the errors show the secret %q", never)
		}
	}
	if n := strings.Count(text, "\n") + 1; n != len(ps) {
		t.Errorf("%d lines for %d problems", n, len(ps))
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestNotYAML(t *testing.T) {
	for text, want := range map[string]string{
		"api:\n  listen: [":   ":2",
		"a: b: c":             "not YAML",
		"api: {}\n---\nx: {}": "one document",
		"- a":                 "must have keys of its own, not be a list",
		"":                    "tenants: there is none",
		"# nothing\n":         "tenants: there is none",
		"null":                "carriers: there is none",
	} {
		_, err := Load(write(t, "t.yaml", text), environ())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := Load("no/such/file", environ()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestSecretFiles(t *testing.T) {
	for content, want := range map[string]string{
		"0123456789abcdef": "", "0123456789abcdef\n": "", "": "secret alone", "a\nb": "secret alone", "short\n": "at least 16",
		strings.Repeat("x", 5000): "secret alone",
	} {
		path := write(t, "t.yaml", "ops: {token_file: tok}", "tok", content)
		_, err := Load(path, environ())
		if got := strings.Contains(err.Error(), "ops.token"); got != (want != "") || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	path := write(t, "t.yaml", "ops: {token_file: tok, token: \"${T}\"}", "tok", "x")
	if _, err := Load(path, environ("T", "y")); !strings.Contains(err.Error(), "remove one of the two") {
		t.Errorf("both: %v", err)
	}
}

func TestWorldReadableSecret(t *testing.T) {
	path := write(t, "t.yaml", `
ops: {token_file: tok}
tenants: [{id: a, keys: ["`+HashKey("k")+`"]}]
carriers: [{url: "smpp://u@h"}]
`, "tok", "0123456789abcdef")
	if err := os.Chmod(filepath.Join(filepath.Dir(path), "tok"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, environ())
	if err != nil || !strings.Contains(strings.Join(c.Warnings, "\n"), "every user") {
		t.Errorf("%v, warnings %v", err, c.Warnings)
	}
}
