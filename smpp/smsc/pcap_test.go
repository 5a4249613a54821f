package smsc

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

// packet is one packet of a capture.
type packet struct {
	at       time.Time
	src, dst netip.AddrPort
	seq, ack uint32
	flags    byte
	payload  []byte
}

// parsePCAP reads a capture and checks every length and checksum in it.
func parsePCAP(t *testing.T, b []byte) (packets []packet) {
	t.Helper()
	le := binary.LittleEndian
	if len(b) < 24 || le.Uint32(b) != 0xA1B2C3D4 || le.Uint16(b[4:]) != 2 || le.Uint16(b[6:]) != 4 || le.Uint32(b[20:]) != 101 {
		t.Fatalf("no pcap header of raw IP: %x", b[:min(len(b), 24)])
	}
	snap := le.Uint32(b[16:])
	for b = b[24:]; len(b) > 0; {
		if len(b) < 16 {
			t.Fatalf("%d octets behind the last packet", len(b))
		}
		n := le.Uint32(b[8:])
		if n != le.Uint32(b[12:]) || n > snap || int(n) > len(b)-16 || le.Uint32(b[4:]) >= 1e6 {
			t.Fatalf("packet %d: its header says %x", len(packets), b[:16])
		}
		p := parseIP(t, b[16:16+n])
		p.at = time.Unix(int64(le.Uint32(b)), int64(le.Uint32(b[4:]))*1000)
		packets = append(packets, p)
		b = b[16+n:]
	}
	return packets
}

func parseIP(t *testing.T, b []byte) packet {
	t.Helper()
	be := binary.BigEndian
	var src, dst netip.Addr
	var pseudo, tcp []byte
	switch {
	case b[0] == 0x45 && int(be.Uint16(b[2:])) == len(b) && b[9] == 6:
		src, dst, tcp = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), b[20:]
		pseudo = be.AppendUint16([]byte{0, 6}, uint16(len(tcp)))
		pseudo = append(pseudo, b[12:20]...)
		if onesSum(b[:20]) != 0xFFFF {
			t.Errorf("IPv4 checksum %x", b[10:12])
		}
	case b[0] == 0x60 && int(be.Uint16(b[4:])) == len(b)-40 && b[6] == 6:
		src, dst, tcp = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40])), b[40:]
		pseudo = be.AppendUint32([]byte{0, 6}, uint32(len(tcp)))
		pseudo = append(pseudo, b[8:40]...)
	default:
		t.Fatalf("no IP packet: %x", b[:20])
	}
	if onesSum(append(pseudo, tcp...)) != 0xFFFF {
		t.Errorf("TCP checksum %x", tcp[16:18])
	}
	head := int(tcp[12]>>4) * 4
	return packet{
		src: netip.AddrPortFrom(src, be.Uint16(tcp)), dst: netip.AddrPortFrom(dst, be.Uint16(tcp[2:])),
		seq: be.Uint32(tcp[4:]), ack: be.Uint32(tcp[8:]), flags: tcp[13], payload: tcp[head:],
	}
}

// onesSum adds words as checksums do; with a correct checksum inside it is
// 0xFFFF.
func onesSum(b []byte) uint16 {
	if len(b)%2 != 0 {
		b = append(slices.Clone(b), 0)
	}
	var s uint64
	for i := 0; i < len(b); i += 2 {
		s += uint64(binary.BigEndian.Uint16(b[i:]))
	}
	for s>>16 != 0 {
		s = s&0xFFFF + s>>16
	}
	return uint16(s)
}

// streams puts the two halves of the one connection in a capture together and
// checks what TCP promises: a handshake, each octet once and in order, nothing
// acknowledged that was not sent.
func streams(t *testing.T, packets []packet) (client, server netip.AddrPort, up, down []byte) {
	t.Helper()
	if len(packets) < 3 {
		t.Fatalf("%d packets", len(packets))
	}
	client, server = packets[0].src, packets[0].dst
	for i, flags := range []byte{tcpSYN, tcpSYN | tcpACK, tcpACK} {
		if packets[i].flags != flags || len(packets[i].payload) > 0 {
			t.Errorf("packet %d of the handshake has flags %02x", i, packets[i].flags)
		}
	}
	next := map[netip.AddrPort]uint32{client: packets[0].seq, server: packets[1].seq}
	for i, p := range packets {
		if p.src != client && p.src != server || p.seq != next[p.src] {
			t.Fatalf("packet %d from %v: seq %d, want %d", i, p.src, p.seq, next[p.src])
		}
		if p.flags&tcpACK != 0 && p.ack != next[p.dst] {
			t.Errorf("packet %d: ack %d, want %d", i, p.ack, next[p.dst])
		}
		if i > 0 && p.at.Before(packets[i-1].at) {
			t.Errorf("packet %d goes back in time", i)
		}
		next[p.src] += uint32(len(p.payload))
		if p.flags&(tcpSYN|tcpFIN) != 0 {
			next[p.src]++
		}
		if p.src == client {
			up = append(up, p.payload...)
		} else {
			down = append(down, p.payload...)
		}
	}
	return client, server, up, down
}

