package smsc

import (
	"encoding/binary"
	"io"
	"log/slog"
	"sync"
	"time"
)

// The classic pcap file: a header, then packets with a header each, all in the
// byte order of the magic number (draft-ietf-opsawg-pcap).
const (
	pcapMagic   = 0xA1B2C3D4 // times in microseconds
	pcapLinkRaw = 101        // LINKTYPE_RAW: a packet starts with its IP header
	pcapSnap    = 1 << 18    // above the largest packet: nothing is cut
	pcapHead    = 16         // octets before each packet
)

// capture writes what the connections carry as a pcap file. Its packets are made
// up from the octets that were read and written: what is below SMPP (handshake,
// sequence numbers, checksums) is well-formed but not what was on the wire. A
// connection with TLS shows the PDUs inside it.
type capture struct {
	mu     sync.Mutex
	w      io.Writer
	log    *slog.Logger
	buf    []byte
	last   time.Time // of the packet before: time does not go back
	failed bool
}

func newCapture(w io.Writer, log *slog.Logger) *capture {
	k := &capture{w: w, log: log}
	h := binary.LittleEndian.AppendUint32(nil, pcapMagic)
	h = binary.LittleEndian.AppendUint16(h, 2) // version 2.4
	h = binary.LittleEndian.AppendUint16(h, 4)
	h = append(h, make([]byte, 8)...) // zone and accuracy, always 0
	h = binary.LittleEndian.AppendUint32(h, pcapSnap)
	k.buf = binary.LittleEndian.AppendUint32(h, pcapLinkRaw)
	k.put()
	return k
}

// begin leaves room for the header of the next packet, with k.mu held.
func (k *capture) begin() { k.buf = append(k.buf[:0], make([]byte, pcapHead)...) }

// end fills that header in and writes the packet, in one Write, with k.mu held.
func (k *capture) end() {
	at := time.Now()
	if at.Before(k.last) {
		at = k.last
	}
	k.last = at
	n := uint32(len(k.buf) - pcapHead)
	binary.LittleEndian.PutUint32(k.buf, uint32(at.Unix()))
	binary.LittleEndian.PutUint32(k.buf[4:], uint32(at.Nanosecond()/1000))
	binary.LittleEndian.PutUint32(k.buf[8:], n)
	binary.LittleEndian.PutUint32(k.buf[12:], n)
	k.put()
}

func (k *capture) put() {
	if k.failed {
		return
	}
	if _, err := k.w.Write(k.buf); err != nil {
		k.failed = true
		k.log.Error("smsc: the capture ends here: it cannot be written", "err", err)
	}
}
