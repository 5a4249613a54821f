package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// fileNote stands in every key file that Load makes.
const fileNote = "Keep this file apart from the data: whoever has both can read everything. Without it the data cannot be read."

// ringFile is the key file: JSON, mode 0600.
type ringFile struct {
	Note string    `json:"note,omitempty"`
	Keys []fileKey `json:"keys"` // the highest id is the newest
}

type fileKey struct {
	ID     uint32 `json:"id"`
	Secret []byte `json:"secret"` // 32 octets in base64
}

// Load reads the key file at path. When there is none and create is set it
// makes one of a single fresh key, mode 0600, that is on disk when Load
// returns; the caller sets create only where no data exists yet, because keys of
// its own would hide that the right ones are lost. Without it a missing file is
// an error that wraps fs.ErrNotExist, and nothing is made. A file that others
// may read is refused.
func Load(path string, create bool) (*Ring, error) {
	ks, err := read(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		if err := makeFile(path); err != nil {
			return nil, err
		}
		ks, err = read(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("keys: there is no key file %s: restore it from a copy, the data cannot be read without it: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	return newRing(path, ks)
}

func read(path string) ([]*key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("keys: reading the key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("keys: reading the key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("keys: %s is open to other users (mode %04o): chmod 600 it", path, info.Mode().Perm())
	}
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("keys: reading %s: %w", path, err)
	}
	ks, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("keys: %s: %w; restore it from a copy, the data cannot be read without it", path, err)
	}
	return ks, nil
}

// parse reads a key file. Its errors quote nothing of the file.
func parse(data []byte) ([]*key, error) {
	var file ringFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, errors.New("not a key file")
	}
	if len(file.Keys) == 0 {
		return nil, errors.New("holds no key")
	}
	seen := make(map[uint32]bool)
	ks := make([]*key, 0, len(file.Keys))
	for i, fk := range file.Keys {
		if fk.ID == 0 || seen[fk.ID] {
			return nil, fmt.Errorf("key %d of the file has an id that is 0 or not its own", i+1)
		}
		if len(fk.Secret) != secretSize {
			return nil, fmt.Errorf("the secret of key id %d has %d octets, want %d", fk.ID, len(fk.Secret), secretSize)
		}
		seen[fk.ID] = true
		k, err := newKey(fk.ID, fk.Secret)
		if err != nil {
			return nil, err
		}
		ks = append(ks, k)
	}
	return ks, nil
}

// makeFile writes a key file of one fresh key, unless another process makes
// one at the same moment: then that one stands.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keys: making the key file's folder: %w", err)
	}
	k, err := freshKey(1)
	if err != nil {
		return err
	}
	temp, err := writeTemp(path, []*key{k})
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keys: making the key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// save replaces the key file at once: a crash leaves the old or the new one.
func save(path string, ks []*key) error {
	temp, err := writeTemp(path, ks)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return fmt.Errorf("keys: replacing the key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// writeTemp writes the file's new contents beside it, synced. CreateTemp
// makes it 0600.
func writeTemp(path string, ks []*key) (name string, err error) {
	file := ringFile{Note: fileNote}
	for _, k := range ks {
		file.Keys = append(file.Keys, fileKey{ID: k.id, Secret: k.secret})
	}
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return "", fmt.Errorf("keys: encoding the key file: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return "", fmt.Errorf("keys: writing the key file: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("keys: writing the key file: %w", err)
	}
	return f.Name(), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err == nil {
		err = errors.Join(d.Sync(), d.Close())
	}
	if err != nil {
		return fmt.Errorf("keys: syncing the key file's folder: %w", err)
	}
	return nil
}
