package decide

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway/facts"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// piece is one thing that is measured. worker makes the function of one
// goroutine, with state of its own; n counts over all.
type piece struct {
	name   string
	worker func() func(n uint64)
}

// rig is what the pieces share, as in a gateway.
type rig struct {
	numbers  []subscriber.MSISDN
	gatherer *hlr.Gatherer
	velocity *window.Velocity
	policy   *fraud.Policy
	at       time.Time
	record   hlr.Record
}

// numbersKnown is how many numbers are in the cache, more than its shards' locks
// can be shared by.
const numbersKnown = 4096

func newRig(ctx context.Context) (*rig, error) {
	text, err := configs.FS.ReadFile("policies/default.yaml")
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	r := &rig{at: time.Now(), velocity: window.New(window.Config{Seed: 1})}
	if r.policy, err = fraud.LoadPolicy("default", text); err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	r.record = hlr.Record{{Source: "hlr", History: hlr.History{IMSI: subscriber.Hash{Key: 1}, FirstSeen: r.at, LastSeen: r.at}}}
	r.gatherer = hlr.New(hlr.Config{Providers: []hlr.ProviderConfig{{Provider: element{}}}},
		prometheus.NewRegistry(), time.Now, slog.New(slog.DiscardHandler))
	for i := range numbersKnown {
		n := number(uint64(i))
		if _, ok := numbering.Classify(n); !ok {
			return nil, fmt.Errorf("%s is no valid number", n)
		}
		r.numbers = append(r.numbers, n)
		r.gatherer.Gather(ctx, n, need)
	}
	return r, nil
}

// number is the i-th of several countries, in no visible order.
func number(i uint64) subscriber.MSISDN {
	forms := [...]string{"+491512%07d", "+491577%07d", "+33612%06d", "+44740%07d", "+34612%06d", "+1415%07d"}
	k := i % uint64(len(forms))
	v := i * 7_654_321 % 1_000_000
	if k == 5 {
		v += 2_000_000 // the exchange begins with 2
	}
	return subscriber.MSISDN(fmt.Sprintf(forms[k], v))
}

// need takes an identity from the cache, as sends of most purposes do.
var need = hlr.Need{IdentityMaxAge: time.Hour, Tenant: "shop", Purpose: "login", Region: "DE"}

// element is a network element that knows everybody.
type element struct{}

func (element) Name() string      { return "hlr" }
func (element) Fields() hlr.Field { return hlr.FieldIMSI }
func (element) Lookup(context.Context, subscriber.MSISDN) (hlr.Subscriber, error) {
	return hlr.Subscriber{Identity: subscriber.Identity{IMSI: "262011111111111"}}, nil
}

func (r *rig) of(n uint64) subscriber.MSISDN { return r.numbers[n*31%numbersKnown] }

// facts lays out what is known of a send.
func (r *rig) facts(f *fraud.Facts, a *hlr.Answer) {
	*f = fraud.Facts{At: r.at, Tenant: "shop", Purpose: "login", Number: fraud.Number{
		Region: "DE", LineType: fraud.LineMobile, RegionAllowed: true, CarrierAllowed: true,
	}}
	n := facts.Network{Answer: a, Record: r.record}
	n.Into(f, &facts.Past{})
}

// count counts a send as the gateway does. A second passes with each, so that
// nothing looks like an attack however fast they come: a signal that fires writes
// its evidence, and honest sends have little.
func (r *rig) count(n uint64, to subscriber.MSISDN, v *fraud.Velocity) {
	s := window.Send{
		ID: n, At: r.at.Add(time.Duration(n) * time.Second), Tenant: "shop", Purpose: "login", To: to, Region: "DE", Network: "26201",
		Device: n%100_000 + 1, Account: n%50_000 + 1, IP: netip.AddrFrom4([4]byte{11, byte(n >> 16), byte(n >> 8), byte(n)}), ASN: 64500,
	}
	r.velocity.Send(&s, v)
}

func (r *rig) pieces(ctx context.Context) []piece {
	return []piece{
		{"classification", func() func(uint64) {
			return func(n uint64) { numbering.Classify(r.of(n)) }
		}},
		{"cache hit", func() func(uint64) {
			var a hlr.Answer
			return func(n uint64) { r.gatherer.GatherInto(ctx, r.of(n), need, &a) }
		}},
		{"window, a send", func() func(uint64) {
			var v fraud.Velocity
			return func(n uint64) { r.count(n, r.of(n), &v) }
		}},
		{"policy on warm facts", func() func(uint64) {
			var a hlr.Answer
			var f fraud.Facts
			r.gatherer.GatherInto(ctx, r.of(0), need, &a)
			r.facts(&f, &a)
			return func(uint64) { r.policy.Decide(&f) }
		}},
		{"all of it", func() func(uint64) {
			var a hlr.Answer
			var f fraud.Facts
			return func(n uint64) {
				to := r.of(n)
				numbering.Classify(to)
				r.gatherer.GatherInto(ctx, to, need, &a)
				r.facts(&f, &a)
				r.count(n, to, &f.Velocity)
				r.policy.Decide(&f)
			}
		}},
	}
}
