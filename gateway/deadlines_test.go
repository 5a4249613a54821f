package gateway

import (
	"encoding/binary"
	"maps"
	"testing"
	"time"

	"tollgate/gateway/store"
)

// A table of several rounds is looked through part by part: all that is overdue is
// found, and nothing before its time.
func TestOverdueInParts(t *testing.T) {
	const n = 3*scanAtOnce + 100
	now := time.Unix(1_800_000_000, 0)
	flights, paged := newFlightTable(), newPagedTable()
	want := map[store.ID]bool{}
	for i := range n {
		var id store.ID
		binary.BigEndian.PutUint64(id[8:], uint64(i)*0x9E3779B97F4A7C15)
		deadline := now.Add(time.Duration(i%10) * time.Second)
		if deadline.Equal(now) {
			want[id] = true
		}
		flights.put(&flight{msg: &store.Message{ID: id, ExpiresAt: deadline}})
		paged.put(id, deadline)
	}
	for name, look := range map[string]func() []store.ID{
		"in memory": func() (ids []store.ID) {
			for _, f := range flights.overdue(now, nil) {
				ids = append(ids, f.msg.ID)
			}
			return ids
		},
		"on disk": func() []store.ID { return paged.overdue(now, nil) },
	} {
		got := map[store.ID]bool{}
		for round := range 4 { // each looks at a third, and at the rest of a shard
			ids := look()
			if len(ids) == len(want) {
				t.Errorf("%s: round %d looked at all", name, round)
			}
			for _, id := range ids {
				got[id] = true
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %d are overdue, want %d", name, len(got), len(want))
		}
	}
}

func TestPagedTable(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	table, id := newPagedTable(), store.ID{15: 7}
	taken := func(wantWas, wantCounted bool) {
		t.Helper()
		if was, counted := table.take(id); was != wantWas || counted != wantCounted {
			t.Errorf("take = %v, %v; want %v, %v", was, counted, wantWas, wantCounted)
		}
	}
	table.postpone(id, now) // what is not there stays away
	if taken(false, false); table.leave(id) || len(table.overdue(now, nil)) != 0 {
		t.Error("an empty table has an entry")
	}
	table.put(id, now)
	table.postpone(id, now.Add(time.Second))
	if due := table.overdue(now, nil); len(due) != 0 {
		t.Errorf("%d came early", len(due))
	}
	if due := table.overdue(now.Add(time.Second), nil); len(due) != 1 || due[0] != id {
		t.Errorf("overdue: %v", due)
	}
	taken(true, true)
	taken(false, false)
	table.put(id, now)
	if !table.leave(id) || table.leave(id) {
		t.Error("it is not left once")
	}
	table.postpone(id, now)
	if due := table.overdue(now.Add(time.Hour), nil); len(due) != 0 {
		t.Error("what was left is overdue again")
	}
	taken(true, false)
}
