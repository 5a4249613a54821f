package window

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"tollgate/fraud"
	"tollgate/hlr/subscriber"
)

var (
	start = time.Date(2026, 3, 1, 12, 0, 3, 0, time.UTC)
	small = Config{Numbers: 4096, Ranges: 1024, IPs: 1024, Devices: 1024, Flows: 1 << 15, Waiting: 1 << 12, Seed: 7}
	home  = netip.MustParseAddr("192.0.2.7")
)

func msisdn(n int) subscriber.MSISDN {
	return subscriber.MSISDN(fmt.Sprintf("+49170%07d", n))
}

// count is Send for one that is written down at the call.
func count(v *Velocity, s Send) (out fraud.Velocity) {
	v.Send(&s, &out)
	return out
}

func TestOneSend(t *testing.T) {
	v := New(small)
	got := count(v, Send{At: start, To: msisdn(1), IP: home, Device: 9})
	for name, n := range map[string]float64{
		"Number10m": got.Number10m, "NumberDay": got.NumberDay, "RangeMinute": got.RangeMinute, "RangeHour": got.RangeHour,
		"IPMinute": got.IPMinute, "IPHour": got.IPHour, "IPNumbers": got.IPNumbers, "DeviceNumbers": got.DeviceNumbers,
		"SequentialRun": got.SequentialRun, "IPRange": got.IPRange, "NetMinute": got.NetMinute, "NetNumbers": got.NetNumbers,
	} {
		if n != 1 {
			t.Errorf("%s = %g, want 1", name, n)
		}
	}
	if got.RangeBaseline != 0 || got.Concentration != 0 {
		t.Errorf("%+v: a first send has no baseline and no concentration", got)
	}
	// number, range, address, network, device, address and range; and the flows of
	// a country, four of its ranges (no tenant is told, so all tenants count the
	// same), address, network, device, class, its like, tenant and the tenant's country, and what is usual
	if want := 6 + 13; v.Keys() != want {
		t.Errorf("Keys = %d, want %d", v.Keys(), want)
	}
	bare := count(v, Send{At: start, To: msisdn(2)})
	if bare.IPMinute != 0 || bare.IPNumbers != 0 || bare.DeviceNumbers != 0 || bare.IPRange != 0 {
		t.Errorf("%+v: what has no address and no device is not counted under one", bare)
	}
}

// What one tenant is pumped with is no burst of another's.
func TestBurstsAreEachTenantsOwn(t *testing.T) {
	v := New(small)
	for i := range 60 {
		count(v, Send{At: start.Add(time.Duration(i) * time.Second / 2), Tenant: "pumped", To: msisdn(i)})
	}
	at := start.Add(30 * time.Second)
	mine := count(v, Send{At: at, Tenant: "pumped", To: msisdn(60)})
	others := count(v, Send{At: at, Tenant: "other", To: msisdn(61)})
	if mine.RangeMinute < 55 || mine.SequentialRun < 55 || others.RangeMinute != 1 || others.SequentialRun != 1 || others.Concentration != 0 {
		t.Errorf("the pumped tenant's %+v, the other's %+v", mine, others)
	}
}

// A sliding count is never off by more than what came in the slice at its end.
func TestSlidingCount(t *testing.T) {
	for _, width := range []uint32{12, 120, 720} {
		rng := rand.New(rand.NewPCG(uint64(width), 1))
		var r ring
		var times []uint32
		now, was := uint32(1000), uint32(0)
		for range 3000 {
			now += uint32(rng.IntN(int(width) / 2))
			if rng.IntN(200) == 0 {
				now += width * uint32(rng.IntN(20))
			}
			got := r.count(was, now, width)
			was, times = now, append(times, now)
			least, most := 0, 0
			for _, at := range times {
				if now-at < slices*width-now%width {
					least++
				}
				if at/width+slices >= now/width {
					most++
				}
			}
			if got < float64(least)-float64(width) && got < 1 || got > float64(most)+1e-9 {
				t.Fatalf("width %d: count %g, not within %d and %d", width, got, least, most)
			}
			full := 0
			for _, at := range times {
				if at/width+slices-1 >= now/width {
					full++
				}
			}
			if got < float64(full)-1e-9 {
				t.Fatalf("width %d: count %g is less than the %d of the full slices", width, got, full)
			}
		}
	}
}

