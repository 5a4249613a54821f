package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestRecordsAreMadeForTheirOwnerAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "smsc.jsonl")
	failure := errors.New("the run failed")
	err := withFiles([]string{name, ""}, func(files []io.Writer) error {
		if files[0] == nil || files[1] != nil {
			t.Fatalf("files %v; want the first only", files)
		}
		_, _ = io.WriteString(files[0], "line\n")
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want that of the run", err)
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != 5 {
		t.Errorf("%v, %v", info, err)
	}
	var usage usageError
	err = withFiles([]string{name, filepath.Join(name, "below a file")}, func([]io.Writer) error {
		t.Error("runs without its record")
		return nil
	})
	if !errors.As(err, &usage) {
		t.Errorf("error %v, want one of usage", err)
	}
}
