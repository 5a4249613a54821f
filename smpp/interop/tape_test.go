package interop

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
)

// tape records what passes over connections, in order, for the oracle.
type tape struct {
	mu     sync.Mutex
	conns  int
	chunks []chunk
}

// chunk is what one Read or Write moved.
type chunk struct {
	conn int
	sent bool // by us
	data []byte
}

// wrap records c.
func (t *tape) wrap(c net.Conn) net.Conn {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns++
	return &taped{Conn: c, tape: t, index: t.conns - 1}
}

func (t *tape) add(conn int, sent bool, data []byte) {
	if len(data) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.chunks = append(t.chunks, chunk{conn, sent, slices.Clone(data)})
}

// recorded returns what there is so far.
func (t *tape) recorded() []chunk {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.chunks)
}

// dial is a carrier's Dial.
func (t *tape) dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return t.wrap(c), nil
}

// listen returns a loopback listener whose connections are recorded.
func (t *tape) listen(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	return tapedListener{l, t}
}

type tapedListener struct {
	net.Listener
	tape *tape
}

func (l tapedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.tape.wrap(c), nil
}

// taped is a connection that is recorded.
type taped struct {
	net.Conn
	tape  *tape
	index int
}

func (c *taped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.tape.add(c.index, false, b[:n])
	return n, err
}

// Write records first: the answer must not come before it on the tape.
func (c *taped) Write(b []byte) (int, error) {
	c.tape.add(c.index, true, b)
	return c.Conn.Write(b)
}
