package smsc

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is a buffer that a test reads while it is written.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out shared
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, "127.0.0.1:0", nil, &out) }()
	var addr string
	for deadline := time.Now().Add(5 * time.Second); addr == ""; time.Sleep(time.Millisecond) {
		if line, _, ok := strings.Cut(out.String(), "\n"); ok {
			addr = strings.TrimPrefix(line, "ready smsc=")
		} else if time.Now().After(deadline) {
			t.Fatal("it does not say that it is ready")
		}
	}
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "submits=0") {
		t.Errorf("no totals at the end: %q", out.String())
	}
	if err := Run(t.Context(), "127.0.0.1:-1", nil, &out); err == nil {
		t.Error("listens on an impossible port")
	}
}

// Receipts that were given up are in the totals, and only then.
func TestTotalsTellOfDroppedReceipts(t *testing.T) {
	if line := (Stats{ReceiptsDropped: 7}).line(Stats{}, time.Second); !strings.HasSuffix(line, " receipts_dropped=7") {
		t.Error(line)
	}
	if line := (Stats{}).line(Stats{}, time.Second); strings.Contains(line, "dropped") {
		t.Error(line)
	}
}

func TestCloseIsFinal(t *testing.T) {
	s := New(nil, Options{})
	s.Close()
	s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); err != ErrClosed {
		t.Errorf("Serve after Close = %v", err)
	}
}