func TestCountsLeaveTheWindow(t *testing.T) {
	v := New(small)
	for range 10 {
		count(v, Send{At: start, To: msisdn(1), IP: home})
	}
	for _, c := range []struct {
		after            time.Duration
		tenMinutes, day  float64
		ipMinute, ipHour float64
	}{
		{time.Second, 11, 11, 11, 11},
		{2 * time.Minute, 12, 12, 1, 12},
		{15 * time.Minute, 1, 13, 1, 13},
		{75 * time.Minute, 1, 14, 1, 1},
		{31 * time.Hour, 1, 1, 1, 1},
	} {
		got := count(v, Send{At: start.Add(c.after), To: msisdn(1), IP: home})
		if got.Number10m != c.tenMinutes || got.NumberDay != c.day || got.IPMinute != c.ipMinute || got.IPHour < c.ipHour-2 || got.IPHour > c.ipHour+2 {
			t.Errorf("after %v: %+v, want %+v", c.after, got, c)
		}
	}
}

func TestDistinctNumbers(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 8, 30, 100, 300} {
		v := New(small)
		var got float64
		for range 3 { // repeats count once
			for i := range n {
				got = count(v, Send{At: start, To: msisdn(i * 1001), IP: home, Device: 5}).IPNumbers
			}
		}
		if off := math.Abs(got - float64(n)); off > 0.15*float64(n) {
			t.Errorf("%d different numbers are counted as %g", n, got)
		}
	}
	v := New(small)
	for i := range 5 {
		count(v, Send{At: start, To: msisdn(i), IP: home, Device: 5})
	}
	if got := count(v, Send{At: start.Add(61 * time.Minute), To: msisdn(9), IP: home, Device: 5}); got.IPNumbers != 1 || got.DeviceNumbers != 1 || got.IPRange != 1 {
		t.Errorf("after an hour: %+v, want 1 number", got)
	}
}

func TestAddresses(t *testing.T) {
	v := New(small)
	send := func(ip string) (minute, net float64) {
		got := count(v, Send{At: start, To: msisdn(1), IP: netip.MustParseAddr(ip)})
		return got.IPMinute, got.NetMinute
	}
	for _, c := range []struct {
		ip          string
		minute, net float64
	}{
		{"192.0.2.1", 1, 1},
		{"192.0.2.2", 1, 2},
		{"::ffff:192.0.2.2", 2, 3},
		{"192.0.3.1", 1, 1},
		{"2001:db8:1:1::1", 1, 1},
		{"2001:db8:1:1::2", 2, 2}, // one /64 is one customer
		{"2001:db8:1:2::1", 1, 3},
		{"2001:db8:2:1::1", 1, 1},
	} {
		if minute, net := send(c.ip); minute != c.minute || net != c.net {
			t.Errorf("%s: %g and %g in its network, want %g and %g", c.ip, minute, net, c.minute, c.net)
		}
	}
}

