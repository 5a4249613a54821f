package hlr

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"tollgate/hlr/subscriber"
)

func TestCacheIsBoundedAndDropsTheLeastRecent(t *testing.T) {
	c := newCache(shardCount * 2) // two numbers a shard
	r := &result{seq: 1}
	var same []subscriber.MSISDN // of one shard
	for i := 0; len(same) < 3; i++ {
		if n := subscriber.MSISDN(fmt.Sprintf("+4917%08d", i)); c.shard(n) == c.shard(number) {
			same = append(same, n)
		}
	}
	s := c.shard(number)
	s.put(key{same[0], 0}, r, 1)
	s.put(key{same[1], 0}, r, 1)
	s.get(key{same[0], 0})
	s.put(key{same[2], 0}, r, 1)
	for i, want := range []bool{true, false, true} {
		if got := s.get(key{same[i], 0}).good != nil; got != want {
			t.Errorf("number %d cached: %v, want %v", i, got, want)
		}
	}
	if len(s.entries) != 2 || s.order.Len() != 2 {
		t.Errorf("%d entries, %d in order", len(s.entries), s.order.Len())
	}
}

// The documented size of an entry is what operators plan memory by.
func TestCacheEntrySize(t *testing.T) {
	const n = 20000
	var before, after runtime.MemStats
	c := newCache(n)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range n {
		m := subscriber.MSISDN(fmt.Sprintf("+4917%08d", i))
		yes, no := true, false
		sub := Subscriber{Identity: subscriber.Identity{
			IMSI: fmt.Sprintf("26201%010d", i), ICCID: fmt.Sprintf("8949%015d", i), IMEI: fmt.Sprintf("%015d", i), VLR: strings.Clone("491710760000"), PLMN: "26201",
		}, Ported: &yes, Roaming: &no, PortedAt: time.Now()}
		c.shard(m).put(key{m, 0}, &result{sub: sub}, 1)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := float64(after.HeapAlloc-before.HeapAlloc) / n
	t.Logf("%.0f octets an entry", per)
	if per > 1024 {
		t.Errorf("%.0f octets an entry; Config.MaxEntries promises about 1 KB", per)
	}
	runtime.KeepAlive(c)
}
