package smsc

import (
	"encoding/binary"
	"net"
	"net/netip"
)

// Directions of a flow.
const (
	fromESME = iota
	fromSMSC
)

// Flags of a TCP header (RFC 9293 §3.1).
const (
	tcpFIN = 0x01
	tcpSYN = 0x02
	tcpPSH = 0x08
	tcpACK = 0x10
)

// segmentMax is the most octets of one packet: an IPv4 packet has 65535 at most,
// 40 of them headers.
const segmentMax = 65535 - 40

// flow is one connection in a capture. Its fields are guarded by k.mu.
type flow struct {
	k     *capture
	ends  [2]netip.AddrPort // by direction: who sends
	seq   [2]uint32         // of the next octet
	ended [2]bool
}

// open begins a connection with a handshake; from is who connected.
func (k *capture) open(nc net.Conn, id uint64, from int) *flow {
	f := &flow{k: k}
	f.ends[fromESME] = endpoint(nc.RemoteAddr(), netip.AddrFrom4([4]byte{192, 0, 2, 1}), uint16(49152+id%16384))
	f.ends[fromSMSC] = endpoint(nc.LocalAddr(), netip.AddrFrom4([4]byte{192, 0, 2, 2}), 2775)
	// Far apart, so that a port that is used again begins a new connection.
	f.seq = [2]uint32{uint32(id * 0x9E3779B1), uint32(id * 0x85EBCA77)}
	to := 1 - from
	k.mu.Lock()
	defer k.mu.Unlock()
	f.packet(from, tcpSYN, nil)
	f.seq[from]++
	f.packet(to, tcpSYN|tcpACK, nil)
	f.seq[to]++
	f.packet(from, tcpACK, nil)
	return f
}

// endpoint is the address of one end; what has none, as in-memory connections,
// gets the stand-in (RFC 5737).
func endpoint(a net.Addr, addr netip.Addr, port uint16) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		if ap := t.AddrPort(); ap.Addr().IsValid() {
			return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
		}
	}
	return netip.AddrPortFrom(addr, port)
}

// data adds octets that one end sent.
func (f *flow) data(from int, b []byte) {
	f.k.mu.Lock()
	defer f.k.mu.Unlock()
	for len(b) > 0 && !f.ended[from] {
		n := min(len(b), segmentMax)
		f.packet(from, tcpPSH|tcpACK, b[:n])
		f.seq[from] += uint32(n)
		b = b[n:]
	}
}

// end says that one end sends nothing more.
func (f *flow) end(from int) {
	f.k.mu.Lock()
	defer f.k.mu.Unlock()
	if !f.ended[from] {
		f.packet(from, tcpFIN|tcpACK, nil)
		f.seq[from]++
		f.ended[from] = true
	}
}

func (f *flow) packet(from int, flags byte, payload []byte) {
	k := f.k
	k.begin()
	src, dst := f.ends[from], f.ends[1-from]
	size := 20 + len(payload)
	if flags&tcpSYN != 0 {
		size += 4
	}
	if src.Addr().Is4() && dst.Addr().Is4() {
		k.buf = appendIPv4(k.buf, src.Addr().As4(), dst.Addr().As4(), size)
	} else {
		k.buf = appendIPv6(k.buf, src.Addr().As16(), dst.Addr().As16(), size)
	}
	start := len(k.buf)
	k.buf = appendTCP(k.buf, src.Port(), dst.Port(), f.seq[from], f.seq[1-from], flags)
	k.buf = append(k.buf, payload...)
	binary.BigEndian.PutUint16(k.buf[start+16:], tcpChecksum(src.Addr(), dst.Addr(), k.buf[start:]))
	k.end()
}

// appendIPv4 appends a header (RFC 791 §3.1) before size octets of TCP.
func appendIPv4(b []byte, src, dst [4]byte, size int) []byte {
	start := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(20+size))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0) // not fragmented, 64 hops, TCP
	b = append(append(b, src[:]...), dst[:]...)
	binary.BigEndian.PutUint16(b[start+10:], fold(sum(0, b[start:])))
	return b
}

// appendIPv6 appends a header (RFC 8200 §3) before size octets of TCP.
func appendIPv6(b []byte, src, dst [16]byte, size int) []byte {
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(size))
	b = append(b, 6, 64) // TCP, 64 hops
	return append(append(b, src[:]...), dst[:]...)
}

// appendTCP appends a header (RFC 9293 §3.1) whose checksum is still missing. A
// SYN asks for the largest window scale (RFC 7323 §2.2), so that the window that
// the others show is never full.
func appendTCP(b []byte, src, dst uint16, seq, ack uint32, flags byte) []byte {
	words := byte(5)
	if flags&tcpSYN != 0 {
		words = 6
	}
	if flags&tcpACK == 0 {
		ack = 0
	}
	b = binary.BigEndian.AppendUint16(b, src)
	b = binary.BigEndian.AppendUint16(b, dst)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, ack)
	b = append(b, words<<4, flags, 0xFF, 0xFF, 0, 0, 0, 0)
	if flags&tcpSYN != 0 {
		b = append(b, 1, 3, 3, 14)
	}
	return b
}

// tcpChecksum is over a segment and its pseudo header (RFC 9293 §3.1, RFC 8200
// §8.1).
func tcpChecksum(src, dst netip.Addr, segment []byte) uint16 {
	s := sum(sum(0, src.AsSlice()), dst.AsSlice())
	s += 6 + uint32(len(segment))
	return fold(sum(s, segment))
}

// sum adds b up in words of 16 bits. It holds for less than 128 KiB.
func sum(s uint32, b []byte) uint32 {
	for ; len(b) > 1; b = b[2:] {
		s += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) > 0 {
		s += uint32(b[0]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	s = s>>16 + s&0xFFFF
	return ^uint16(s>>16 + s)
}
