package smsc

import (
	"io"
	"time"
)

// slowReader reads a connection at a bounded rate, so that the peer's socket
// buffers fill up.
type slowReader struct {
	c         *conn
	perSecond int
}

// slowTick is how often a slow reader takes its octets.
const slowTick = 100 * time.Millisecond

func (r *slowReader) Read(b []byte) (int, error) {
	timer := time.NewTimer(slowTick)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.c.gone:
		return 0, io.EOF
	}
	n := max(1, int(int64(r.perSecond)*int64(slowTick)/int64(time.Second)))
	return r.c.net.Read(b[:min(len(b), n)])
}