func TestSequentialRun(t *testing.T) {
	for _, c := range []struct {
		name  string
		tails []int
		want  []float64
	}{
		{"ascending", []int{5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{"descending", []int{9, 8, 7, 6}, []float64{1, 2, 3, 4}},
		{"shuffled", []int{1, 3, 2, 5, 4}, []float64{1, 1, 3, 1, 5}},
		{"repeats", []int{1, 1, 1, 2, 2, 1}, []float64{1, 1, 1, 2, 2, 2}},
		{"scattered", []int{10, 400, 20, 880, 30}, []float64{1, 1, 1, 1, 1}},
		{"interleaved", []int{100, 700, 101, 701, 102, 702}, []float64{1, 1, 2, 2, 3, 3}},
		{"edges of a range", []int{0, 999, 1}, []float64{1, 1, 2}},
	} {
		v := New(small)
		for i, tail := range c.tails {
			if got := count(v, Send{At: start.Add(time.Duration(i) * time.Second), To: msisdn(tail)}).SequentialRun; got != c.want[i] {
				t.Errorf("%s: run %g after %v, want %g", c.name, got, c.tails[:i+1], c.want[i])
			}
		}
	}
	v := New(small)
	count(v, Send{At: start, To: msisdn(5)})
	if got := count(v, Send{At: start.Add(11 * time.Minute), To: msisdn(6)}).SequentialRun; got != 1 {
		t.Errorf("a neighbour of 11 minutes ago makes a run of %g", got)
	}
}

func TestConcentration(t *testing.T) {
	v := New(small)
	var crowded float64
	for i := range 20 {
		crowded = count(v, Send{At: start, To: msisdn(300 + i*2)}).Concentration
	}
	if crowded != 1 {
		t.Errorf("numbers in one tenth: %g, want 1", crowded)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 50 {
		v := New(small)
		var c float64
		for range 30 {
			c = count(v, Send{At: start, To: msisdn(rng.IntN(1000))}).Concentration
		}
		if c > 0.4 {
			t.Errorf("random numbers: concentration %g", c)
		}
	}
}

func TestBaseline(t *testing.T) {
	v := New(small)
	at, n := start, 0
	for range 48 * 60 { // two days of two a minute
		for range 2 {
			count(v, Send{At: at, To: msisdn(n * 37 % 1000)})
			n++
		}
		at = at.Add(time.Minute)
	}
	got := count(v, Send{At: at, To: msisdn(1)})
	if math.Abs(got.RangeBaseline-2) > 0.1 {
		t.Errorf("baseline %g after two days of 2 a minute", got.RangeBaseline)
	}
	for i := range 70 { // some of these ten minutes ago too
		got = count(v, Send{At: at, To: msisdn(i * 13 % 1000)})
	}
	if got.RangeBaseline > 2.1 || got.RangeMinute < 60 {
		t.Errorf("%+v: a burst must not move its own baseline", got)
	}
	quiet := count(v, Send{At: at.Add(12 * time.Hour), To: msisdn(3)})
	if quiet.RangeBaseline > 0.7 {
		t.Errorf("baseline %g after 12 quiet hours, want a quarter", quiet.RangeBaseline)
	}
}

// A flood of random keys stays within the tables, and a key that counted much
// outlives it.
func TestFloodIsBounded(t *testing.T) {
	v := New(small)
	most := 0
	for _, n := range []int{len(v.numbers.shards[0].heads), len(v.ranges.shards[0].heads), len(v.ips.shards[0].heads),
		len(v.nets.shards[0].heads), len(v.devices.shards[0].heads), len(v.pairs.shards[0].heads),
		len(v.flows.shards[0].heads), len(v.accounts.shards[0].heads), len(v.rates.shards[0].heads)} {
		most += n * shardCount
	}
	for range 40 {
		count(v, Send{At: start, To: msisdn(1), IP: home})
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 100_000 {
		var ip [4]byte
		ip[0], ip[1], ip[2], ip[3] = byte(rng.IntN(200)+1), byte(rng.IntN(256)), byte(rng.IntN(256)), byte(rng.IntN(256))
		count(v, Send{At: start.Add(time.Duration(i) * time.Millisecond), To: msisdn(rng.IntN(1e7)), IP: netip.AddrFrom4(ip), Device: rng.Uint64()})
	}
	if got := v.Keys(); got > most {
		t.Errorf("%d keys live, the tables hold %d", got, most)
	}
	if got := count(v, Send{At: start.Add(100 * time.Second), To: msisdn(1), IP: home}); got.Number10m != 41 || got.IPNumbers != 1 {
		t.Errorf("after the flood: %+v, want 41 sends to the number still known", got)
	}
}

func TestClockGoingBack(t *testing.T) {
	v := New(small)
	for i := range 100 {
		at := start.Add(-time.Duration(i) * time.Hour)
		if got := count(v, Send{At: at, To: msisdn(1), IP: home}); got.Number10m != float64(i+1) {
			t.Fatalf("send %d: %+v", i, got)
		}
	}
	for _, at := range []time.Time{{}, time.Unix(math.MinInt32, 0), start.AddDate(500, 0, 0), start} {
		count(v, Send{At: at, To: "", IP: home})
	}
}

func TestSameSendsSameCounts(t *testing.T) {
	run := func() (sum string) {
		v, rng := New(small), rand.New(rand.NewPCG(4, 4))
		for i := range 5000 {
			got := count(v, Send{At: start.Add(time.Duration(i) * time.Second), To: msisdn(rng.IntN(3000)), IP: home, Device: rng.Uint64N(40)})
			if i%100 == 0 {
				sum += fmt.Sprintln(got)
			}
		}
		return sum
	}
	if first, again := run(), run(); first != again {
		t.Errorf("the same sends gave different counts:\n%s\n%s", first, again)
	}
}

func TestConcurrentSendsAreAllCounted(t *testing.T) {
	v := New(small)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 500 {
				count(v, Send{At: start, To: msisdn(i % 7), IP: home, Device: 3})
				v.Keys()
			}
		})
	}
	wg.Wait()
	if got := count(v, Send{At: start, To: msisdn(0), IP: home}); got.IPMinute != 4001 || got.RangeMinute != 7 || got.NumberDay < 571 {
		t.Errorf("%+v, want 4001 sends to 7 numbers", got)
	}
}

func TestSendDoesNotAllocate(t *testing.T) {
	v := New(small)
	i := 0
	to := []subscriber.MSISDN{msisdn(1), msisdn(2222), msisdn(33333)}
	if n := testing.AllocsPerRun(1000, func() {
		i++
		count(v, Send{At: start, To: to[i%3], IP: home, Device: uint64(i)})
	}); n != 0 {
		t.Errorf("%g allocations a send", n)
	}
}

func FuzzSend(f *testing.F) {
	f.Add(int64(0), "+491701234567", []byte{1, 2, 3, 4}, uint64(1))
	v := New(Config{Numbers: 64, Ranges: 64, IPs: 64, Devices: 64})
	f.Fuzz(func(t *testing.T, sec int64, to string, ip []byte, device uint64) {
		a, _ := netip.AddrFromSlice(ip)
		got := count(v, Send{At: time.Unix(sec, 0), To: subscriber.MSISDN(to), IP: a, Device: device})
		if got.Number10m < 1 || got.NumberDay < 1 || got.SequentialRun < 1 || !(got.Concentration >= 0 && got.Concentration <= 1) || !(got.RangeBaseline >= 0) {
			t.Errorf("%+v", got)
		}
	})
}

func BenchmarkSend(b *testing.B) {
	v := New(Config{})
	to := make([]subscriber.MSISDN, 1<<14)
	for i := range to {
		to[i] = msisdn(rand.IntN(1e7))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		count(v, Send{At: start.Add(time.Duration(i) * time.Millisecond), To: to[i%len(to)], IP: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), Device: uint64(i)})
	}
}

