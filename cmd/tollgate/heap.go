package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// heap keeps the garbage in proportion to what is not the counters' tables. The
// collector lets the heap grow by as much as is alive, and the tables, which it need
// not even look into, are most of that: they would cost their memory twice.
type heap struct {
	tables  int64 // octets
	percent int   // as set last; 0: not yet
}

// leastGarbage is what may gather at least. At full load that is two collections a
// second, 2 % of the CPU; with 64 MB it is one, half of that, for 40 MB more.
const leastGarbage = 24 << 20

const liveHeap = "/gc/heap/live:bytes"

// pace sets the collector's percentage for what is alive now. GOGC goes before it.
func (h *heap) pace(context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	sample := []metrics.Sample{{Name: liveHeap}}
	metrics.Read(sample)
	percent := garbage(int64(sample[0].Value.Uint64()), h.tables)
	if change := percent - h.percent; h.percent == 0 || change*change > h.percent*h.percent/64 { // each stops the world
		h.percent = percent
		debug.SetGCPercent(percent)
	}
}

// garbage is what may gather, in percent of what is alive.
func garbage(alive, tables int64) int {
	if alive <= 0 { // nothing was collected yet
		return 100
	}
	return int(max(1, min(100, 100*max(leastGarbage, alive-tables)/alive)))
}
