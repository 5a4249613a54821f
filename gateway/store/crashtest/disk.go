package crashtest

import (
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// ErrCut is what every operation meets once the power is cut or the process is
// killed. Nobody lives to see it outside of a test.
var ErrCut = errors.New("crashtest: the power is cut")

// Disk is a file system in memory to which one Fault happens. Reads always
// succeed.
type Disk struct {
	vfs.FS
	mem   *vfs.MemFS
	fault Fault

	mu       sync.Mutex
	rng      *rand.Rand
	armed    bool
	seen     int // operations that the fault could have met
	hit      time.Time
	left     *vfs.MemFS // what a cut left
	buried   chan struct{}
	poisoned map[string]bool
}

// NewDisk puts a disk over mem. Nothing happens to it before Arm. Its chances
// are drawn from rng now: what a dead life left running must not share it with the
// next one.
func NewDisk(mem *vfs.MemFS, f Fault, rng *rand.Rand) *Disk {
	return &Disk{FS: mem, mem: mem, fault: f, rng: rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())), poisoned: map[string]bool{}, buried: make(chan struct{})}
}

// Arm begins to count operations towards the fault.
func (d *Disk) Arm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.armed = true
}

// Hit is when the fault happened; zero while it has not.
func (d *Disk) Hit() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hit
}

// Cut cuts the power now, where the fault has not done so already.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut()
}

// Bury stops all that the dead process left running: pebble tries again and
// again. It is called last.
func (d *Disk) Bury() { close(d.buried) }

func (d *Disk) haunted() {
	select {
	case <-d.buried:
		select {}
	default:
	}
}

// Left is what the next start finds. The power must have been cut.
func (d *Disk) Left() *vfs.MemFS {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left
}

// cut leaves what was synced and, by chance, some blocks and names that were
// not. After a kill everything written is there, but what was not synced may
// still be lost by a later cut.
func (d *Disk) cut() {
	if d.left != nil {
		return
	}
	if d.hit.IsZero() {
		d.hit = time.Now()
	}
	if d.fault.Kill {
		d.left = d.mem
		return
	}
	d.left = d.mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: d.fault.Keep, RNG: d.rng})
}

// meet counts an operation and returns what happens to it: an error, and how
// much of n octets is written before it.
func (d *Disk) meet(op Op, name string, n int) (written int, err error) {
	if d.left != nil {
		if op != Name && strings.HasSuffix(name, ".sst") {
			return n, nil // of no consequence, and whoever waits for it gets to know of the cut
		}
		return 0, ErrCut
	}
	f := &d.fault
	if !d.armed || f.Op != op || !strings.Contains(filepath.Base(name), f.File) {
		return n, nil
	}
	if d.seen++; d.seen <= f.After || d.seen > f.After+1 && !f.Again {
		return n, nil
	}
	if n > 0 {
		written = d.rng.IntN(n + 1)
	}
	if d.hit.IsZero() {
		d.hit = time.Now()
	}
	if f.Err == nil {
		return written, ErrCut
	}
	return written, f.Err
}

// do has op happen to name, unless the fault comes in between.
func (d *Disk) do(op Op, name string, f func() error) error {
	d.haunted()
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := d.meet(op, name, 0); err != nil {
		if errors.Is(err, ErrCut) {
			d.cut()
		}
		return err
	}
	return f()
}

// write writes p, or the part of it that the fault lets through: a torn write.
func (d *Disk) write(name string, p []byte, f func([]byte) (int, error)) (int, error) {
	d.haunted()
	d.mu.Lock()
	defer d.mu.Unlock()
	n, err := d.meet(Write, name, len(p))
	if err == nil {
		return f(p)
	}
	if d.left != nil {
		return 0, err
	}
	n, _ = f(p[:n]) // a file in memory takes everything
	if errors.Is(err, ErrCut) {
		d.cut()
	}
	return n, err
}

// sync makes a file durable. One whose sync has failed never becomes so: the
// kernel has dropped the pages, and the next sync succeeds all the same.
func (d *Disk) sync(name string, f func() error) error {
	d.mu.Lock()
	lost := d.poisoned[name] && d.left == nil
	d.mu.Unlock()
	if lost {
		return nil
	}
	err := d.do(Sync, name, f)
	if err != nil {
		d.mu.Lock()
		d.poisoned[name] = true
		d.mu.Unlock()
	}
	return err
}

func (d *Disk) made(name string, f vfs.File) vfs.File {
	return &file{File: f, disk: d, name: name}
}

func (d *Disk) Create(name string, c vfs.DiskWriteCategory) (f vfs.File, err error) {
	err = d.do(Make, name, func() (err error) { f, err = d.FS.Create(name, c); return err })
	if err != nil {
		return nil, err
	}
	return d.made(name, f), nil
}

func (d *Disk) ReuseForWrite(from, name string, c vfs.DiskWriteCategory) (f vfs.File, err error) {
	err = d.do(Make, name, func() (err error) { f, err = d.FS.ReuseForWrite(from, name, c); return err })
	if err != nil {
		return nil, err
	}
	return d.made(name, f), nil
}

func (d *Disk) OpenReadWrite(name string, c vfs.DiskWriteCategory, opts ...vfs.OpenOption) (f vfs.File, err error) {
	err = d.do(Make, name, func() (err error) { f, err = d.FS.OpenReadWrite(name, c, opts...); return err })
	if err != nil {
		return nil, err
	}
	return d.made(name, f), nil
}

func (d *Disk) OpenDir(name string) (vfs.File, error) {
	f, err := d.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return d.made(name, f), nil
}

func (d *Disk) Link(from, name string) error {
	return d.do(Name, name, func() error { return d.FS.Link(from, name) })
}

func (d *Disk) Rename(from, name string) error {
	return d.do(Name, name, func() error { return d.FS.Rename(from, name) })
}

func (d *Disk) Remove(name string) error {
	return d.do(Name, name, func() error { return d.FS.Remove(name) })
}

// Lock is held by this process alone, and goes with it.
func (d *Disk) Lock(name string) (io.Closer, error) {
	f, err := d.OpenReadWrite(name, vfs.WriteCategoryUnspecified)
	return f, err
}

// Unwrap is what vfs.Root follows.
func (d *Disk) Unwrap() vfs.FS { return d.FS }

// file is a file, or a directory, of a Disk.
type file struct {
	vfs.File
	disk *Disk
	name string
}

func (f *file) Write(p []byte) (int, error) { return f.disk.write(f.name, p, f.File.Write) }

func (f *file) WriteAt(p []byte, at int64) (int, error) {
	return f.disk.write(f.name, p, func(p []byte) (int, error) { return f.File.WriteAt(p, at) })
}

func (f *file) Sync() error     { return f.disk.sync(f.name, f.File.Sync) }
func (f *file) SyncData() error { return f.disk.sync(f.name, f.File.SyncData) }

func (f *file) SyncTo(length int64) (full bool, err error) {
	err = f.disk.sync(f.name, func() (err error) { full, err = f.File.SyncTo(length); return err })
	return full, err
}
