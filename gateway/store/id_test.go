package store

import (
	"bytes"
	"testing"
	"time"
)

func TestID(t *testing.T) {
	at := time.UnixMilli(1779012345678)
	id := NewID(at, "+491701234567", [9]byte{1, 2, 3})
	if !id.Time().Equal(at) || id[6] != Shard("+491701234567") || id.IsZero() {
		t.Errorf("NewID = %v at %v", id, id.Time())
	}
	later := NewID(at.Add(time.Millisecond), "+15550100", [9]byte{})
	if bytes.Compare(id[:], later[:]) >= 0 || id.String() >= later.String() {
		t.Error("IDs do not sort by time")
	}
	if got, err := ParseID(id.String()); err != nil || got != id {
		t.Errorf("ParseID(%s) = %v, %v", id, got, err)
	}
	for _, bad := range []string{"", id.String()[1:], id.String() + "0", "U" + id.String()[1:], "!" + id.String()[1:]} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("ParseID(%q) passed", bad)
		}
	}
}
