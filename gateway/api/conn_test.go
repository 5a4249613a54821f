package api

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// counted counts how often its deadlines are set, and reads at once.
type counted struct {
	net.Conn
	reads, writes int
	last          time.Time
}

func (c *counted) SetReadDeadline(t time.Time) error  { c.reads, c.last = c.reads+1, t; return nil }
func (c *counted) SetWriteDeadline(t time.Time) error { c.writes++; return nil }
func (c *counted) Read(p []byte) (int, error)         { return len(p), nil }
func (c *counted) Write(p []byte) (int, error)        { return len(p), nil }

func TestLazyDeadlines(t *testing.T) {
	inner := &counted{}
	c := &lazyConn{Conn: inner, slack: time.Second}
	now := time.Unix(1_800_000_000, 0)
	read := func(deadline time.Time) {
		t.Helper()
		_ = c.SetReadDeadline(deadline)
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 { // a request every 5 ms, whole
		at := now.Add(time.Duration(i) * 5 * time.Millisecond)
		read(at.Add(75 * time.Second))
		_ = c.SetReadDeadline(at.Add(10 * time.Second))
		_ = c.SetWriteDeadline(at.Add(10 * time.Second))
		_, _ = c.Write(nil)
	}
	if inner.reads != 1 || inner.writes != 1 {
		t.Errorf("the deadlines were set %d and %d times, once each would do", inner.reads, inner.writes)
	}
	for _, want := range []time.Time{now.Add(10 * time.Second), now.Add(11*time.Second + 1), {}, now} {
		read(want)
		if !inner.last.Equal(want) {
			t.Errorf("the deadline is %v, want %v", inner.last, want)
		}
	}
	if read(now.Add(time.Second)); !inner.last.Equal(now) {
		t.Error("a deadline within the slack was set")
	}
}

// A deadline that was asked for ends a read, whatever stood before it.
func TestLazyDeadlineEnds(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	peer, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	c, err := lazyListener{ln, time.Second}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = peer.Write([]byte("x"))
	_ = c.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := c.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read: %v, want a time-out", err)
	}
	if _, lazy := exact(c).(*lazyConn); lazy {
		t.Error("no exact connection")
	}
}
