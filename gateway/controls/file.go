package controls

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Files of the data directory.
const (
	listsFile  = "lists.sealed"
	rangesFile = "ranges.sealed"
	spendFile  = "spend.sealed"
)

// read opens one of the files; one that is not there leaves v as it is.
func (c *Config) read(name string, v any) error {
	if c.Dir == "" {
		return nil
	}
	path := filepath.Join(c.Dir, name)
	sealed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	plain, err := c.Sealer.Open(nil, sealed, []byte(name))
	if err == nil {
		err = json.Unmarshal(plain, v)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be opened; restore it or its keys, or move it away and lose what it holds: %w", path, err)
	}
	return nil
}

// write replaces one of the files at once: a crash leaves the old or the new.
func (c *Config) write(name string, v any) error {
	if c.Dir == "" {
		return nil
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.Dir, "."+name+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(c.Sealer.Seal(nil, plain, []byte(name)))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.Dir, name))
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncDir(c.Dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (c *Controls) read(name string, v any) error  { return c.cfg.read(name, v) }
func (c *Controls) write(name string, v any) error { return c.cfg.write(name, v) }
