package address

import (
	"net/netip"
	"strings"
	"testing"

	"tollgate/fraud/internal/flat"
)

func table(t testing.TB) *Table {
	t.Helper()
	s, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Facts of blocks that have belonged to the same owner for decades.
func TestFind(t *testing.T) {
	s := table(t)
	for _, v := range []struct {
		ip      string
		country string
		asn     uint32
		hosting bool
	}{
		{"8.8.8.8", "US", 15169, false},        // Google's resolver
		{"::ffff:8.8.8.8", "US", 15169, false}, // the same, mapped
		{"193.0.6.139", "NL", 3333, false},     // RIPE NCC
		{"2001:67c:2e8:22::c100:68b", "NL", 3333, false},
		{"217.0.0.1", "DE", 3320, false}, // Deutsche Telekom
		{"2003::1", "DE", 3320, false},
		{"88.198.0.1", "DE", 24940, true}, // Hetzner
		{"10.1.2.3", "", 0, false},        // RFC 1918
		{"127.0.0.1", "", 0, false},
		{"100.64.0.1", "", 0, false}, // RFC 6598
		{"192.0.2.1", "", 0, false},  // RFC 5737
		{"0.0.0.1", "", 0, false},
		{"255.255.255.255", "", 0, false},
		{"224.0.0.1", "", 0, false},
		{"::1", "", 0, false},
		{"fe80::1%eth0", "", 0, false},
		{"fd00::1", "", 0, false},
		{"2001:db8::1", "", 0, false},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", 0, false},
	} {
		if got := s.Find(netip.MustParseAddr(v.ip)); got != (Info{Country: v.country, ASN: v.asn, Datacentre: v.hosting}) {
			t.Errorf("%s: %+v, want %s AS%d, datacentre %v", v.ip, got, v.country, v.asn, v.hosting)
		}
	}
	if s.Find(netip.Addr{}) != (Info{}) || (*Table)(nil).Find(netip.MustParseAddr("8.8.8.8")) != (Info{}) {
		t.Error("no address, or no table, has facts")
	}
}

// The committed table is whole, sorted, of a known source, and small.
func TestShipped(t *testing.T) {
	s := table(t)
	h, parts, err := flat.Read(compiled, tableForm, 8)
	if err != nil || h.SHA256 != flat.Sum(parts) {
		t.Fatalf("the sections are not what the header says: %v", err)
	}
	sorted(t, &s.asn4)
	sorted(t, &s.country4)
	sorted(t, &s.asn6)
	sorted(t, &s.country6)
	for _, src := range s.Sources() {
		if src.Name == "" || src.Version == "" || src.Date == "" || src.Licence == "" {
			t.Errorf("a source without its name, version, date or licence: %+v", src)
		}
	}
	if s.Size() > 8<<20 {
		t.Errorf("%d octets", s.Size())
	}
	t.Logf("%d octets; ranges: %d + %d of IPv4, %d + %d of IPv6", s.Size(), s.asn4.len(), s.country4.len(), s.asn6.len(), s.country6.len())
}

func sorted[K uint32 | uint64](t *testing.T, c *column[K]) {
	t.Helper()
	for i := 1; i < c.len(); i++ {
		if c.start(i) <= c.start(i-1) {
			t.Fatalf("start %d does not follow", i)
		}
	}
}

func TestDamagedTable(t *testing.T) {
	for n := range 2000 {
		if _, err := read(compiled[:n*len(compiled)/2000]); err == nil {
			t.Fatalf("read from %d of 2000 parts", n)
		}
	}
}

func TestLists(t *testing.T) {
	with, err := table(t).With(Lists{
		Tor:        strings.NewReader("# exits\nExitNode 63BF\nPublished 2026-01-02 03:04:05\nExitAddress 217.0.0.7 2026-01-02 03:04:05\n2a01:4f8::/32\n"),
		Datacentre: strings.NewReader("217.0.1.0/24\n217.0.0.0/23 # wider\n::ffff:217.0.9.9\n"),
		Ordinary:   strings.NewReader("88.198.0.0/16\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for ip, want := range map[string]Info{
		"217.0.0.7":   {Country: "DE", ASN: 3320, Datacentre: true, Tor: true},
		"217.0.1.255": {Country: "DE", ASN: 3320, Datacentre: true},
		"217.0.2.0":   {Country: "DE", ASN: 3320},
		"217.0.9.9":   {Country: "DE", ASN: 3320, Datacentre: true},
		"88.198.0.1":  {Country: "DE", ASN: 24940},
	} {
		if got := with.Find(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %+v, want %+v", ip, got, want)
		}
	}
	if !with.Find(netip.MustParseAddr("2a01:4f8::1")).Tor || table(t).Find(netip.MustParseAddr("217.0.0.7")).Tor {
		t.Error("the lists hold in the table that they were given to alone")
	}
	if _, err := table(t).With(Lists{Tor: strings.NewReader("1.2.3.4\nnobody\n1.2.3.4/33\n")}); err == nil ||
		!strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("bad lines: %v", err)
	}
}

func FuzzLists(f *testing.F) {
	f.Add("192.0.2.7\n2001:db8::/48\nExitAddress 1.2.3.4 x\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := readPrefixes(strings.NewReader(text)); err == nil {
			for i := range p {
				if !p.hold(p[i].first) || !p.hold(p[i].last) || i > 0 && !p[i-1].last.Less(p[i].first) {
					t.Fatalf("%q: %v", text, p)
				}
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	s := table(b)
	for name, list := range map[string][]string{
		"v4": {"8.8.8.8", "217.0.0.1", "88.198.0.1", "193.0.6.139", "1.1.1.1", "203.0.114.9"},
		"v6": {"2001:67c:2e8:22::c100:68b", "2003::1", "2a01:4f8::1", "2606:4700::1111"},
	} {
		var ips []netip.Addr
		for _, s := range list {
			ips = append(ips, netip.MustParseAddr(s))
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				s.Find(ips[i%len(ips)])
				i++
			}
		})
	}
}
