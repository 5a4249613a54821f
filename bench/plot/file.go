package plot

import (
	"errors"
	"fmt"
	"os"
)

// File is where a page goes. It is opened before what the page shows is measured:
// a name that cannot be written must not show after hours. Nil is no file.
type File struct{ f *os.File }

// Open opens the file of a page; what it holds stays until the page is written.
// There is none without a name.
func Open(name string) (*File, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("write the page: %w", err)
	}
	return &File{f}, nil
}

// Write writes the page, which is made only where there is a file.
func (o *File) Write(page func() *Page) error {
	if o == nil {
		return nil
	}
	if info, err := o.f.Stat(); err == nil && info.Mode().IsRegular() {
		if err := o.f.Truncate(0); err != nil {
			return fmt.Errorf("write the page: %w", err)
		}
	}
	page().Write(o.f)
	err := o.f.Close()
	o.f = nil
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// Close gives up a file that was not written; an empty one goes.
func (o *File) Close() error {
	if o == nil || o.f == nil {
		return nil
	}
	info, err := o.f.Stat()
	err = errors.Join(err, o.f.Close())
	if err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		err = os.Remove(o.f.Name())
	}
	return err
}
