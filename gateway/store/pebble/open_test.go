package pebblestore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/store"
	"tollgate/gateway/store/storetest"
)

// TestLocked holds the directory in this process, then in another one.
func TestLocked(t *testing.T) {
	cfg := config(t)
	cfg.FS, cfg.Dir = nil, t.TempDir()
	if dir := os.Getenv("STORE_TEST_DIR"); dir != "" { // the other process
		cfg.Dir = dir
		_, err := Open(cfg)
		fmt.Println(err, errors.Is(err, store.ErrLocked))
		return
	}
	s := mustOpen(t, cfg)
	if _, err := Open(cfg); !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), cfg.Dir) {
		t.Errorf("a second Open = %v, want ErrLocked and the directory", err)
	}
	other := exec.Command(os.Args[0], "-test.run", "^TestLocked$", "-test.v")
	other.Env = append(os.Environ(), "STORE_TEST_DIR="+cfg.Dir)
	if out, err := other.CombinedOutput(); err != nil || !bytes.Contains(out, []byte(cfg.Dir+": stop that process, or use another directory true")) {
		t.Errorf("another process: %v\n%s", err, out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := mustOpen(t, cfg).Close(); err != nil {
		t.Errorf("opening again: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	if _, err := Open(Config{}); err == nil {
		t.Error("Open without a directory passed")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := config(t)
	cfg.FS, cfg.Dir = vfs.Default, file
	if _, err := Open(cfg); err == nil || errors.Is(err, store.ErrLocked) {
		t.Errorf("Open on a file = %v", err)
	}
}

// TestOtherKeys opens data with keys that it was not made with.
func TestOtherKeys(t *testing.T) {
	cfg := config(t)
	if err := mustOpen(t, cfg).Close(); err != nil {
		t.Fatal(err)
	}
	own := cfg.Sealer
	cfg.Sealer = newRing(t)
	if _, err := Open(cfg); err == nil || !strings.Contains(err.Error(), "key file") {
		t.Errorf("Open with other keys = %v, want a word on the key file", err)
	}
	cfg.Sealer = own
	if err := mustOpen(t, cfg).Close(); err != nil {
		t.Errorf("Open with its own keys: %v", err)
	}
}

// TestNothingInClear looks for what must be hidden in every file.
func TestNothingInClear(t *testing.T) {
	cfg := config(t)
	cfg.FS, cfg.Dir = vfs.Default, t.TempDir()
	s := mustOpen(t, cfg)
	tx := accept(1)
	tx.Messages[0].Metadata = map[string]string{"meta-key": "meta-value"}
	tx.Identities = []*store.Identity{{Source: "network", To: tx.Messages[0].To, Rev: 1}}
	tx.Reviews = []*store.Review{{ID: tx.Messages[0].ID, Rev: 1, Tenant: "acme", To: tx.Messages[0].To, Note: "review-note", OpenedAt: began}}
	tx.Answers = []*store.Answer{{Tenant: "acme", Key: "idempotency-key", Response: []byte("response-body"), At: began}}
	if err := s.Commit(ctx, tx); err != nil {
		t.Fatal(err)
	}
	hidden := []string{
		tx.Messages[0].To.Digits(), "your ACME code", "123456", "account-1234", "meta-value", "review-note", "idempotency-key", "response-body", "acme", "NUMBER_NEW",
	}
	search(t, cfg.Dir, hidden)
	if err := s.db.Flush(); err != nil { // now as tables
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := search(t, cfg.Dir, hidden); n < 3 {
		t.Errorf("searched %d files, want more", n)
	}
}

func search(t *testing.T, dir string, hidden []string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, h := range hidden {
			if bytes.Contains(data, []byte(h)) {
				t.Errorf("%s holds %q in clear", filepath.Base(path), h)
			}
		}
		files++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFull(t *testing.T) {
	mem := vfs.NewMem()
	cfg := config(t)
	cfg.FS = mem
	s := mustOpen(t, cfg)
	defer s.Close()
	set := func(free uint64) error {
		mem.TestingSetDiskUsage(vfs.DiskUsage{AvailBytes: free, TotalBytes: 1 << 40})
		s.disk.check(s.cfg)
		return s.Full()
	}
	for _, c := range []struct {
		free uint64
		want error
	}{{1 << 30, nil}, {256<<20 - 1, store.ErrFull}, {0, store.ErrFull}, {256 << 20, nil}} {
		if err := set(c.free); !errors.Is(err, c.want) {
			t.Errorf("Full with %d octets free = %v, want %v", c.free, err, c.want)
		}
	}
	set(0) // what was begun may still be written
	if err := s.Commit(ctx, storetest.Send(began, 1, time.Minute)); err != nil {
		t.Errorf("Commit below the watermark: %v", err)
	}
	s.cfg.MinFree = -1
	s.disk.full.Store(false)
	if err := set(0); err != nil {
		t.Errorf("Full without a watermark = %v", err)
	}
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	cfg := config(t)
	cfg.Registerer = reg
	for range 2 { // a closed store gives its names back
		s := mustOpen(t, cfg)
		if err := s.Commit(ctx, storetest.Send(began, int(time.Now().UnixNano()%1e6), time.Minute)); err != nil {
			t.Fatal(err)
		}
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[string]bool)
		for _, f := range families {
			found[f.GetName()] = true
			if h := f.GetMetric()[0].GetHistogram(); h != nil && (h.GetSampleCount() != 1 || h.Schema == nil || len(h.Bucket) == 0) {
				t.Errorf("%s: %v, want one sample, classic and native", f.GetName(), h)
			}
		}
		for _, name := range []string{
			"tollgate_commit_duration_seconds", "tollgate_commit_group_size", "tollgate_commit_bytes_total", "tollgate_store_bytes", "tollgate_store_failed",
		} {
			if !found[name] {
				t.Errorf("%s is missing", name)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
