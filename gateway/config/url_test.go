package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

func TestParseCarrierURL(t *testing.T) {
	with := func(change func(*Carrier)) Carrier {
		c := DefaultCarrier()
		change(&c)
		return c
	}
	for s, want := range map[string]Carrier{
		"smpp://id:pw@127.0.0.1:2775": with(func(c *Carrier) {
			c.Name, c.Addr, c.SystemID, c.Password = "127.0.0.1:2775", "127.0.0.1:2775", "id", "pw"
		}),
		"smpp://id:pw@h:1?name=&bind=transceiver&links=1&window=100&tps=0&profile=&driver=native": with(func(c *Carrier) {
			c.Name, c.Addr, c.SystemID, c.Password = "h:1", "h:1", "id", "pw"
		}),
		"smpps://a%40b:p%2Fw%3A@h/?name=n&bind=transmitter%2Breceiver&links=4&window=10&tps=1.5&driver=go-smpp&response_timeout=3s&networks=262-01,26202&prefixes=49,43": with(func(c *Carrier) {
			c.Name, c.Addr, c.SystemID, c.Password, c.TLS.Enabled = "n", "h:3550", "a@b", "p/w:", true
			c.Bind, c.Links, c.Window, c.TPS, c.Driver, c.ResponseTimeout = "transmitter+receiver", 4, 10, 1.5, "go-smpp", 3*time.Second
			c.Networks, c.Prefixes = []subscriber.PLMN{"26201", "26202"}, []string{"49", "43"}
		}),
		"smpp://h:1?bind=transmitter+receiver": with(func(c *Carrier) { c.Name, c.Addr, c.Bind = "h:1", "h:1", "transmitter+receiver" }),
		"smpp://[::1]:2775":                    with(func(c *Carrier) { c.Name, c.Addr = "[::1]:2775", "[::1]:2775" }),
	} {
		if got, err := ParseCarrierURL(s); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", s, err, got, want)
		}
	}
	for s, want := range map[string]string{
		"http://h": "smpp://", "smpp://": "write", "smpp://u:geheim@h/x": "***@h/x", "smpp://u:geh%eim@h": "***@h", "127.0.0.1:2775": "is not a URL",
		"smpp://u:geheim@h?windw=1": "did you mean window", "smpp://u:geheim@h?links=x": "links must be a whole number",
		"smpp://u:geheim@h?tps=1&tps=2": "tps twice", "smpp://u:geheim@h?networks=1": "MCC-MNC", "smpp://h?password=x": "not a known parameter",
		"smpp://h?nonsense=": "not a known parameter", "smpp://h?a=%zz": "malformed",
	} {
		if _, err := ParseCarrierURL(s); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geh") {
			t.Errorf("%s: %v, want %s", s, err, want)
		}
	}
}

func TestParseProviderURL(t *testing.T) {
	for s, want := range map[string]Provider{
		"static:subs.yaml":                {Kind: "static", File: "subs.yaml"},
		"static:/etc/s.csv":               {Kind: "static", File: "/etc/s.csv"},
		"static:///etc/s.csv":             {Kind: "static", File: "/etc/s.csv"},
		"httpjson:x.yaml":                 {Kind: "httpjson", File: "x.yaml"},
		"osmohlr://127.0.0.1":             {Kind: "osmohlr", Addr: "127.0.0.1:4259", Query: map[string][]string{}},
		"osmomsc://h:1?a=b":               {Kind: "osmomsc", Addr: "h:1", Query: map[string][]string{"a": {"b"}}},
		"enum://127.0.0.1:53/e164.arpa.":  {Kind: "enum", Addr: "127.0.0.1:53", Zone: "e164.arpa", Query: map[string][]string{}},
		"camara+https://h.example/v2?k=v": {Kind: "camara", Base: "https://h.example/v2", Query: map[string][]string{"k": {"v"}}},
	} {
		if got, err := ParseProviderURL(s); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
	for s, want := range map[string]string{
		"": "no kind", "statc:x": "did you mean static", "static:": "static:FILE", "osmohlr://": "osmohlr://HOST", "osmohlr://h/zone": "osmohlr://HOST",
		"enum://h:53": "SUFFIX", "camara+https://u:p@h": "camara+https://HOST", "camara+http://h": "no kind",
	} {
		if _, err := ParseProviderURL(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", s, err, want)
		}
	}
}

func FuzzParseCarrierURL(f *testing.F) {
	f.Add("smpp://id:pw@h:1?name=n&links=2")
	f.Add("smpps://[::1%25eth0]?networks=,")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCarrierURL(s)
		if err == nil && (c.Addr == "" || c.Name == "") {
			t.Errorf("%q: no error and %+v", s, c)
		}
	})
}
