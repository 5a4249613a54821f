package pebblestore

import (
	"testing"

	"tollgate/gateway/store"
)

// Tables hold records of one class, so that those of messages, which come in the order
// of time, are moved down the levels and hardly ever written again.
func TestTablesHoldOneClass(t *testing.T) {
	s := mustOpen(t, config(t))
	defer s.Close()
	const flushes, each = 40, 100
	for i := range flushes * each {
		tx := accept(uint64(i))
		if err := s.Write(tx); err != nil {
			t.Fatal(err)
		}
		end := *tx.Deliveries[0]
		end.Status = store.Delivered
		if err := s.Commit(t.Context(), &store.Tx{Deliveries: []*store.Delivery{&end}}); err != nil {
			t.Fatal(err)
		}
		if i%each == each-1 {
			if err := s.db.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	levels, err := s.db.SSTables()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[byte]int{}
	for _, level := range levels {
		for _, table := range level {
			first, last := table.Smallest.UserKey[0], table.Largest.UserKey[0]
			if first != last {
				t.Errorf("a table holds %q to %q", first, last)
			}
			seen[first]++
		}
	}
	if seen[classMessage] == 0 || seen[classDelivery] == 0 {
		t.Errorf("the tables hold %v, want messages and deliveries", seen)
	}
}
