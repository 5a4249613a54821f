package main

import "testing"

func TestGarbage(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		alive, tables int64
		want          int
	}{
		{0, 80 * mb, 100},
		{40 * mb, 0, 100},         // small: as the runtime does
		{100 * mb, 90 * mb, 24},   // 24 MB
		{1000 * mb, 900 * mb, 10}, // as much as is not tables
		{1000 * mb, 100 * mb, 90},
	} {
		if got := garbage(c.alive, c.tables); got != c.want {
			t.Errorf("%d MB alive, %d of tables: %d %%, want %d", c.alive/mb, c.tables/mb, got, c.want)
		}
	}
}
