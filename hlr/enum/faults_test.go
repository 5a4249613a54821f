package enum

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"tollgate/hlr"
)

// Whatever arrives before the answer and is none changes nothing.
func TestStrangersAreDropped(t *testing.T) {
	for name, stranger := range map[string]func(q *dns.Msg) []byte{
		"another id": func(q *dns.Msg) []byte {
			m := reply(t, q, naptr(notPortedRule))
			m.Id++
			return wire(t, m, false)
		},
		"another name": func(q *dns.Msg) []byte {
			m := reply(t, q, naptr(notPortedRule))
			m.Question[0].Name = "2" + m.Question[0].Name[1:]
			return wire(t, m, false)
		},
		"another type": func(q *dns.Msg) []byte {
			m := reply(t, q, naptr(notPortedRule))
			m.Question[0].Qtype = dns.TypeTXT
			return wire(t, m, false)
		},
		"no question": func(q *dns.Msg) []byte {
			m := reply(t, q, naptr(notPortedRule))
			m.Question = nil
			return wire(t, m, false)
		},
		"two questions": func(q *dns.Msg) []byte {
			m := reply(t, q, naptr(notPortedRule))
			m.Question = append(m.Question, m.Question[0])
			return wire(t, m, false)
		},
		"our own query":    func(q *dns.Msg) []byte { return wire(t, q, false) },
		"an update":        func(q *dns.Msg) []byte { m := reply(t, q); m.Opcode = dns.OpcodeUpdate; return wire(t, m, false) },
		"half a header":    func(q *dns.Msg) []byte { return wire(t, reply(t, q), false)[:7] },
		"nothing":          func(*dns.Msg) []byte { return []byte{} },
		"noise":            func(*dns.Msg) []byte { return []byte(strings.Repeat("noise", 40)) },
		"more than agreed": func(*dns.Msg) []byte { return make([]byte, 3000) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte {
				bad := func() []byte { c := q.Copy(); return stranger(c) }
				return [][]byte{bad(), bad(), wire(t, reply(t, q, naptr(portedRule)), tcp)}
			})
			if err != nil || portedOf(s) != "ported" {
				t.Errorf("%s, %v; want ported", portedOf(s), err)
			}
		})
	}
}

func TestAFloodEnds(t *testing.T) {
	began := time.Now()
	_, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte {
		m := reply(t, q, naptr(notPortedRule))
		m.Id++
		flood := make([][]byte, strangersMax)
		for i := range flood {
			flood[i] = wire(t, m, tcp)
		}
		return flood
	})
	if !errors.Is(err, errFlooded) && !errors.Is(err, errSilent) { // the kernel may drop some of it
		t.Errorf("%v, want %v", err, errFlooded)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v of one second", took)
	}
}

// A message that ends early is an error wherever it ends, between two records
// too: fewer records would mean another answer.
func TestHalfAMessageIsAnError(t *testing.T) {
	full := func(q *dns.Msg, tcp bool) []byte {
		return wire(t, reply(t, q, naptr("!^.43.*$!tel:+431!"), naptr(portedRule)), tcp)
	}
	if s, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte { return [][]byte{full(q, tcp)} }); portedOf(s) != "ported" {
		t.Fatalf("whole: %s, %v; want ported", portedOf(s), err)
	}
	size := len(full(new(dns.Msg).SetQuestion(domain, dns.TypeNAPTR), false))
	for n := 12; n < size; n++ {
		s, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte { return [][]byte{full(q, tcp)[:n]} })
		if !errors.Is(err, errHalf) {
			t.Fatalf("%d of %d octets: %s, %v; want %v", n, size, portedOf(s), err, errHalf)
		}
	}
}

