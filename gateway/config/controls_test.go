package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tollgate/fraud/lists"
	"tollgate/fraud/spend"
	"tollgate/gateway/controls"
)

const listsAndCaps = `
tenants:
  - id: acme
    keys: [sha256:ded8e255c8b35f40c182d38cd977d2b28a91c113196934e02d5544736d42b174]
    lists: [vip.csv]
    shadow: [strict]
carriers: [{name: a, url: "smpp://a@127.0.0.1:2775"}]
lists: {entries: [abuse.yaml]}
shadow: [strict, observe]
spend:
  currency: EUR
  prices: {default: 0.07, DE: 0.075, "+882": 3.2}
  caps:
    - {name: a, tenant: acme, destination: DE, hour: 50, day: 400}
    - {name: b, tenant: each, destination: "+882", day: 10}
`

func TestListsAndCaps(t *testing.T) {
	path := write(t, "c.yaml", listsAndCaps, "abuse.yaml", "block: []", "vip.csv", "list,kind,value\n")
	c, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	want := []controls.File{{Path: filepath.Join(dir, "abuse.yaml")}, {Path: filepath.Join(dir, "vip.csv"), Tenant: "acme"}}
	if got := c.ListFiles(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	caps := spend.Config{
		Prices: []spend.Price{{Destination: "+882", Each: 3_200_000}, {Destination: "DE", Each: 75_000}, {Each: 70_000}},
		Caps: []spend.Cap{
			{Name: "a", Tenant: "acme", Destination: "DE", Hour: 50_000_000, Day: 400_000_000},
			{Name: "b", Tenant: spend.Each, Destination: "+882", Day: 10_000_000},
		},
	}
	if got := c.Spend.SpendConfig(); !reflect.DeepEqual(got, caps) {
		t.Errorf("%+v", got)
	}
}

func TestWrongListsAndCaps(t *testing.T) {
	text := listsAndCaps
	for _, r := range [][2]string{
		{"lists: [vip.csv]", "lists: [none.csv]"}, {"shadow: [strict]", "shadow: [stricter]"}, {"shadow: [strict, observe]", "shadow: [nothing]"},
		{"DE: 0.075", "de: 0.075"}, {"tenant: acme, destination: DE, hour: 50, day: 400", "tenant: shop, destination: XX"}, {"name: b", "name: a"}, {"day: 10}", "day: -1}"},
	} {
		if !strings.Contains(text, r[0]) {
			t.Fatal(r[0])
		}
		text = strings.Replace(text, r[0], r[1], 1)
	}
	_, err := Load(write(t, "c.yaml", text, "abuse.yaml", "block: []"), nil)
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{
		"c.yaml:5: tenants[0].lists[0]", "c.yaml:6: tenants[0].shadow[0]", "c.yaml:9: shadow[0]", "spend.prices.de", "spend.caps[0].tenant",
		"spend.caps[0].destination", "spend.caps[0]: needs hour or day", "spend.caps[1].name", "spend.caps[1].day",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing of %s in\n%v", want, err)
		}
	}
}

func TestRecordSection(t *testing.T) {
	const rest = "tenants: [{id: a, keys: [sha256:ded8e255c8b35f40c182d38cd977d2b28a91c113196934e02d5544736d42b174]}]\ncarriers: [{name: a, url: \"smpp://a@127.0.0.1:2775\"}]\n"
	path := write(t, "c.yaml", rest+"record: {dir: traffic/sealed, keep: 30d, max_bytes: 1MiB}\n")
	c, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	if r := c.Record; r.Dir != filepath.Join(dir, "traffic/sealed") || r.KeyFile != filepath.Join(dir, "traffic/record.key") || r.Keep != 720*time.Hour || r.MaxBytes != 1<<20 || r.MaxAge != time.Hour {
		t.Errorf("%+v", r)
	}
	c, err = Load(write(t, "c.yaml", rest+"record: {dir: traffic, key_file: traffic/key}\n"), nil)
	if err != nil || !strings.Contains(strings.Join(c.Warnings, "\n"), "record.key_file") {
		t.Errorf("a key among the recordings: %v", err)
	}
	if _, err := Load(write(t, "c.yaml", rest+"record: {dir: traffic, max_age: 1s}\n"), nil); err == nil || !strings.Contains(err.Error(), "record.max_age") {
		t.Errorf("a file a second: %v", err)
	}
	if c, err := Load(write(t, "c.yaml", rest), nil); err != nil || c.Record.Dir != "" || c.Record.KeyFile != "" {
		t.Errorf("recorded without being asked: %+v, %v", c.Record, err)
	}
}

func TestExampleList(t *testing.T) {
	text, err := os.ReadFile("../../configs/lists.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := (&lists.Source{File: "lists.example.yaml", Hash: func(string) string { return strings.Repeat("0", 32) }}).Read(text)
	if err != nil || len(entries) != 7 || entries[0].List != "example" {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}
