package config

import (
	"path/filepath"
	"strings"
	"time"
)

// Record is where traffic is recorded for replay. Without a directory nothing
// is.
type Record struct {
	Dir       string        `yaml:"dir"`
	KeyFile   string        `yaml:"key_file"`  // missing: record.key beside the directory
	MaxBytes  Bytes         `yaml:"max_bytes"` // of one file
	MaxAge    time.Duration `yaml:"max_age"`   // of one file
	Keep      time.Duration `yaml:"keep"`
	KeepBytes Bytes         `yaml:"keep_bytes"` // of all files
}

func (d *decoder) record(c *Config) {
	r := &c.Record
	if r.Dir == "" {
		return
	}
	if r.KeyFile == "" {
		r.KeyFile = filepath.Join(filepath.Dir(strings.TrimRight(r.Dir, string(filepath.Separator))), "record.key")
	}
	if strings.HasPrefix(filepath.Clean(r.KeyFile), filepath.Clean(r.Dir)+string(filepath.Separator)) {
		c.Warnings = append(c.Warnings, "record.key_file: the key is among the files that it seals; whoever copies them has both")
	}
	between(d, "record.max_bytes", r.MaxBytes, 64<<10, 16<<30)
	between(d, "record.max_age", r.MaxAge, time.Minute, 7*24*time.Hour)
	between(d, "record.keep", r.Keep, time.Hour, 10*365*24*time.Hour)
	between(d, "record.keep_bytes", r.KeepBytes, 1<<20, 1<<50)
}
