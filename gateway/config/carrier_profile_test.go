package config

import (
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

const tenantYAML = "tenants: [{id: a, keys: [\"sha256:ded8e255c8b35f40c182d38cd977d2b28a91c113196934e02d5544736d42b174\"]}]\n"

// TestLayersOfACarrier: the carrier's own keys win over its url, that over its quirks,
// those over the profile, and that over the defaults.
func TestLayersOfACarrier(t *testing.T) {
	path := write(t, "t.yaml", tenantYAML+`
carriers:
  - {name: plain, addr: "h:1", system_id: s}
  - {name: named, addr: "h:1", system_id: s, profile: throttled-contract}
  - {name: own, addr: "h:1", system_id: s, profile: throttled-contract, window: 5, receipt_ids: exact, quirks: {tps: 8, window: 7, receipt_ids: hex}}
  - {name: url, url: "smpp://s@h:1?profile=throttled-contract&tps=12", dead_after: 7s}
  - {name: both, url: "smpp://s@h:1?profile=hex-ids", profile: ./my.yaml}
  - name: india
    url: smpp://s@h:1
    profile: india-dlt
    quirks:
      parameters: [{tag: 0x1400, text: "${ENTITY}"}]
`, "my.yaml", "links: 3\nresponse_timeout: 3s\nvalidity: none\n")
	c, err := Load(path, environ("ENTITY", "1101"))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []struct {
		window  int
		tps     float64
		links   int
		dead    time.Duration
		timeout time.Duration
		ids     receipt.IDMode
	}{
		{100, 0, 1, 30 * time.Second, 10 * time.Second, receipt.Auto},
		{10, 30, 1, 30 * time.Second, 10 * time.Second, receipt.Auto},
		{5, 8, 1, 30 * time.Second, 10 * time.Second, receipt.Exact},
		{10, 12, 1, 7 * time.Second, 10 * time.Second, receipt.Auto},
		{100, 0, 3, 30 * time.Second, 3 * time.Second, receipt.Auto},
		{100, 0, 1, 30 * time.Second, 10 * time.Second, receipt.Auto},
	} {
		k := &c.Carriers[i]
		cc, err := k.SMPP()
		if err != nil {
			t.Fatal(err)
		}
		if cc.Window != v.window || cc.TPS != v.tps || cc.Links != v.links || cc.DeadAfter != v.dead || cc.ResponseTimeout != v.timeout || cc.IDMode != v.ids {
			t.Errorf("%s: window %d, tps %g, links %d, dead after %v, timeout %v, ids %v; want %+v",
				k.Name, cc.Window, cc.TPS, cc.Links, cc.DeadAfter, cc.ResponseTimeout, cc.IDMode, v)
		}
		if k.URL != "" {
			t.Errorf("%s keeps its URL, and the password in it", k.Name)
		}
	}
	named, _ := c.Carriers[1].SMPP()
	if r := named.Statuses[pdu.ESME_RMSGQFUL]; r.Tries != 3 || r.SlowDown {
		t.Errorf("the profile's rule for a full queue: %+v", r)
	}
	if both, _ := c.Carriers[4].SMPP(); both.Validity != "none" {
		t.Error("the file's validity is lost")
	}
	india, _ := c.Carriers[5].SMPP()
	if len(india.Parameters) != 1 || string(india.Parameters[0].Value) != "1101" || india.ReceiptZone.String() != "Asia/Kolkata" {
		t.Errorf("india: %v in %v", india.Parameters, india.ReceiptZone)
	}
}

func TestWrongProfiles(t *testing.T) {
	path := write(t, "t.yaml", tenantYAML+`
carriers:
  - {name: a, addr: "h:1", system_id: s, profile: hex-id}
  - {name: b, addr: "h:1", system_id: s, profile: ./gone.yaml}
  - {name: c, addr: "h:1", system_id: s, profile: ./bad.yaml}
  - name: d
    url: smpp://s@h:1?profile=nobody
  - name: e
    url: smpp://s@h:1
    quirks:
      tps: 8
      concta: sar
      statuses:
        - {status: 0x400, then: perhaps}
  - {name: f, addr: "h:1", system_id: s, password: "${LONG}", profile: old-3.4}
`, "bad.yaml", "windw: 1\n")
	_, err := Load(path, environ("LONG", "123456789"))
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`t.yaml:4: carriers[0].profile: there is no profile "hex-id"`, "did you mean hex-ids", "t.yaml:5: carriers[1].profile: read the carrier profile",
		"bad.yaml:1: windw: is not a known key", `t.yaml:8: carriers[3].url: there is no profile "nobody"`,
		"t.yaml:13: carriers[4].quirks.concta: is not a known key", "t.yaml:15: carriers[4].quirks.statuses[0].then",
		"t.yaml:16: carriers[5].password: has 9 characters; this carrier reads at most 8",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestProfileInAURL(t *testing.T) {
	c, err := ParseCarrierURL("smpp://u:p@h:1?window=3&profile=window-1")
	if err != nil || c.Window != 3 || c.Links != 2 || c.Profile != "window-1" || c.Settings == nil {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := ParseCarrierURL("smpp://u:geheim@h:1?profile=windw-1"); err == nil || !strings.Contains(err.Error(), "did you mean window-1") || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}
