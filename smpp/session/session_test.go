package session

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
)

func TestSubmitAndRespond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{}, Config{}, ignore, func(s *Session, h pdu.Header, wire []byte) {
			var sm pdu.SubmitSM
			if err := sm.Decode(wire[pdu.HeaderLen:]); err != nil {
				t.Errorf("decode: %v", err)
			}
			_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "id-" + sm.Dest.Addr}, 0)
		})
		defer p.close()
		h, body, err := p.esme.Call(t.Context(), sms())
		if err != nil || h.Status != 0 {
			t.Fatalf("Call = %v, %v", h.Status, err)
		}
		if id, _ := pdu.DecodeSubmitSMResp(body); string(id) != "id-491701234567" {
			t.Errorf("message_id = %q", id)
		}
		if st := p.smsc.Stats(); st.Incoming != 0 {
			t.Errorf("%d requests still open at the SMSC", st.Incoming)
		}
	})
}

func TestTimeoutThenLateThenDuplicate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := make(chan pdu.Header, 2)
		p := piped(t, Config{ResponseTimeout: 3 * time.Second}, Config{}, ignore, func(_ *Session, h pdu.Header, _ []byte) { asked <- h })
		defer p.close()
		var got outcomes
		if err := p.esme.Submit(sms(), &got); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		if o := got.all(); len(o) != 1 || !errors.Is(o[0].Err, ErrTimeout) || o[0].Latency != 3*time.Second {
			t.Fatalf("outcomes %v, want one time-out after 3s", o)
		}
		if st := p.esme.Stats(); st.Window != 0 {
			t.Fatalf("window holds %d after the time-out", st.Window)
		}
		_ = p.smsc.Respond(<-asked, &pdu.SubmitSMResp{MessageID: "1"}, 0)
		_ = p.esme.Submit(sms(), &got)
		second := <-asked
		_ = p.smsc.Respond(second, &pdu.SubmitSMResp{MessageID: "2"}, 0)
		_ = p.smsc.Respond(second, &pdu.SubmitSMResp{MessageID: "2"}, 0)
		synctest.Wait()
		if st := p.esme.Stats(); st.Late != 1 || st.Duplicate != 1 {
			t.Errorf("late %d, duplicate %d; want one each", st.Late, st.Duplicate)
		}
		if o := got.all(); len(o) != 2 || o[1].Err != nil {
			t.Errorf("outcomes %v, want the second answered once", o)
		}
	})
}

func TestLossReportsEachPendingOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := piped(t, Config{Window: 50}, Config{}, ignore, ignore)
		var got outcomes
		for range 50 {
			if err := p.esme.Submit(sms(), &got); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.esme.Submit(sms(), &got); err != ErrWindowFull {
			t.Errorf("51st submit: %v, want ErrWindowFull", err)
		}
		synctest.Wait() // all are written
		p.smsc.Close()
		<-p.esme.Done()
		for _, o := range got.all() {
			if !errors.Is(o.Err, ErrLost) {
				t.Errorf("outcome %v, want ErrLost", o.Err)
			}
		}
		if n := len(got.all()); n != 50 {
			t.Errorf("%d outcomes, want 50", n)
		}
		if err := p.esme.Submit(sms(), &got); !errors.Is(err, ErrNotBound) {
			t.Errorf("submit after the end: %v, want ErrNotBound", err)
		}
		<-p.smsc.Done()
		if n := len(p.esmeH.closed); n != 1 {
			t.Errorf("Closed was called %d times", n)
		}
	})
}

