package lists

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func hashed(device string) string {
	sum := sha256.Sum256([]byte(device))
	return hex.EncodeToString(sum[:16])
}

func load(t testing.TB, file, tenant, text string) *Table {
	t.Helper()
	entries, err := (&Source{File: file, Tenant: tenant, Hash: hashed}).Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	table, err := New(entries)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

const example = `
name: abuse
block:
  - {number: "+491701*", reason: pumped, source: noc, added: 2026-11-19, expires: 2026-11-22}
  - {number: "+4917012345*"}
  - {number: "+4930111111", expires: 2026-11-20}
  - {ip: 203.0.113.0/24}
  - {ip: "2001:db8:1::/48"}
  - {asn: 64500}
  - {device: phone-1}
  - {account: u-1, tenant: acme}
  - {number: "+33*", tenant: acme}
safe:
  - {number: "+491701234567", reason: ours}
  - {ip: 203.0.113.7}
  - {ip: "2001:db8:1:2::9"}
  - {number: "+4917012345*"}
`

func TestFind(t *testing.T) {
	table := load(t, "x.yaml", "", example)
	device := func(id string) [][16]byte {
		sum, _ := hex.DecodeString(hashed(id))
		return [][16]byte{[16]byte(sum)}
	}
	ip := netip.MustParseAddr
	for name, c := range map[string]struct {
		q             Query
		safe, blocked string
	}{
		"nothing":                      {Query{To: "+4930222222"}, "", ""},
		"a prefix":                     {Query{To: "+491701999999"}, "", "prefix"},
		"blocked goes before safe":     {Query{To: "+491701234599"}, "", "prefix"},
		"a number carved out":          {Query{To: "+491701234567"}, "number", ""},
		"a longer number":              {Query{To: "+4917012345670"}, "", "prefix"},
		"an expired one":               {Query{To: "+4930111111"}, "", ""},
		"an address":                   {Query{To: "+1", IP: ip("203.0.113.9")}, "", "ip"},
		"an address carved out":        {Query{To: "+1", IP: ip("203.0.113.7")}, "ip", ""},
		"an address mapped":            {Query{To: "+1", IP: ip("::ffff:203.0.113.9")}, "", "ip"},
		"an address near":              {Query{To: "+1", IP: ip("203.0.114.9")}, "", ""},
		"IPv6":                         {Query{To: "+1", IP: ip("2001:db8:1:3::1")}, "", "ip"},
		"IPv6 of a safe customer":      {Query{To: "+1", IP: ip("2001:db8:1:2:3::1")}, "ip", ""},
		"IPv6 elsewhere":               {Query{To: "+1", IP: ip("2001:db8:2::1")}, "", ""},
		"a system":                     {Query{To: "+1", ASN: 64500}, "", "asn"},
		"another system":               {Query{To: "+1", ASN: 64501}, "", ""},
		"a device":                     {Query{To: "+1", Devices: device("phone-1")}, "", "device"},
		"another device":               {Query{To: "+1", Devices: device("phone-2")}, "", ""},
		"an account":                   {Query{To: "+1", Tenant: "acme", Account: "u-1"}, "", "account"},
		"another tenant's account":     {Query{To: "+1", Tenant: "shop", Account: "u-1"}, "", ""},
		"another account":              {Query{To: "+1", Tenant: "acme", Account: "u-2"}, "", ""},
		"a tenant's own prefix":        {Query{To: "+33612345678", Tenant: "acme"}, "", "prefix"},
		"another tenant's":             {Query{To: "+33612345678", Tenant: "shop"}, "", ""},
		"nobody's":                     {Query{To: "+33612345678"}, "", ""},
		"safe number, blocked address": {Query{To: "+491701234567", IP: ip("203.0.113.9")}, "number", "ip"},
	} {
		c.q.At = now
		var got fraud.Listed
		table.Find(&c.q, &got)
		if got.Safe.Kind != c.safe || got.Blocked.Kind != c.blocked {
			t.Errorf("%s: %+v, want safe by %q and blocked by %q", name, got, c.safe, c.blocked)
		}
	}
}

func TestWhatIsSaid(t *testing.T) {
	var got fraud.Listed
	load(t, "x.yaml", "", example).Find(&Query{At: now, To: "+491701999999"}, &got)
	want := fraud.Listing{Kind: "prefix", List: "abuse", Reason: "pumped", Source: "noc", Age: 36 * time.Hour, Left: 36 * time.Hour}
	if got.Blocked != want {
		t.Errorf("%+v, want %+v", got.Blocked, want)
	}
	var later fraud.Listed
	load(t, "x.yaml", "", example).Find(&Query{At: now.Add(36 * time.Hour), To: "+491701999999"}, &later)
	if later.Blocked.Kind != "" {
		t.Errorf("%+v after it expired", later)
	}
}

func TestCSV(t *testing.T) {
	table := load(t, "vip.csv", "acme", "list,kind,value,reason,expires\n# ours\nsafe,account,u-7,staff,\nblock,number,+4917*,,2026-12-01\n")
	var got fraud.Listed
	table.Find(&Query{At: now, Tenant: "acme", To: "+491701234567", Account: "u-7"}, &got)
	if got.Safe.List != "vip" || got.Safe.Reason != "staff" || got.Blocked.Kind != "prefix" {
		t.Errorf("%+v", got)
	}
	var other fraud.Listed
	if table.Find(&Query{At: now, Tenant: "shop", To: "+491701234567", Account: "u-7"}, &other); other != (fraud.Listed{}) {
		t.Errorf("a list of acme says of shop %+v", other)
	}
}

func TestEverythingWrongIsTold(t *testing.T) {
	for file, c := range map[string]struct {
		text string
		want []string
	}{
		"l.yaml": {`
block:
  - {number: "0170*"}
  - {number: "+49", reason: x}
  - {ip: 300.0.0.1}
  - {ip: 0.0.0.0/0}
  - {asn: none}
  - {account: u}
  - {number: "+491701*", asn: 5}
  - {reason: nothing}
  - {numbr: "+491701*"}
  - {asn: 5, expires: soon}
  - word
sage: []
`, []string{"l.yaml:3:", "l.yaml:4:", "l.yaml:5:", "l.yaml:6:", "l.yaml:7:", "l.yaml:8:", "l.yaml:9:", "l.yaml:10:", "l.yaml:11:", "l.yaml:12:", "l.yaml:13:", "l.yaml:14:"}},
		"l.csv":   {"list,kind,value\nblack,number,+491701*\nblock,numbr,+491701*\nblock,asn\n", []string{"l.csv:2:", "l.csv:3:", "l.csv:4:"}},
		"h.csv":   {"list,what\n", []string{"h.csv:1:"}},
		"no.yaml": {"- a\n", []string{"no.yaml:1:"}},
	} {
		_, err := (&Source{File: file, Hash: hashed}).Read([]byte(c.text))
		if err == nil {
			t.Errorf("%s is taken", file)
			continue
		}
		if lines := strings.Split(err.Error(), "\n"); len(lines) != len(c.want) {
			t.Errorf("%s: %d problems, want %d: %v", file, len(lines), len(c.want), err)
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: nothing of %s in %v", file, w, err)
			}
		}
	}
	if _, err := (&Source{File: "a.yaml", Tenant: "acme"}).Read([]byte("block: [{asn: 5, tenant: shop}]")); err == nil {
		t.Error("a tenant's list has an entry of another tenant")
	}
}

