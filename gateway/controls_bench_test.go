package gateway

import (
	"fmt"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/fraud/lists"
	"tollgate/fraud/spend"
	"tollgate/gateway/controls"
	"tollgate/hlr/subscriber"
)

// BenchmarkControlFacts is all that the controls tell of a send, with lists,
// blocked ranges and caps in force, and keeping the facts beside its decision.
// Goal: below 1 us together, the kept facts as the one allocation.
func BenchmarkControlFacts(b *testing.B) {
	c, err := controls.Open(controls.Config{Spend: spend.Config{
		Prices: []spend.Price{{Each: 70_000}, {Destination: "+882", Each: 3_000_000}},
		Caps:   []spend.Cap{{Name: "de", Tenant: "shop", Destination: "DE", Day: 1e12}, {Name: "all", Tenant: spend.Each, Destination: spend.Each, Hour: 1e12}},
	}}, nil)
	must(b, err)
	for i := range 1000 {
		e := controls.Entry{List: "block", Kind: lists.Number.String(), Value: fmt.Sprintf("+49160%07d", i)}
		if i%10 == 0 {
			_, err := c.Lists.Add(e)
			must(b, err)
		}
		r := fraud.RangeRule{Digits: 3, After: 1, During: time.Minute, First: time.Hour, Most: time.Hour}
		c.Ranges.Strike(time.Now(), "shop", subscriber.MSISDN(fmt.Sprintf("+4916%05d000", i)), &r)
	}
	f := fraud.Facts{At: time.Now(), Tenant: "shop", Purpose: "login"}
	x := &controls.Send{At: f.At, Tenant: "shop", To: "+491701234567", Region: "DE", IP: "203.0.113.7", ASN: 64500, Account: "u-1"}
	b.Run("facts", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Facts(x, &f)
		}
	})
	b.Run("kept", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = fraud.AppendFacts(make([]byte, 0, 192), &f)
		}
	})
}
