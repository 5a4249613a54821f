package gateway

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tollgate/fraud/address"
	"tollgate/fraud/numbering"
	"tollgate/gateway/store"
)

func shippedTables(t *testing.T) (tables Tables) {
	t.Helper()
	var err error
	tables.Disposable, err = numbering.ShippedDisposable()
	must(t, err)
	tables.Dear, err = numbering.ShippedDear()
	must(t, err)
	tables.Addresses, err = address.Shipped()
	must(t, err)
	return tables
}

// What the lists know reaches the decision; an address alone refuses nobody.
func TestListsReachTheDecision(t *testing.T) {
	r := newRig(t, rigOptions{})
	var err error
	r.Tables = shippedTables(t)
	r.Addresses, err = r.Addresses.With(address.Lists{Tor: strings.NewReader("185.220.101.1\n")})
	must(t, err)
	for _, c := range []struct {
		to, ip string
		want   []string
		code   Code // "": accepted
	}{
		{handset, "217.0.0.1", nil, ""}, // Deutsche Telekom
		{"+4915112345670", "88.198.0.1", []string{"DATACENTRE"}, ""},
		{"+4916023456781", "193.0.6.139", []string{"COUNTRY_MISMATCH"}, ""},
		{"+4917034567892", "10.0.0.1", nil, ""},
		{"+4917645678903", "185.220.101.1", []string{"TOR"}, ""},
		{"+12013514000", "", []string{"LINE_DISPOSABLE"}, CodeBlocked},
		{"+881612345678", "", []string{"LINE_DEAR"}, CodeStepUp},
	} {
		_, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: c.to, Purpose: "login", Context: ClientContext{IP: c.ip}})
		if c.code != "" {
			if !isRefusal(err, c.code) || !slices.Contains(codes(err.(*Refusal).Decision), c.want[0]) {
				t.Errorf("%s: %v, want %s for %v", c.to, err, c.code, c.want)
			}
			continue
		}
		must(t, err)
		res, err := r.Score(context.Background(), r.tenant, &SendRequest{To: c.to, Context: ClientContext{IP: c.ip}})
		must(t, err)
		for _, w := range c.want {
			if !slices.Contains(codes(&res.Decision), w) {
				t.Errorf("%s from %s: %v, want %s", c.to, c.ip, codes(&res.Decision), w)
			}
		}
		if len(c.want) == 0 && len(codes(&res.Decision)) > 0 {
			t.Errorf("%s from %s: %v, want no reason", c.to, c.ip, codes(&res.Decision))
		}
	}
}

// Every listed fact says where it comes from, and how old it is where its list
// has a date.
func TestListedFactsHaveASource(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.Tables = shippedTables(t)
	res, err := r.Score(context.Background(), r.tenant, &SendRequest{To: handset, Context: ClientContext{IP: "88.198.0.1"}})
	must(t, err)
	seen := map[string]Fact{}
	for _, f := range res.Facts {
		if f.Source == "" {
			t.Errorf("%s has no source", f.Name)
		}
		seen[f.Name] = f
	}
	if seen["ip_country"].Value != "DE" || seen["ip_asn"].Value != uint32(24940) || seen["ip_datacentre"].Value != true ||
		seen["ip_country"].Age == 0 || seen["disposable"].Age == 0 || seen["original_network"].Value != "26201 Telekom" {
		t.Errorf("%+v", seen)
	}
}

// All tables together stay within what a small machine has to spare.
func TestTablesAreSmall(t *testing.T) {
	const most = 24 << 20
	tables := shippedTables(t)
	size := tables.Addresses.Size() + 8*tables.Disposable.Len() + numbering.Size()
	if size > most {
		t.Errorf("%d octets, more than %d", size, most)
	}
	t.Logf("%.1f MB", float64(size)/(1<<20))
}
