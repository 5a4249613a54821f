package api

import (
	"io"
	"net"
	"time"
)

// A connection that is closed while the client still sends is reset, and the
// client never reads its 413. So the rest of a body that is refused by its
// size is read and thrown away first, within bounds.
const (
	lingerOctets = 1 << 20
	lingerTotal  = time.Second
	lingerIdle   = 50 * time.Millisecond
)

// linger reads what a client still has to send of a body of length octets
// (negative when it is not told). Some of it was read before, so the end shows
// only by the client's falling silent.
func linger(c net.Conn, length int) {
	buf := make([]byte, 16<<10)
	end := time.Now().Add(lingerTotal)
	for read := 0; read < lingerOctets && (length < 0 || read < length); {
		wait := time.Now().Add(lingerIdle)
		if wait.After(end) || c.SetReadDeadline(wait) != nil {
			return
		}
		n, err := io.ReadAtLeast(c, buf, 1)
		read += n
		if err != nil {
			return
		}
	}
}
