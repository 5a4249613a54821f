package traffic

import (
	"net/netip"
	"strings"
	"testing"

	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
)

// Every prefix of the table must be one of the country's mobile networks'.
func TestPrefixesAreMobile(t *testing.T) {
	d := newDice(1, t.Name())
	for _, o := range theAtlas().operators {
		for _, p := range o.prefixes {
			valid := 0
			for range 200 {
				b := append(append([]byte("+"), o.country.code...), p.digits...)
				n, ok := numbering.Classify(subscriber.MSISDN(d.digits(b, p.length-len(p.digits))))
				if ok && (n.Region == o.country.region) && (n.LineType == "mobile" || n.LineType == "fixed_or_mobile") {
					valid++
				}
			}
			if valid < 20 {
				t.Errorf("%s %s: prefix %s of %d digits has %d valid mobile numbers of 200", o.country.region, o.name, p.digits, p.length, valid)
			}
		}
	}
}

func TestTablesAreWhole(t *testing.T) {
	a := theAtlas()
	if n := len(a.countries); n < 30 {
		t.Errorf("%d countries, want 30 or more", n)
	}
	for _, c := range a.countries {
		if len(c.operators) == 0 || len(c.homes) == 0 {
			t.Errorf("%s: %d networks and %d residential ones, want some", c.region, len(c.operators), len(c.homes))
		}
		for _, n := range c.homes {
			checkNetwork(t, n)
		}
	}
	plmns := map[string]bool{}
	for _, o := range a.operators {
		if plmns[o.plmn] {
			t.Errorf("%s %s: PLMN %s twice", o.country.region, o.name, o.plmn)
		}
		plmns[o.plmn] = true
		if n, ok := numbering.NetworkOf(subscriber.PLMN(o.plmn)); !ok || !strings.Contains(n.Country, o.country.region) {
			t.Errorf("%s %s: PLMN %s is %q of %q", o.country.region, o.name, o.plmn, n.Name(), n.Country)
		}
		checkNetwork(t, o.data)
	}
	for _, of := range [][]*network{a.hosts, a.vpns, a.relays, a.gates} {
		if len(of) < 3 {
			t.Errorf("a kind of network has %d, want 3 or more", len(of))
		}
		for _, n := range of {
			checkNetwork(t, n)
		}
	}
}

func checkNetwork(t *testing.T, n *network) {
	t.Helper()
	for _, s := range n.prefixes {
		p, err := netip.ParsePrefix(s)
		if err != nil || p != p.Masked() || !p.Addr().IsGlobalUnicast() || p.Addr().IsPrivate() {
			t.Errorf("AS%d: %q is no public prefix: %v", n.asn, s, err)
		}
	}
}
