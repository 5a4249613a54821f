package interop

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"testing"
)

// said is one line of a peer that tells what it does in JSON.
type said map[string]any

// text is a value as it prints; numbers are whole.
func (s said) text(key string) string {
	switch v := s[key].(type) {
	case nil:
		return ""
	case float64:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprint(v)
	}
}

// has tells whether every pair of key and value is there.
func (s said) has(pairs ...string) bool {
	for i := 0; i < len(pairs); i += 2 {
		if s.text(pairs[i]) != pairs[i+1] {
			return false
		}
	}
	return true
}

// talker is a scripted peer: it tells in lines of JSON what it reads, and does what
// it is told in words.
type talker struct {
	*process
	words io.Writer
	port  string

	mu    sync.Mutex
	lines []said
}

// startTalker runs a script that prints its port first.
func startTalker(t *testing.T, cmd *exec.Cmd) *talker {
	t.Helper()
	words, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	p := &talker{words: words}
	go p.read(r)
	t.Cleanup(func() { w.Close() })
	p.process = start(t, cmd, w)
	p.port = p.wait(t, "its port", func(s said) bool { return s["port"] != nil }).text("port")
	return p
}

func (p *talker) read(r *io.PipeReader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var s said
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			s = said{"error": err.Error(), "line": lines.Text()}
		}
		p.mu.Lock()
		p.lines = append(p.lines, s)
		p.mu.Unlock()
	}
	r.CloseWithError(lines.Err())
}

// tell gives the peer a word to do.
func (p *talker) tell(t *testing.T, word string) {
	t.Helper()
	if _, err := io.WriteString(p.words, word+"\n"); err != nil {
		t.Fatalf("tell %s to %s: %v", p.name, word, err)
	}
}

// wait returns the oldest line that fits, which is then forgotten.
func (p *talker) wait(t *testing.T, what string, fits func(said) bool) (found said) {
	t.Helper()
	eventually(t, p.name+" tells "+what, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		i := slices.IndexFunc(p.lines, fits)
		if i >= 0 {
			found = p.lines[i]
			p.lines = slices.Delete(p.lines, i, i+1)
		}
		return i >= 0
	})
	return found
}

// expect is wait for a line with all the pairs of key and value.
func (p *talker) expect(t *testing.T, pairs ...string) said {
	t.Helper()
	return p.wait(t, fmt.Sprintf("%q", pairs), func(s said) bool { return s.has(pairs...) })
}

// complaints returns what the script could not do or read.
func (p *talker) complaints() (errs []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.lines {
		if s["error"] != nil {
			errs = append(errs, fmt.Sprint(s))
		}
	}
	return errs
}
