package enum

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const (
	number = subscriber.MSISDN("+491713920001")
	domain = "1.0.0.0.2.9.3.1.7.1.9.4.e164.np.test."
)

// script says what a server sends for one query: datagrams, or all that it
// writes on a connection, length prefixes included.
type script func(q *dns.Msg, tcp bool) [][]byte

// server is a DNS server on UDP and TCP that plays a script.
type server struct {
	addr     string
	udp, tcp atomic.Int32 // queries seen
}

func serve(t testing.TB, play script) *server {
	t.Helper()
	packets, listener := listenBoth(t)
	s := &server{addr: packets.LocalAddr().String()}
	var running sync.WaitGroup
	t.Cleanup(func() { packets.Close(); listener.Close(); running.Wait() })
	running.Add(2)
	go func() {
		defer running.Done()
		s.datagrams(packets, play)
	}()
	go func() {
		defer running.Done()
		s.connections(listener, play)
	}()
	return s
}

// listenBoth finds a port that is free for both protocols.
func listenBoth(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		p, err := net.ListenPacket("udp", l.Addr().String())
		if err == nil {
			return p, l
		}
		l.Close()
	}
	t.Fatal("no port is free for UDP and TCP")
	return nil, nil
}

func (s *server) datagrams(p net.PacketConn, play script) {
	buf := make([]byte, 4096)
	for {
		n, from, err := p.ReadFrom(buf)
		if err != nil {
			return
		}
		s.udp.Add(1)
		q := new(dns.Msg)
		if q.Unpack(buf[:n]) != nil {
			continue
		}
		for _, datagram := range play(q, false) {
			_, _ = p.WriteTo(datagram, from) // the asker may be gone
		}
	}
}

func (s *server) connections(l net.Listener, play script) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.tcp.Add(1)
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		q, err := (&dns.Conn{Conn: c}).ReadMsg()
		if err == nil {
			for _, octets := range play(q, true) {
				_, _ = c.Write(octets)
			}
		}
		c.Close()
	}
}

// wire packs a message, for TCP behind its length.
func wire(t testing.TB, m *dns.Msg, tcp bool) []byte {
	b, err := m.Pack()
	if err != nil {
		t.Error(err)
		return nil
	}
	if tcp {
		b = append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
	}
	return b
}

// reply is an answer with the records of a zone's text.
func reply(t testing.TB, q *dns.Msg, records ...string) *dns.Msg {
	m := new(dns.Msg).SetReply(q)
	for _, text := range records {
		rr, err := dns.NewRR(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		m.Answer = append(m.Answer, rr)
	}
	return m
}

// always answers with the same records over both protocols.
func always(t testing.TB, records ...string) script {
	return func(q *dns.Msg, tcp bool) [][]byte { return [][]byte{wire(t, reply(t, q, records...), tcp)} }
}

// naptr is a record of the number that was asked for, with a rule written as
// it is meant: the escapes of zone files are added.
func naptr(rule string) string {
	rr := dns.NAPTR{
		Hdr:   dns.RR_Header{Name: domain, Rrtype: dns.TypeNAPTR, Class: dns.ClassINET, Ttl: 60},
		Order: 10, Preference: 50, Flags: "u", Service: "E2U+pstn:tel", Replacement: ".",
	}
	var b []byte
	for _, c := range []byte(rule) {
		if c == '\\' || c == '"' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	rr.Regexp = string(b)
	return rr.String()
}

const (
	portedRule    = "!^.*$!tel:+491713920001;npdi;rn=+49D23500!"
	notPortedRule = "!^.*$!tel:+491713920001;npdi!"
)

func provider(t testing.TB, addr string, change ...func(*Config)) *Provider {
	t.Helper()
	cfg := Config{Addr: addr, Zone: "e164.np.test", Routing: map[string]subscriber.PLMN{"D235": "26203"}}
	for _, f := range change {
		f(&cfg)
	}
	p, err := New(cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lookup asks a scripted server for the number, within a second.
func lookup(t testing.TB, play script) (hlr.Subscriber, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return provider(t, serve(t, play).addr).Lookup(ctx, number)
}

// portedOf names what was told of portability.
func portedOf(s hlr.Subscriber) string {
	switch {
	case s.Ported == nil:
		return "not told"
	case *s.Ported:
		return "ported"
	}
	return "not ported"
}

// is compares an error with the one wanted; nil wants none.
func is(err, want error) bool {
	if want == nil {
		return err == nil
	}
	return errors.Is(err, want)
}
