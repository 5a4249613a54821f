package record

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Names of files sort by when they were begun.
const (
	nameStart = "traffic-"
	nameEnd   = ".tgrec"
	nameTime  = "20060102T150405Z"
)

// file is the one being written.
type file struct {
	f     *os.File
	seal  *sealer
	since time.Time
	size  int64
	lines bool // it has some
}

// begin makes the next file, and erases those that are kept no longer.
func (r *Recorder) begin(now time.Time) error {
	if err := os.MkdirAll(r.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	r.expire(now)
	var id [3]byte
	rand.Read(id[:])
	name := fmt.Sprintf("%s%s-%x%s", nameStart, now.UTC().Format(nameTime), id, nameEnd)
	f, err := os.OpenFile(filepath.Join(r.cfg.Dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	s, err := newSealer(f, r.cfg.Key)
	if err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	r.file = &file{f: f, seal: s, since: now, size: headerSize}
	return nil
}

func (f *file) write(p []byte) error {
	f.size += int64(len(p))
	f.lines = true
	return f.seal.write(p)
}

// close ends the file; one without lines is erased.
func (f *file) close(whole bool) error {
	if !f.lines {
		return errors.Join(f.f.Close(), os.Remove(f.f.Name()))
	}
	var err error
	if whole {
		err = errors.Join(f.seal.end(), f.f.Sync())
	}
	return errors.Join(err, f.f.Close())
}

// Files lists the recordings of a directory in the order of their time.
func Files(dir string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, nameStart+"*"+nameEnd))
	slices.Sort(found)
	return found, err
}

// expire erases what is older, or more, than is kept; the newest first stay.
func (r *Recorder) expire(now time.Time) {
	files, err := Files(r.cfg.Dir)
	if err != nil {
		return
	}
	total := int64(0)
	for _, path := range slices.Backward(files) {
		st, err := os.Stat(path)
		if err != nil {
			continue
		}
		total += st.Size()
		text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), nameStart), "-")
		begun, err := time.Parse(nameTime, text)
		if total <= r.cfg.KeepBytes && (err != nil || now.Sub(begun) <= r.cfg.Keep+r.cfg.MaxAge) {
			continue
		}
		if err := os.Remove(path); err != nil {
			r.cfg.Log.Error("erasing an old recording", "error", err)
		}
	}
}
