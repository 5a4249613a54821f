package gateway

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/gateway/facts"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// BenchmarkDecideWarm is a decision where all facts are in memory: gathered
// from the cache, laid out beside the identity of record, weighed by policy
// `default`. Goal: 5 us, no allocation.
func BenchmarkDecideWarm(b *testing.B) {
	gatherer := hlr.New(hlr.Config{Providers: []hlr.ProviderConfig{{Provider: newElement("hlr", "262011111111111")}}},
		prometheus.NewRegistry(), time.Now, slog.New(slog.DiscardHandler))
	policy := testPolicies(b)["default"]
	at := time.Now()
	record := hlr.Record{{Source: "hlr", History: hlr.History{IMSI: subscriber.Hash{Key: 1}, FirstSeen: at, LastSeen: at}}}
	need := hlr.Need{IdentityMaxAge: time.Hour, Tenant: "shop", Purpose: "login", Region: "DE"}
	var a hlr.Answer
	var f fraud.Facts
	var d fraud.Decision
	gatherer.GatherInto(b.Context(), handset, need, &a)
	b.ReportAllocs()
	for b.Loop() {
		gatherer.GatherInto(b.Context(), handset, need, &a)
		f = fraud.Facts{At: at, Tenant: "shop", Purpose: "login", Number: fraud.Number{
			Region: "DE", LineType: fraud.LineMobile, RegionAllowed: true, CarrierAllowed: true,
		}}
		n := facts.Network{Answer: &a, Record: record}
		n.Into(&f, &facts.Past{})
		if policy.DecideInto(&f, &d); d.Kind != fraud.Allow {
			b.Fatalf("%+v", d)
		}
	}
}
