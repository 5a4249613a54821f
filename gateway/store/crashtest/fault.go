package crashtest

import (
	"fmt"
	"math/rand/v2"
	"syscall"
)

// Op is a class of operations that change a disk.
type Op uint8

// The classes. A directory's sync is a Sync.
const (
	Write Op = iota
	Sync
	Make // create, reuse, open for writing
	Name // rename, link, remove
)

var opNames = [...]string{"write", "sync", "make", "name"}

func (o Op) String() string { return opNames[o] }

// Fault is the one thing that goes wrong with a disk.
type Fault struct {
	Op    Op
	File  string // part of the file's name, "" for any
	After int    // operations that still succeed
	Err   error  // nil: the power is cut in the midst of the operation
	Again bool   // every later one fails too, not the one alone
	Kill  bool   // the process dies, not the machine: what was written is there
	Keep  int    // percent of what was not synced that a cut leaves
}

func (f Fault) String() string {
	what := "cut"
	switch {
	case f.Err != nil:
		what = f.Err.Error()
	case f.Kill:
		what = "kill"
	}
	return fmt.Sprintf("%s in %s %d of %q (again %v), then %d %% of what was not synced", what, f.Op, f.After+1, f.File, f.Again, f.Keep)
}

// files are what pebble's files are called: the log, the manifest, the marker
// that names it, tables, and any.
var files = [...]string{".log", ".log", ".log", "MANIFEST", "marker.", ".sst", "", ""}

// Draw draws a fault. Half of them end the power or the process, the others
// fail operations.
func Draw(rng *rand.Rand) Fault {
	f := Fault{Op: Op(rng.IntN(4)), File: files[rng.IntN(len(files))], Again: rng.IntN(2) == 0}
	switch f.Op {
	case Write, Sync:
		f.After = rng.IntN(1 << rng.IntN(8))
	default:
		f.After = rng.IntN(1 << rng.IntN(3))
	}
	switch rng.IntN(6) {
	case 0, 1:
	case 2:
		f.Kill = true
	case 3:
		f.Err = syscall.ENOSPC
	default:
		f.Err = syscall.EIO
	}
	if f.File == ".sst" && f.Err != nil {
		f.Again = false // a disk that takes the log and never a table stands still and says so: nothing fails
	}
	switch rng.IntN(4) {
	case 0:
		f.Keep = rng.IntN(101)
	case 1:
		f.Keep = 100
	}
	return f
}
