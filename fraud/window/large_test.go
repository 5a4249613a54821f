package window

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

// The benchmarks of this file meet customers of a large service in random order, in
// tables far larger than the processor's cache: what a key costs is then the memory.
// They take 2 GB and half a minute before the first of them begins.

// customers is how many people there are, a prime: each comes once before
// anybody comes again.
const customers = 5_000_011

// large holds all of them.
var large = Config{Numbers: 1 << 23, Ranges: 1 << 21, IPs: 1 << 21, Devices: 1 << 22, Flows: 1 << 23, Waiting: 1 << 18, Seed: 7}

// service is a stream of sends of such customers.
type service struct {
	v    *Velocity
	n    uint64
	at   time.Time
	last [1 << 12]uint64 // ids of the latest, for outcomes
	out  fraud.Velocity
}

// settledService is a service whose customers all have come before.
var settledService = sync.OnceValue(func() *service {
	s := &service{v: New(large), at: start}
	for range customers {
		w := s.next()
		s.v.Send(&w, &s.out)
	}
	return s
})

var tenants, networks, regions = names("tenant", 10), names("26201-", 40), names("R", 20)

func names(of string, n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint(of, i))
	}
	return all
}

// next is the next customer's send: numbers lie one in two hundred in their
// plan, four people share an address and two a device.
func (s *service) next() Send {
	s.n++
	s.at = s.at.Add(4 * time.Millisecond)
	who := s.n * 2_654_435_761 % customers
	var to [13]byte
	copy(to[:], "+4900000000000")
	for i, n := len(to)-1, who*199; n > 0; i, n = i-1, n/10 {
		to[i] = byte('0' + n%10)
	}
	ip := uint32(mix(who / 4))
	return Send{
		ID: s.n, At: s.at, Tenant: tenants[who%10], Purpose: "login", To: subscriber.MSISDN(to[:]),
		Region: regions[who/250_000%20], Network: networks[who/125_000%40],
		Account: who + 1, Device: mix(who / 2), JA4: mix(who % 2000), Agent: mix(who % 5000), ASN: uint32(who/4%500 + 1),
		IP: netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}),
	}
}

// BenchmarkSendLarge counts a send.
func BenchmarkSendLarge(b *testing.B) {
	s := settledService()
	b.ReportAllocs()
	for b.Loop() {
		w := s.next()
		s.v.Send(&w, &s.out)
	}
}

// BenchmarkLifeLarge is a send with all that comes of it: it is let go, delivered, and
// passes its checkpoints; four of five codes are typed in after 16 s.
func BenchmarkLifeLarge(b *testing.B) {
	s := settledService()
	b.ReportAllocs()
	for b.Loop() {
		w := s.next()
		s.v.Send(&w, &s.out)
		s.v.Await(&w, 0)
		place := &s.last[s.n%uint64(len(s.last))]
		if *place != 0 {
			s.v.Receipt(&Receipt{ID: *place, At: s.at, Result: ReceiptDelivered, Carrier: "one"})
			if *place%5 != 0 {
				s.v.Check(&Check{ID: *place, At: s.at, Result: Approved, IP: w.IP, Device: w.Device, ASN: w.ASN})
			}
		}
		*place = w.ID
	}
}
