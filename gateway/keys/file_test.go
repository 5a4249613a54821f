package keys

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func load(t *testing.T, path string, create bool) *Ring {
	t.Helper()
	r, err := Load(path, create)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "keys.json")
	if _, err := Load(path, false); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "restore it") {
		t.Errorf("Load of no file = %v, want ErrNotExist and what to do", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load without create made the folder: %v", err)
	}
	r := load(t, path, true)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v, %v, want 0600", info.Mode(), err)
	}
	sealed := r.Seal(nil, []byte("text"), nil)
	hash := r.Hash("imsi", "262011234567890")
	rotate(t, r)
	for _, again := range []*Ring{load(t, path, false), load(t, path, true)} {
		if got, err := again.Open(nil, sealed, nil); err != nil || string(got) != "text" {
			t.Errorf("after a reload: Open = %q, %v", got, err)
		}
		if !again.Matches(hash, "imsi", "262011234567890") || again.CheckValue() != r.CheckValue() || again.Newest() != 2 {
			t.Error("the reloaded ring is another one")
		}
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*")); len(left) != 1 || len(hidden) != 0 {
		t.Errorf("left behind: %v %v", left, hidden)
	}
}

// TestLoadTogether has two processes start for the first time at once.
func TestLoadTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	checks := make([][16]byte, 8)
	var wg sync.WaitGroup
	for i := range checks {
		wg.Go(func() {
			if r, err := Load(path, true); err != nil {
				t.Error(err)
			} else {
				checks[i] = r.CheckValue()
			}
		})
	}
	wg.Wait()
	for _, c := range checks {
		if c != checks[0] {
			t.Fatal("two first starts made two rings")
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	for name, c := range map[string]struct {
		data string
		mode fs.FileMode
		want string
	}{
		"open to others": {`{"keys":[{"id":1,"secret":"` + secret + `"}]}`, 0o640, "chmod 600"},
		"empty":          {``, 0o600, "not a key file"},
		"no keys":        {`{"keys":[]}`, 0o600, "holds no key"},
		"unknown field":  {`{"keyz":[]}`, 0o600, "not a key file"},
		"short secret":   {`{"keys":[{"id":1,"secret":"AAEC"}]}`, 0o600, "has 3 octets"},
		"id 0":           {`{"keys":[{"id":0,"secret":"` + secret + `"}]}`, 0o600, "id that is 0"},
		"id twice":       {`{"keys":[{"id":1,"secret":"` + secret + `"},{"id":1,"secret":"` + secret + `"}]}`, 0o600, "not its own"},
	} {
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(path, []byte(c.data), c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path, true)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error quotes a secret: %v", name, err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, []byte(c.data)) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

func TestRotateThatCannotSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	r := load(t, filepath.Join(dir, "keys.json"), true)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Rotate(); err == nil || r.Newest() != 1 {
		t.Errorf("Rotate without a folder = %v, newest %d; want an error and the former key", err, r.Newest())
	}
}