// manyEntries lists numbers, prefixes of five lengths, networks, systems and
// accounts.
func manyEntries(n int) []Entry {
	entries := make([]Entry, 0, n)
	for i := range n {
		e := Entry{Tenant: "shop", Reason: "r", Expires: now.Add(time.Hour)}
		switch i % 16 {
		case 0:
			e.Kind, e.Value = Prefix, fmt.Sprintf("+49%0*d*", 5+i/16%5, i/16)
		case 1:
			e.Kind, e.Value = IP, fmt.Sprintf("%d.%d.%d.0/%d", 11+i>>20, i>>12&255, i>>4&255, 20+i/16%5)
		case 2:
			e.Kind, e.Value = Account, fmt.Sprint("u-", i)
		case 3:
			e.Kind, e.Value = ASN, fmt.Sprint(i)
		default:
			e.Kind, e.Value = Number, fmt.Sprintf("+4915%08d", i*37%100_000_000)
		}
		entries = append(entries, e)
	}
	return entries
}

// Every entry of a large table is found, and next to nothing else is.
func TestManyAreFound(t *testing.T) {
	entries := manyEntries(100_000)
	table, err := New(entries)
	if err != nil || table.Len() != len(entries) {
		t.Fatal(table.Len(), err)
	}
	for i := range entries {
		e := &entries[i]
		q := Query{At: now, Tenant: "shop", To: "+1"}
		switch e.Kind {
		case Number:
			q.To = subscriber.MSISDN(e.Value)
		case Prefix:
			q.To = subscriber.MSISDN(strings.TrimSuffix(e.Value, "*") + "99")
		case Account:
			q.Account = e.Value
		default:
			continue
		}
		var got fraud.Listed
		if table.Find(&q, &got); got.Blocked.Kind == "" {
			t.Fatalf("%+v is not found", e)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	table, err := New(manyEntries(1_000_000))
	if err != nil {
		b.Fatal(err)
	}
	numbers := make([]subscriber.MSISDN, 1<<16)
	for i := range numbers {
		numbers[i] = subscriber.MSISDN(fmt.Sprintf("+4916%08d", i*7919%100_000_000))
	}
	for name, q := range map[string]Query{
		"number":   {},
		"all":      {IP: netip.MustParseAddr("198.51.100.7"), ASN: 64500, Account: "u-x"},
		"all/IPv6": {IP: netip.MustParseAddr("2001:db8::7"), ASN: 64500, Account: "u-x"},
	} {
		q.At, q.Tenant = now, "shop"
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var got fraud.Listed
			i := 0
			for b.Loop() {
				q.To = numbers[i&(len(numbers)-1)]
				i++
				table.Find(&q, &got)
			}
		})
	}
}