// BenchmarkSendAll is a send that has all that can be told: some twenty keys.
// Goal: 0.3 us a key, no allocation.
func BenchmarkSendAll(b *testing.B) {
	v := New(Config{})
	to := make([]subscriber.MSISDN, 1<<14)
	for i := range to {
		to[i] = msisdn(rand.IntN(1e7))
	}
	b.ReportAllocs()
	var out fraud.Velocity
	i := 0
	for b.Loop() {
		i++
		s := Send{
			ID: uint64(i), At: start.Add(time.Duration(i) * time.Millisecond), Tenant: "shop", Purpose: "login", Region: "DE", Network: "26201",
			To: to[i%len(to)], IP: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), ASN: uint32(i%50 + 1),
			Device: uint64(i), Account: uint64(i%4096 + 1), JA4: uint64(i%20 + 1), Agent: uint64(i%100 + 1),
		}
		v.Send(&s, &out)
	}
}

// The tabled exponential is the exponential, to a float's precision.
func TestDecayed(t *testing.T) {
	for _, s := range []uint32{0, 1, 20, 1023, 1024, 1025, 3600, 86_400, 7 * day, 1<<20 - 1, 1 << 20, 30 * day} {
		if got, want := float64(decayed(s)), math.Exp(-float64(s)/baseLife); math.Abs(got-want) > 3e-7*want {
			t.Errorf("%d s: %g, want %g", s, got, want)
		}
	}
}
