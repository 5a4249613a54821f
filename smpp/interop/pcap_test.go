package interop

import (
	"encoding/binary"
)

// Numbers of the capture file: what tshark needs to see a TCP stream, no more.
const (
	ourPort    = 2775  // of our end of every connection
	peerPort   = 20000 // of the peer's end of the first one; the next has one more
	linkRawIP  = 101   // LINKTYPE_RAW
	segmentMax = 60000 // octets of one TCP segment, within an IPv4 packet's 65535
)

// pcap writes the chunks as a capture file in which each connection is a TCP stream
// without its handshake. The n-th chunk was captured in second n.
func pcap(chunks []chunk) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xA1B2C3D4)
	b = binary.LittleEndian.AppendUint32(b, 2|4<<16) // version 2.4
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 1<<16)
	b = binary.LittleEndian.AppendUint32(b, linkRawIP)
	type direction struct {
		conn int
		sent bool
	}
	next := map[direction]uint32{} // sequence numbers
	second := uint32(0)
	for _, c := range chunks {
		for data := c.data; len(data) > 0; second++ {
			n := min(len(data), segmentMax)
			d := direction{c.conn, c.sent}
			packet := ipv4(tcp(c, 1+next[d], 1+next[direction{c.conn, !c.sent}], data[:n]))
			next[d] += uint32(n)
			data = data[n:]
			for _, v := range [...]uint32{second, 0, uint32(len(packet)), uint32(len(packet))} {
				b = binary.LittleEndian.AppendUint32(b, v)
			}
			b = append(b, packet...)
		}
	}
	return b
}

// tcp is one segment (RFC 9293 §3.1), its checksum left out.
func tcp(c chunk, seq, ack uint32, data []byte) []byte {
	from, to := uint16(ourPort), uint16(peerPort+c.conn)
	if !c.sent {
		from, to = to, from
	}
	b := binary.BigEndian.AppendUint16(nil, from)
	b = binary.BigEndian.AppendUint16(b, to)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, ack)
	const headerWords, ackAndPush = 5, 0x18
	b = append(b, headerWords<<4, ackAndPush, 0xFF, 0xFF, 0, 0, 0, 0)
	return append(b, data...)
}

// ipv4 is one packet (RFC 791 §3.1) from loopback to loopback, its checksum left
// out.
func ipv4(payload []byte) []byte {
	const header, ttl, protocolTCP = 20, 64, 6
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(header+len(payload)))
	b = append(b, 0, 0, 0, 0, ttl, protocolTCP, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1)
	return append(b, payload...)
}
