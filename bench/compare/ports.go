package compare

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"strconv"
	"time"

	"tollgate/bench/proc"
)

// secret is made for one run.
func secret() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// freePorts are ports of loopback that nobody listens on just now.
func freePorts(n int) (ports []int, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() // all are held until the last is found: none comes twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func listens(port int) bool {
	nc, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), time.Second)
	if err == nil {
		_ = nc.Close()
	}
	return err == nil
}

// until waits for something that a child does once it has started.
func until(ctx context.Context, what string, c *proc.Child, f func() bool) error {
	for end := time.Now().Add(15 * time.Second); ctx.Err() == nil && time.Now().Before(end) && !c.Ended(); time.Sleep(20 * time.Millisecond) {
		if f() {
			return nil
		}
	}
	return fmt.Errorf("waited in vain until %s; it said:\n%s", what, c.Said())
}