// converse plays a session over loopback with everything that a capture should
// show, and returns the capture, the record and both ports.
func converse(t *testing.T, p *Profile) (pcap, record []byte, client, server netip.AddrPort) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var capture, lines shared
	s := New(p, Options{PCAP: &capture, Record: &lines})
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client, server = nc.LocalAddr().(*net.TCPAddr).AddrPort(), l.Addr().(*net.TCPAddr).AddrPort()
	r := pdu.NewReader(nc, 0)
	ask := func(seq uint32, p pdu.PDU, answers int) {
		b, err := pdu.Append(nil, p, 0, seq)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := nc.Write(b); err != nil {
			t.Fatal(err)
		}
		for range answers {
			if _, _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask(1, &pdu.BindTransceiver{Bind: pdu.Bind{SystemID: "esme", Password: "s3cr3t", SystemType: "OTP", InterfaceVersion: pdu.Version34}}, 1)
	for seq := uint32(2); seq < 12; seq++ {
		ask(seq, text("4915112345678", "hello"), 2)
	}
	ask(12, &pdu.EnquireLink{}, 1)
	ask(13, &pdu.QuerySM{MessageID: "no such id"}, 1)
	ask(14, &pdu.Unbind{}, 1)
	if _, _, err := r.Next(); err == nil {
		t.Error("a PDU after unbind_resp")
	}
	nc.Close()
	s.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
	return []byte(capture.String()), []byte(lines.String()), client, server
}

// seen is what the tests want to know of a line of a record.
type seen struct {
	Dir, PDU, Hex string
	Seq           uint32
}

// recorded are the lines of a record in one direction.
func recorded(t *testing.T, record []byte, dir string) (lines []seen) {
	t.Helper()
	for raw := range bytes.Lines(record) {
		var l seen
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatal(err)
		}
		if l.Dir == dir {
			lines = append(lines, l)
		}
	}
	return lines
}

func TestCaptureShowsWhatWasRecorded(t *testing.T) {
	for name, p := range map[string]*Profile{"plain": {}, "octets": {Faults: Faults{OctetWrites: true}}} {
		t.Run(name, func(t *testing.T) {
			file, record, client, server := converse(t, p)
			packets := parsePCAP(t, file)
			gotClient, gotServer, up, down := streams(t, packets)
			if gotClient != client || gotServer != server {
				t.Errorf("between %v and %v, want %v and %v", gotClient, gotServer, client, server)
			}
			for dir, stream := range map[string][]byte{"in": up, "out": down} {
				want := recorded(t, record, dir)
				if len(want) < 14 {
					t.Fatalf("%s: %d PDUs recorded", dir, len(want))
				}
				r := pdu.NewReader(bytes.NewReader(stream), 0)
				for i, l := range want {
					h, wire, err := r.Next()
					if err != nil {
						t.Fatalf("%s: PDU %d: %v", dir, i, err)
					}
					if h.ID.String() != l.PDU || h.Sequence != l.Seq || l.Hex != "" && hex.EncodeToString(wire) != l.Hex {
						t.Errorf("%s: PDU %d is %x, want %s %s", dir, i, wire, l.PDU, l.Hex)
					}
				}
				if _, _, err := r.Next(); err == nil {
					t.Errorf("%s: more than the record has", dir)
				}
			}
			if strings.Contains(string(file)+string(record), "s3cr3t") || !bytes.Contains(up, []byte("esme\x00******\x00OTP\x00")) {
				t.Error("the password is there, or not blanked octet by octet")
			}
			fins := 0
			for _, p := range packets {
				if p.flags&tcpFIN != 0 {
					fins++
				}
				if p.src == server && name == "octets" && len(p.payload) > 1 {
					t.Errorf("a segment of %d octets", len(p.payload))
				}
			}
			if fins == 0 {
				t.Error("the connection does not end")
			}
		})
	}
}

// conn6 is the addresses of a connection over IPv6.
type conn6 struct{ net.Conn }

func (conn6) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[2001:db8::1]:40000"))
}
func (conn6) LocalAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[2001:db8::2]:2775"))
}

