package store

import (
	"bytes"
	"strings"
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

// TestIDHasOneText changes the bits of the last character that no ID has, and puts
// line ends where base32 overlooks them.
func TestIDHasOneText(t *testing.T) {
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	text := NewID(time.UnixMilli(1779012345678), "+491701234567", [9]byte{1, 2, 3}).String()
	last := strings.IndexByte(digits, text[25])
	for spare := 1; spare < 4; spare++ {
		other := text[:25] + digits[last+spare:last+spare+1]
		if id, err := ParseID(other); err == nil {
			t.Errorf("ParseID(%s) = %s", other, id)
		}
	}
	if id, err := ParseID(text[:24] + "\r\n"); err == nil {
		t.Errorf("an ID that ends with a line end was read as %s", id)
	}
}
