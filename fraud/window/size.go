package window

import "unsafe"

// Bytes is what the tables take, in octets, however many keys are in them.
func (v *Velocity) Bytes() int64 {
	n := v.numbers.bytes() + v.ranges.bytes() + v.ips.bytes() + v.nets.bytes() + v.devices.bytes() + v.pairs.bytes() +
		v.flows.bytes() + v.rates.bytes() + v.receipts.bytes() + v.answers.bytes() + v.accounts.bytes() + v.trials.bytes()
	w := v.waiting
	return n + int64(len(w.ring))*int64(unsafe.Sizeof(pending{})) + int64(len(w.index))*int64(unsafe.Sizeof(w.index[0]))
}

func (t *table[C]) bytes() int64 {
	var c C
	return int64(shardCount*ways) * int64(t.buckets) * int64(unsafe.Sizeof(head{})+unsafe.Sizeof(c))
}
