package smsc

import (
	"net"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

func quietText() *pdu.SubmitSM {
	sm := text("4915112345678", "hello")
	sm.RegisteredDelivery = 0
	return sm
}

func TestHalfOpen(t *testing.T) {
	play(t, &Profile{Faults: Faults{HalfOpenAfter: 2}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.submit(quietText())
		c.ask(quietText())
		go c.ask(&pdu.EnquireLink{}) // nobody reads it
		c.quiet(30 * time.Second)
	})
}

func TestDropAfter(t *testing.T) {
	play(t, &Profile{Faults: Faults{DropAfter: 2}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.submit(quietText())
		c.ask(quietText())
		c.ends(time.Second)
		if st := r.Stats(); st.Accepted != 2 {
			t.Errorf("accepted %d, want 2: the last counts without its response", st.Accepted)
		}
	})
}

func TestDropEveryAndUnbindEvery(t *testing.T) {
	play(t, &Profile{Faults: Faults{DropEvery: 5 * time.Second}}, Options{}, func(r *rig) {
		for range 2 {
			r.bound("esme").ends(6 * time.Second)
		}
	})
	play(t, &Profile{Faults: Faults{UnbindEvery: 5 * time.Second}}, Options{}, func(r *rig) {
		polite, rude := r.bound("esme"), r.bound("esme")
		g := polite.expect(pdu.UnbindID)
		rude.expect(pdu.UnbindID)
		polite.send(&pdu.UnbindResp{}, pdu.ESME_ROK, g.Sequence)
		polite.ends(100 * time.Millisecond)
		rude.ends(4 * time.Second)
	})
}

func TestSlowRead(t *testing.T) {
	play(t, &Profile{Faults: Faults{SlowRead: 100}}, Options{}, func(r *rig) {
		c := r.dial()
		start := time.Now()
		go c.ask(&pdu.BindTransceiver{Bind: pdu.Bind{SystemID: "esme", Password: "12345678"}})
		c.expect(pdu.BindTransceiverRespID)
		if d := time.Since(start); d < 300*time.Millisecond || d > time.Second {
			t.Errorf("a bind of about 40 octets took %v at 100 octets a second", d)
		}
	})
}

func TestOctetWrites(t *testing.T) {
	play(t, &Profile{Faults: Faults{OctetWrites: true}}, Options{}, func(r *rig) {
		ours, theirs := net.Pipe()
		r.l.conns <- theirs
		defer ours.Close()
		b, err := pdu.Append(nil, &pdu.EnquireLink{}, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ours.Write(b); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 64)
		for i := range 16 {
			if n, err := ours.Read(buf); n != 1 || err != nil {
				t.Fatalf("segment %d has %d octets, %v", i, n, err)
			}
		}
	})
}

func TestFaultyResponses(t *testing.T) {
	t.Run("garbage", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{Garbage: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.submit(quietText())
			c.ends(time.Second) // the client's reader gave up
		})
	})
	t.Run("oversize", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{Oversize: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.submit(quietText())
			c.ends(time.Second)
		})
	})
	t.Run("truncated", func(t *testing.T) {
		play(t, &Profile{FirstID: 1000000000, Faults: Faults{Truncated: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.ask(quietText())
			if g := c.expect(pdu.SubmitSMRespID); len(g.wire) != 16+5 || string(g.wire[16:]) != "10000" {
				t.Errorf("%d octets, body %q; want half an id", len(g.wire), g.wire[16:])
			}
		})
	})
	t.Run("nack", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{Nack: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			seq := c.ask(quietText())
			if g := c.expect(pdu.GenericNackID); g.Sequence != seq || g.Status != pdu.ESME_RSYSERR {
				t.Errorf("%v for %d", g.Status, g.Sequence)
			}
		})
	})
	t.Run("duplicate and stray", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{DuplicateResponse: 1, StraySequence: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			seq := c.ask(quietText())
			if g := c.expect(pdu.SubmitSMRespID); g.Sequence == seq {
				t.Error("the first response should be to nothing")
			}
			a, b := c.expect(pdu.SubmitSMRespID), c.expect(pdu.SubmitSMRespID)
			if a.Sequence != seq || b.Sequence != seq || a.messageID() != b.messageID() {
				t.Errorf("responses to %d and %d, want %d twice", a.Sequence, b.Sequence, seq)
			}
		})
	})
	t.Run("unknown PDU", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{UnknownPDU: 1}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.ask(quietText())
			if g := c.expect(unknownCommand); g.Sequence == 0 {
				t.Error("a request with sequence_number 0")
			}
			c.expect(pdu.SubmitSMRespID)
		})
	})
	t.Run("no_enquire", func(t *testing.T) {
		play(t, &Profile{Faults: Faults{NoEnquire: true}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.ask(&pdu.EnquireLink{})
			c.quiet(20 * time.Second)
		})
	})
}

// A peer that asks and never reads must not grow the server: it stops being
// read from, then is closed.
func TestPeerThatDoesNotRead(t *testing.T) {
	play(t, &Profile{WriteTimeout: 3 * time.Second}, Options{}, func(r *rig) {
		ours, theirs := net.Pipe()
		r.l.conns <- theirs
		defer ours.Close()
		b, err := pdu.Append(nil, &pdu.EnquireLink{}, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for {
			if _, err := ours.Write(b); err != nil {
				break
			}
		}
		if d := time.Since(start); d < 3*time.Second || d > 5*time.Second {
			t.Errorf("closed after %v, want the write timeout of 3s", d)
		}
		time.Sleep(time.Second)
		if st := r.Stats(); st.Connections != 0 {
			t.Errorf("%d connections left", st.Connections)
		}
	})
}

func TestOutbind(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := New(nil, Options{})
	defer s.Close()
	if err := s.Outbind(l.Addr().String(), "pass"); err != nil {
		t.Fatal(err)
	}
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	_, wire, err := pdu.NewReader(nc, 0).Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, p, err := pdu.Decode(wire); err != nil || p.(*pdu.Outbind).Password != "pass" {
		t.Errorf("%v, %v; want outbind", p, err)
	}
}
