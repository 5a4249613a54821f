package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// smallDisk mounts a file system of its own, which only root may.
func smallDisk(t *testing.T, size string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENODEV) {
		t.Skipf("a full disk is played on a small tmpfs, and mounting one takes root: %v", err)
	}
	must(t, err)
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

// fill leaves so many octets free on the disk of dir, and returns the file to
// remove.
func fill(t *testing.T, dir string, leave int64) (filler string) {
	t.Helper()
	filler = filepath.Join(dir, "filler")
	f, err := os.Create(filler)
	must(t, err)
	defer f.Close()
	for range 20 { // the gateway may take of it between the two calls
		var st syscall.Statfs_t
		must(t, syscall.Statfs(dir, &st))
		err = syscall.Fallocate(int(f.Fd()), 0, 0, max(1, int64(st.Bavail)*st.Bsize-leave))
		if !errors.Is(err, syscall.ENOSPC) {
			break
		}
	}
	must(t, err)
	return filler
}

// Below the watermark of free disk a send is refused before it is accepted,
// and above it all is as before.
func TestDiskBelowTheWatermark(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "256m")
	c := newCarrier(t, nil)
	p := startServe(t, configuration{carrier: c.addr, store: "  min_free_bytes: 100MiB"}.write(t, dir))
	p.await(p.send("+4915112345601", "login"), "delivered")
	filler := fill(t, dir, 90<<20)
	p.wait("the store to see it", func() bool { status, _ := p.readyz(); return status == 503 })
	if _, text := p.readyz(); !strings.Contains(text, "DOWN store: ") || !strings.Contains(text, "watermark") {
		t.Errorf("/readyz says\n%s", text)
	}
	a := p.call("POST", otpPath, object{"to": "+4915112345602"})
	wantProblem(t, a, 503, "overloaded", "")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	must(t, os.Remove(filler))
	p.wait("the store to see the room", func() bool { status, _ := p.readyz(); return status == 200 })
	p.await(p.send("+4915112345603", "login"), "delivered")
	if n := len(c.sightings("+4915112345602")); n != 0 {
		t.Errorf("the refused send reached the carrier %d times", n)
	}
}

// A sync that fails ends the process with a clear line. Once there is room, a
// restart finds everything that was accepted.
func TestDiskRunsFull(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "64m")
	addr := deadAddr(t) // so that all that is accepted is still to be sent
	file := configuration{carrier: addr, store: "  min_free_bytes: 0", rest: "policy: observe"}.write(t, dir)
	p := startServe(t, file)
	var number atomic.Int64
	l := startLoad(p, 8, &number)
	p.wait("a load", func() bool { return l.answered() > 50 })
	filler := fill(t, dir, 256<<10)
	if code := p.code(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	for _, words := range []string{"the store failed", "no space left on device", "restart to recover"} {
		if !strings.Contains(p.out.String(), words) {
			t.Errorf("the last words lack %q", words)
		}
	}
	accepted, lost := l.end(t, 503)
	t.Logf("%d messages were accepted before the disk was full, %d got no answer", len(accepted), len(lost))
	must(t, os.Remove(filler))
	c := listenCarrier(t, addr, nil)
	p = startServe(t, file)
	if n := p.allEnd(accepted); n != len(accepted) {
		t.Errorf("%d of %d accepted messages were delivered", n, len(accepted))
	}
	for _, s := range accepted {
		if n := len(c.sightings(s.to)); n != 1 {
			t.Errorf("%s: %d times at the carrier", s.id, n)
		}
	}
}