func TestALostDatagramIsSentAgain(t *testing.T) {
	queries := 0
	var first uint16
	s := serve(t, func(q *dns.Msg, tcp bool) [][]byte {
		if queries++; queries == 1 {
			first = q.Id
			return nil
		}
		if q.Id != first {
			t.Errorf("the second datagram has another id: an answer to the first would be lost")
		}
		return [][]byte{wire(t, reply(t, q, naptr(portedRule)), tcp)}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	p := provider(t, s.addr, func(c *Config) { c.Retry = 20 * time.Millisecond })
	got, err := p.Lookup(ctx, number)
	if err != nil || portedOf(got) != "ported" || s.udp.Load() != 2 {
		t.Errorf("%s, %v after %d datagrams; want ported after 2", portedOf(got), err, s.udp.Load())
	}
}

func TestSilenceEndsWithTheContext(t *testing.T) {
	s := serve(t, func(*dns.Msg, bool) [][]byte { return nil })
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := provider(t, s.addr).Lookup(ctx, number)
	if took := time.Since(began); !errors.Is(err, errSilent) || !errors.Is(err, context.DeadlineExceeded) || took > time.Second {
		t.Errorf("%v after %v", err, took)
	}
	if n := s.udp.Load(); n != 2 {
		t.Errorf("%d datagrams, want 2: one, and one again", n)
	}
}

func TestCancelEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan struct{}, 2)
	s := serve(t, func(*dns.Msg, bool) [][]byte { asked <- struct{}{}; return nil })
	failed := make(chan error, 1)
	p := provider(t, s.addr)
	go func() { _, err := p.Lookup(ctx, number); failed <- err }()
	<-asked
	cancel()
	select {
	case err := <-failed:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want %v", err, context.Canceled)
		}
	case <-time.After(timeoutMax):
		t.Error("the lookup goes on after its context was canceled")
	}
}

func TestNobodyThere(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := c.LocalAddr().String()
	c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := provider(t, addr).Lookup(ctx, number); err == nil || errors.Is(err, hlr.ErrNotCovered) {
		t.Errorf("a server that is down: %v", err)
	}
}

func TestTruncatedIsAskedOverTCP(t *testing.T) {
	cut := func(q *dns.Msg) []byte {
		m := reply(t, q)
		m.Truncated = true
		return wire(t, m, false)
	}
	answer := func(q *dns.Msg) *dns.Msg { return reply(t, q, naptr(portedRule)) }
	for name, c := range map[string]struct {
		tcp func(q *dns.Msg) []byte
		err error
	}{
		"whole":          {func(q *dns.Msg) []byte { return wire(t, answer(q), true) }, nil},
		"cut again":      {func(q *dns.Msg) []byte { m := answer(q); m.Truncated = true; return wire(t, m, true) }, errTruncated},
		"another id":     {func(q *dns.Msg) []byte { m := answer(q); m.Id++; return wire(t, m, true) }, errQuestion},
		"another name":   {func(q *dns.Msg) []byte { m := answer(q); m.Question[0].Name = "x."; return wire(t, m, true) }, errQuestion},
		"closed":         {func(q *dns.Msg) []byte { return nil }, errAny},
		"half a length":  {func(q *dns.Msg) []byte { return []byte{0} }, errAny},
		"half a message": {func(q *dns.Msg) []byte { b := wire(t, answer(q), true); return b[:len(b)-9] }, errAny},
		"too short":      {func(q *dns.Msg) []byte { return []byte{0, 3, 1, 2, 3} }, errAny},
		"no message":     {func(q *dns.Msg) []byte { b := wire(t, answer(q), true); b[7]++; return b }, errHalf},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte {
				if tcp {
					return [][]byte{c.tcp(q)}
				}
				return [][]byte{cut(q)}
			})
			switch {
			case c.err == nil && (err != nil || portedOf(s) != "ported"):
				t.Errorf("%s, %v; want ported", portedOf(s), err)
			case c.err == errAny && (err == nil || errors.Is(err, hlr.ErrNotCovered)):
				t.Errorf("%s, %v; want an error", portedOf(s), err)
			case c.err != nil && c.err != errAny && !errors.Is(err, c.err):
				t.Errorf("%v, want %v", err, c.err)
			}
		})
	}
}

// errAny stands for an error of whatever text.
var errAny = errors.New("any error")

func TestTruncatedWithoutTCP(t *testing.T) {
	p, l := listenBoth(t)
	l.Close() // nothing listens on TCP
	defer p.Close()
	s := &server{}
	go s.datagrams(p, func(q *dns.Msg, _ bool) [][]byte {
		m := reply(t, q, naptr(notPortedRule))
		m.Truncated = true
		return [][]byte{wire(t, m, false)}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	got, err := provider(t, p.LocalAddr().String()).Lookup(ctx, number)
	if err == nil || got.Ported != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%s, %v; want that TCP was refused", portedOf(got), err)
	}
}

func TestTheQueryOffersEDNS(t *testing.T) {
	_, err := lookup(t, func(q *dns.Msg, tcp bool) [][]byte {
		if opt := q.IsEdns0(); opt == nil || opt.UDPSize() != datagramMax || q.Question[0].Name != domain {
			t.Errorf("query is %v", q)
		}
		return [][]byte{wire(t, reply(t, q, naptr(portedRule)), tcp)}
	})
	if err != nil {
		t.Error(err)
	}
}
