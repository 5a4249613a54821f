package session

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
)

// raw is an SMSC session whose peer is the test itself, octet by octet.
func raw(t *testing.T, cfg Config, request func(*Session, pdu.Header, []byte)) (*Session, net.Conn, *pdu.Reader) {
	t.Helper()
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close() })
	if cfg.Accept == nil {
		cfg.Accept = accept
	}
	return New(b, cfg, &handler{request: request}), a, pdu.NewReader(a, 0)
}

// exchange writes a PDU and returns the header of what comes back.
func exchange(t *testing.T, c net.Conn, r *pdu.Reader, wire []byte) pdu.Header {
	t.Helper()
	if _, err := c.Write(wire); err != nil {
		t.Fatal(err)
	}
	h, _, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func wire(t *testing.T, p pdu.PDU, seq uint32) []byte {
	t.Helper()
	b, err := pdu.Append(nil, p, 0, seq)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnswersToRequests(t *testing.T) {
	unknown := pdu.AppendHeader(nil, pdu.Header{Length: 16, ID: 0x99, Sequence: 3})
	for _, v := range []struct {
		name   string
		before pdu.PDU // sent first, its answer ignored
		send   []byte
		id     pdu.CommandID
		status pdu.Status
	}{
		{"unknown command", nil, unknown, pdu.GenericNackID, pdu.ESME_RINVCMDID},
		{"enquire_link unbound", nil, wire(t, &pdu.EnquireLink{}, 3), pdu.EnquireLinkRespID, 0},
		{"submit_sm unbound", nil, wire(t, sms(), 3), pdu.SubmitSMRespID, pdu.ESME_RINVBNDSTS},
		{"submit_sm on a receiver", &pdu.BindReceiver{}, wire(t, sms(), 3), pdu.SubmitSMRespID, pdu.ESME_RINVBNDSTS},
		{"submit_sm on a transmitter", &pdu.BindTransmitter{}, wire(t, sms(), 3), pdu.SubmitSMRespID, 0},
		{"second bind", &pdu.BindTransceiver{}, wire(t, &pdu.BindReceiver{}, 3), pdu.BindReceiverRespID, pdu.ESME_RALYBND},
		{"query_sm", &pdu.BindTransceiver{}, wire(t, &pdu.QuerySM{MessageID: "1"}, 3), pdu.QuerySMRespID, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, c, r := raw(t, Config{}, echo)
			if v.before != nil {
				exchange(t, c, r, wire(t, v.before, 1))
			}
			if h := exchange(t, c, r, v.send); h.ID != v.id || h.Status != v.status || h.Sequence != 3 {
				t.Errorf("%s: answered %s %s %d, want %s %s 3", v.name, h.ID, h.Status, h.Sequence, v.id, v.status)
			}
			s.Close()
			<-s.Done()
		})
	}
}

func TestFramingErrorIsAnsweredAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c, r := raw(t, Config{}, echo)
		h := exchange(t, c, r, pdu.AppendHeader(nil, pdu.Header{Length: 1 << 30, ID: pdu.SubmitSMID, Sequence: 9}))
		if h.ID != pdu.GenericNackID || h.Status != pdu.ESME_RINVCMDLEN || h.Sequence != 9 {
			t.Errorf("answered %s %s %d", h.ID, h.Status, h.Sequence)
		}
		<-s.Done()
		if err := s.Err(); !errors.Is(err, pdu.ErrFraming) {
			t.Errorf("ended with %v, want ErrFraming", err)
		}
	})
}

func TestRefusedBind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		smsc := New(b, Config{Accept: func(_ *Session, m Mode, p *pdu.Bind) pdu.Status {
			if m != Transmitter || p.Password != "wrong" {
				t.Errorf("asked for %s with %q", m, p.Password)
			}
			return pdu.ESME_RINVPASWD
		}}, &handler{request: ignore})
		esme := New(a, Config{}, &handler{request: ignore})
		_, err := esme.Bind(t.Context(), Transmitter, pdu.Bind{Password: "wrong"})
		var refused *BindError
		if !errors.As(err, &refused) || refused.Status != pdu.ESME_RINVPASWD {
			t.Errorf("Bind = %v, want the refusal", err)
		}
		<-esme.Done()
		<-smsc.Done()
	})
}

func TestBindTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := raw(t, Config{BindTimeout: 5 * time.Second}, echo)
		began := time.Now()
		<-s.Done()
		if d := time.Since(began); d != 5*time.Second || !errors.Is(s.Err(), ErrBindTimeout) {
			t.Errorf("ended after %s with %v", d, s.Err())
		}
	})
}

// TestTooManyOpenRequests: what the handler has not answered is bounded.
func TestTooManyOpenRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{}, Config{Incoming: 3}, ignore, ignore)
		defer p.close()
		var got outcomes
		for range 5 {
			_ = p.esme.Submit(sms(), &got)
		}
		synctest.Wait()
		o := got.all()
		if len(o) != 2 || o[0].Header.Status != pdu.ESME_RTHROTTLED {
			t.Errorf("%d answered, want 2 throttled", len(o))
		}
		if st := p.smsc.Stats(); st.Refused != 2 || st.Incoming != 3 {
			t.Errorf("stats %+v", st)
		}
	})
}

// TestFloodWithoutReading: a peer that sends requests and never reads the answers
// is not read from for ever, and the session ends by its write limit.
func TestFloodWithoutReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c, _ := raw(t, Config{WriteTimeout: 5 * time.Second}, echo)
		enquire := wire(t, &pdu.EnquireLink{}, 1)
		for {
			if _, err := c.Write(enquire); err != nil {
				break
			}
		}
		<-s.Done()
		if len(s.out) > outLimit+corkLimit {
			t.Errorf("%d octets of answers piled up", len(s.out))
		}
	})
}

func TestCallWaitsForASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{Window: 2}, Config{}, ignore, slow(time.Second))
		defer p.close()
		done := make(chan error, 6)
		began := time.Now()
		for range 6 {
			go func() {
				_, _, err := p.esme.Call(t.Context(), sms())
				done <- err
			}()
		}
		for range 6 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if d := time.Since(began); d != 3*time.Second {
			t.Errorf("six calls through a window of two took %s, want 3s", d)
		}
	})
}
