package replay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line, in octets.
const maxLine = 1 << 20

// LineError is a line that is no event. What is wrong names no value of it.
type LineError struct {
	Line int64
	Cut  bool // it is the last line, and ends before its newline
	Err  error
}

func (e *LineError) Error() string {
	if e.Cut {
		return fmt.Sprintf("line %d: the file ends in the middle of it: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d: %v", e.Line, e.Err)
}

func (e *LineError) Unwrap() error { return e.Err }

// Reader reads events. It keeps one line in memory, or those of a batch.
type Reader struct {
	in   *bufio.Reader
	long []byte // a line that is longer than in's buffer
	dec  decoder
	line int64
	end  bool
	keep *batch // nil: an event borrows from the line until the next is read
}

// NewReader reads events from r.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 1<<18)}
}

// Ignored is how many optional fields had a value of no use, and count as not
// told.
func (r *Reader) Ignored() int64 { return r.dec.ignored }

var (
	errLong = fmt.Errorf("it is longer than %d octets", maxLine)
	bom     = []byte("\xef\xbb\xbf")
)

// Next reads the next event. The error is io.EOF at the end, a *LineError for a
// line that is no event, after which the next can be read, or what the source
// failed with. Empty lines are passed.
func (r *Reader) Next(e *Event) error {
	for !r.end {
		line, err := r.nextLine()
		if err != nil && !errors.Is(err, errLong) && !errors.Is(err, io.EOF) {
			e.Line = r.line + 1
			return err
		}
		r.end = errors.Is(err, io.EOF)
		if len(line) == 0 && r.end {
			break
		}
		r.line++
		if errors.Is(err, errLong) {
			return &LineError{Line: r.line, Err: err}
		}
		if r.line == 1 {
			line = bytes.TrimPrefix(line, bom)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if r.keep != nil {
			line = r.keep.kept(line)
		} else {
			r.dec.scratch = r.dec.scratch[:0]
		}
		err = r.dec.decode(line, e)
		e.Line = r.line
		if err != nil {
			return &LineError{Line: r.line, Cut: r.end && errors.Is(err, errCut), Err: err}
		}
		return nil
	}
	return io.EOF
}

// nextLine reads up to a newline, or the end with io.EOF. Of a line that is too
// long it returns errLong, with the rest of the line passed.
func (r *Reader) nextLine() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	r.long = append(r.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.in.ReadSlice('\n')
		if len(r.long) <= maxLine {
			r.long = append(r.long, line...)
		}
	}
	if len(r.long) > maxLine && (err == nil || errors.Is(err, io.EOF)) {
		return nil, errLong
	}
	return r.long, err
}
