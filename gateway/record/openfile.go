package record

import (
	"fmt"
	"io"
	"os"
)

// OpenFile opens JSON Lines as they are, and a sealed recording by its key: for
// whoever replays either. key may be nil where nothing is sealed.
func OpenFile(path string, key *Key) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	start := make([]byte, len(magic))
	n, _ := io.ReadFull(f, start) // a shorter file is not sealed
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	switch {
	case !IsSealed(start[:n]):
		return f, nil
	case key == nil:
		f.Close()
		return nil, fmt.Errorf("record: %s is sealed: name the key of the recording", path)
	}
	return struct {
		io.Reader
		io.Closer
	}{Open(f, key), f}, nil
}
