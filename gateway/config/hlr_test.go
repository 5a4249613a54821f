package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/hlr"
)

const hlrTenant = `
tenants:
  - {id: acme, keys: ["sha256:0000000000000000000000000000000000000000000000000000000000000001"]}
carriers:
  - {url: "smpp://u:${PW}@h"}
`

func TestProvidersAreRead(t *testing.T) {
	path := write(t, "c.yaml", hlrTenant+`
hlr:
  budget: 80ms
  ttl: {error: 5s}
  providers:
    - {url: "osmohlr://h", facts: [identity, vlr], timeout: 60ms, tenants: [acme], purposes: [withdrawal], regions: [DE]}
    - {url: "osmohlr://h:1", fallback: true, per_second: 20, burst: 5, price: 0.004, hedge: false, failures: 3, cool_off: 1s, in_flight: 7}
    - {url: "enum://h/e164.arpa", name: ported, secret: "${PW}", routing: {D235: 262-03, "+43D1": 23201}}
`)
	c, err := Load(path, environ("PW", "geheimnis"))
	if err != nil {
		t.Fatal(err)
	}
	first, second, third := c.HLR.Providers[0].Asking(), c.HLR.Providers[1].Asking(), c.HLR.Providers[2]
	for name, ok := range map[string]bool{
		"names":    first.Name == "osmohlr" && second.Name == "osmohlr-2" && third.Name == "ported",
		"facts":    first.Fields == hlr.FieldIdentity|hlr.FieldVLR && second.Fields == 0,
		"scope":    first.Scope.Tenants[0] == "acme" && first.Scope.Purposes[0] == "withdrawal" && first.Scope.Regions[0] == "DE",
		"bounds":   first.Timeout == 60*time.Millisecond && second.MaxInFlight == 7 && second.PerSecond == 20 && second.Burst == 5,
		"breaker":  second.Failures == 3 && second.CoolOff == time.Second,
		"hedging":  !first.NoHedge && second.NoHedge,
		"price":    second.Price == 0.004 && second.Fallback,
		"routing":  third.Routing["D235"] == "26203" && third.Routing["+43D1"] == "23201",
		"secret":   third.Secret.Reveal() == "geheimnis",
		"gatherer": c.HLR.Gathering().Budget == 80*time.Millisecond && c.HLR.Gathering().TTL.Error == 5*time.Second,
	} {
		if !ok {
			t.Errorf("%s: %+v\n%+v\n%+v", name, first, second, third)
		}
	}
}

func TestWrongProvidersAreTold(t *testing.T) {
	path := write(t, "c.yaml", hlrTenant+`
hlr:
  ttl: {identity: 6m}
  providers:
    - {url: "osmohlr://h", facts: [imsii], tenants: [acne], regions: [de], purposes: [Login]}
    - {url: "osmohlr://h", name: a b, price: -1, timeout: 2m}
    - {url: "osmohlr://h", name: x}
    - {url: "osmohlr://h", name: x, in_fligt: 3}
    - {url: "enum://h/e164.arpa", routing: {D235: Vodafone}}
`)
	_, err := Load(path, environ("PW", "p"))
	var ps Problems
	if !errors.As(err, &ps) {
		t.Fatal(err)
	}
	for _, want := range []string{
		`:8: hlr.ttl.identity: 6m0s is not between`,
		`hlr.providers[0].facts[0]: there is no fact "imsii"; did you mean imsi?`,
		`hlr.providers[0].tenants[0]: there is no tenant "acne"`,
		`hlr.providers[0].regions[0]: "de" is no region`,
		`hlr.providers[0].purposes[0]: "Login" is no purpose`,
		`hlr.providers[1].name:`, `hlr.providers[1].price: -1 is not between`, `hlr.providers[1].timeout: 2m0s is not between`,
		`hlr.providers[3].name:`, `hlr.providers[3].in_fligt: is not a known key; did you mean in_flight?`,
		`hlr.providers[4].routing.D235: must be a network as MCC-MNC`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from\n%v", want, err)
		}
	}
}

// A mapping that ships has a name, others have a path from the configuration's
// folder.
func TestMappingsOfVendors(t *testing.T) {
	dir := filepath.Dir(write(t, "vendor.yaml", ""))
	file := filepath.Join(dir, "c.yaml")
	text := hlrTenant + "hlr: {providers: [{url: \"httpjson:infobip\"}, {url: \"httpjson:vendor.yaml\"}]}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, environ("PW", "p"))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := c.HLR.Providers[0].File, c.HLR.Providers[1].File; a != "infobip" || b != filepath.Join(dir, "vendor.yaml") {
		t.Errorf("files are %s and %s", a, b)
	}
	text = strings.Replace(text, "vendor.yaml", "none.yaml", 1)
	if _, err := Load(write(t, "d.yaml", text), environ("PW", "p")); err == nil || !strings.Contains(err.Error(), "none.yaml: no such file") {
		t.Errorf("a mapping that is not there: %v", err)
	}
}