func TestCaptureOverIPv6InPackets(t *testing.T) {
	var file bytes.Buffer
	k := newCapture(&file, nil)
	f := k.open(conn6{}, 7, fromSMSC) // an outbind: the SMSC connects
	f.data(fromESME, []byte("odd"))
	f.data(fromSMSC, noise(1, 200_000))
	f.end(fromSMSC)
	f.data(fromSMSC, []byte("too late"))
	f.data(fromESME, nil)
	f.end(fromESME)
	f.end(fromESME)
	client, server, up, down := streams(t, parsePCAP(t, file.Bytes()))
	if client.String() != "[2001:db8::2]:2775" || server.String() != "[2001:db8::1]:40000" {
		t.Errorf("%v connects to %v", client, server)
	}
	if !bytes.Equal(up, noise(1, 200_000)) || string(down) != "odd" {
		t.Errorf("%d octets and %q", len(up), down)
	}
}

func TestCaptureOfInMemoryConnectionsHasStandIns(t *testing.T) {
	var file shared
	play(t, &Profile{}, Options{PCAP: &file}, func(r *rig) {
		r.bound("esme").submit(text("4915112345678", "hello"))
		r.Drop()
	})
	client, server, _, _ := streams(t, parsePCAP(t, []byte(file.String())))
	if client.String() != "192.0.2.1:49153" || server.String() != "192.0.2.2:2775" {
		t.Errorf("%v and %v", client, server)
	}
}

func TestPasswordsAreBlanked(t *testing.T) {
	head := func(id pdu.CommandID, body string) []byte {
		return append(pdu.AppendHeader(nil, pdu.Header{Length: uint32(16 + len(body)), ID: id, Sequence: 1}), body...)
	}
	for _, v := range []struct {
		id         pdu.CommandID
		body, want string
	}{
		{pdu.BindReceiverID, "id\x00pass\x00type\x00", "id\x00****\x00type\x00"},
		{pdu.BindTransmitterID, "id\x00\x00type\x00", "id\x00\x00type\x00"},
		{pdu.BindTransceiverID, "id\x00pass", "id\x00****"},
		{pdu.BindTransceiverID, "idpass", "******"},
		{pdu.OutbindID, "id\x00pass\x00", "id\x00****\x00"},
		{pdu.SubmitSMID, "id\x00pass\x00", "id\x00pass\x00"},
	} {
		wire := head(v.id, v.body)
		if got := blanked(wire); string(got[16:]) != v.want || !bytes.Equal(got[:16], wire[:16]) {
			t.Errorf("%v %q: %q, want %q", v.id, v.body, got[16:], v.want)
		}
		if string(wire[16:]) != v.body {
			t.Errorf("%v: what was received is changed too", v.id)
		}
	}
	two := append(head(pdu.OutbindID, "id\x00pass\x00"), head(pdu.SubmitSMID, "rest")...)
	if got := blanked(two); !bytes.HasSuffix(got, []byte("id\x00****\x00"+string(head(pdu.SubmitSMID, "rest")))) {
		t.Errorf("%q", got)
	}
}

// full is a disk without room.
type full struct{ writes int }

func (f *full) Write([]byte) (int, error) { f.writes++; return 0, errors.New("no space left") }

func TestCaptureThatCannotBeWrittenStops(t *testing.T) {
	disk := new(full)
	play(t, &Profile{}, Options{PCAP: disk}, func(r *rig) {
		if g := r.bound("esme").submit(text("4915112345678", "hello")); g.Status != 0 {
			t.Errorf("the server stops with its capture: %v", g.Status)
		}
	})
	if disk.writes != 1 {
		t.Errorf("%d writes to a full disk", disk.writes)
	}
}

// Of what lost its framing the header is all that is known; it is the last thing
// in both.
func TestWhatLostItsFramingIsRecorded(t *testing.T) {
	var file, out shared
	play(t, &Profile{}, Options{PCAP: &file, Record: &out}, func(r *rig) {
		c := r.bound("esme")
		_, _ = c.net.Write(oversize(pdu.SubmitSMID, 9))
		c.expect(pdu.GenericNackID)
		c.ends(time.Second)
	})
	_, _, up, _ := streams(t, parsePCAP(t, []byte(file.String())))
	want := oversize(pdu.SubmitSMID, 9)
	if !bytes.HasSuffix(up, want) {
		t.Errorf("the capture ends with %x", up[max(len(up)-16, 0):])
	}
	lines := recorded(t, []byte(out.String()), "in")
	if last := lines[len(lines)-1]; last.Hex != hex.EncodeToString(want) || last.PDU != "submit_sm" || last.Seq != 9 {
		t.Errorf("the record ends with %+v", last)
	}
}