// TestPeerStopsReading: what was never handed to the socket is told apart from
// what was, and the write limit ends the session.
func TestPeerStopsReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		esmeH := &handler{request: ignore}
		s := New(a, Config{WriteTimeout: 5 * time.Second, ResponseTimeout: time.Minute}, esmeH)
		go func() { // a peer that answers the bind and never reads again
			r := pdu.NewReader(b, 0)
			h, _, _ := r.Next()
			out, _ := pdu.Append(nil, &pdu.BindTransceiverResp{}, 0, h.Sequence)
			_, _ = b.Write(out)
		}()
		if _, err := s.Bind(t.Context(), Transceiver, pdu.Bind{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var written, unwritten outcomes
		_ = s.Submit(sms(), &written)
		synctest.Wait() // the writer hangs in its write
		_ = s.Submit(sms(), &unwritten)
		began := time.Now()
		<-s.Done()
		if d := time.Since(began); d != 5*time.Second {
			t.Errorf("session ended after %s, want the write timeout", d)
		}
		if o := written.all(); len(o) != 1 || !errors.Is(o[0].Err, ErrLost) {
			t.Errorf("the one in the socket: %v, want ErrLost", o)
		}
		if o := unwritten.all(); len(o) != 1 || !errors.Is(o[0].Err, ErrNotSent) {
			t.Errorf("the one behind it: %v, want ErrNotSent", o)
		}
	})
}

func TestHalfOpenPeerEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer b.Close()
		s := New(a, Config{EnquireInterval: 30 * time.Second, ResponseTimeout: 10 * time.Second}, &handler{request: ignore})
		go func() { // reads everything, answers only the bind
			r := pdu.NewReader(b, 0)
			h, _, _ := r.Next()
			out, _ := pdu.Append(nil, &pdu.BindTransceiverResp{}, 0, h.Sequence)
			_, _ = b.Write(out)
			_, _ = io.Copy(io.Discard, b)
		}()
		if _, err := s.Bind(t.Context(), Transceiver, pdu.Bind{}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		<-s.Done()
		if err := s.Err(); !errors.Is(err, ErrPeerSilent) {
			t.Errorf("ended with %v, want ErrPeerSilent", err)
		}
		if d := time.Since(began); d != 40*time.Second {
			t.Errorf("ended after %s, want interval and response time-out", d)
		}
	})
}

func TestEnquireLinkBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rtts []time.Duration
		esme := Config{EnquireInterval: 10 * time.Second, RTT: func(d time.Duration) { rtts = append(rtts, d) }}
		p := piped(t, esme, Config{EnquireInterval: 7 * time.Second}, ignore, ignore)
		defer p.close()
		time.Sleep(time.Minute)
		synctest.Wait()
		if st, _ := p.esme.State(); st != Bound {
			t.Fatalf("ESME is %s after a quiet minute: %v", st, p.esme.Err())
		}
		if st, _ := p.smsc.State(); st != Bound {
			t.Fatalf("SMSC is %s after a quiet minute: %v", st, p.smsc.Err())
		}
		// The SMSC asks more often, and its asking is a sign of life.
		if len(rtts) != 0 {
			t.Errorf("%d enquire_links from an ESME that hears its peer every 7 s", len(rtts))
		}
	})
}

func TestRTT(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rtts []time.Duration
		p := piped(t, Config{EnquireInterval: 10 * time.Second, RTT: func(d time.Duration) { rtts = append(rtts, d) }}, Config{}, ignore, ignore)
		defer p.close()
		time.Sleep(45 * time.Second)
		synctest.Wait()
		if len(rtts) != 4 {
			t.Errorf("%d round trips in 45 s, want 4", len(rtts))
		}
	})
}

func TestTCPGoodbye(t *testing.T) {
	a, b := tcpConns(t)
	p := connect(t, a, b, Config{}, Config{}, ignore, echo)
	if _, _, err := p.esme.Call(t.Context(), sms()); err != nil {
		t.Fatal(err)
	}
	if err := p.esme.Unbind(t.Context()); err != nil {
		t.Errorf("Unbind = %v", err)
	}
	<-p.smsc.Done()
	if err := p.smsc.Err(); !errors.Is(err, ErrPeerUnbound) {
		t.Errorf("SMSC ended with %v, want ErrPeerUnbound", err)
	}
}
