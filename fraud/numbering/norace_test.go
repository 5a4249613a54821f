//go:build !race

package numbering

const raceEnabled = false
