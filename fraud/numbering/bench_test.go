package numbering

import (
	"math/rand/v2"
	"testing"

	"tollgate/hlr/subscriber"
)

// valid draws n valid numbers from the plans of all regions.
func valid(b *testing.B, n int) []subscriber.MSISDN {
	o, rng := newOrigin(b), rand.New(rand.NewPCG(1, 1))
	var list []subscriber.MSISDN
	for len(list) < n {
		m := subscriber.MSISDN(o.number(rng, []byte("+")))
		if _, ok := Classify(m); ok {
			list = append(list, m)
		}
	}
	return list
}

func BenchmarkClassify(b *testing.B) {
	list := valid(b, 4096)
	for _, v := range []struct {
		name    string
		numbers []subscriber.MSISDN
	}{{"mixed", list}, {"one", []subscriber.MSISDN{"+491701234567"}}, {"invalid", []subscriber.MSISDN{"+15555555555"}}} {
		b.Run(v.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if i++; i >= len(v.numbers) {
					i = 0
				}
				Classify(v.numbers[i])
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, v := range []struct{ name, raw, region string }{
		{"international", "+491701234567", "DE"},
		{"spaced", "+1 (415) 555-2671", "DE"},
		{"national", "0170 1234567", "DE"},
		{"noplus", "491701234567", "DE"},
		{"trunk", "+49 (0)170 1234567", ""},
		{"odd", "0 15 11 2345-6789", "AR"},
	} {
		b.Run(v.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Parse(v.raw, v.region)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustOpen(tableFile)
	}
}
