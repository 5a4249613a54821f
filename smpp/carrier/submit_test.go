package carrier

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// silence answers nothing.
func silence(*session.Session, pdu.Header, *pdu.SubmitSM) {}

// status answers everything with one command_status.
func status(st pdu.Status) func(*session.Session, pdu.Header, *pdu.SubmitSM) {
	return func(s *session.Session, h pdu.Header, _ *pdu.SubmitSM) { _ = s.Refuse(h, st) }
}

func TestSubmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		m := message("hello")
		m.Expires = time.Now().Add(90 * time.Second)
		m.UserReference = 77
		r := <-w.send(t, m)
		if r.Status != 0 || r.Err != nil || len(r.MessageIDs) != 1 || r.MessageIDs[0] == "" || r.Unknown || r.NotSent {
			t.Fatalf("result %+v", r)
		}
		sm := w.smsc.received()[0]
		if sm.Source != (pdu.Address{TON: 5, Addr: "Tollgate"}) || sm.Dest != (pdu.Address{TON: 1, NPI: 1, Addr: "491701234567"}) {
			t.Errorf("from %+v to %+v", sm.Source, sm.Dest)
		}
		if sm.ValidityPeriod != "000000000130000R" || sm.RegisteredDelivery != 1 || string(sm.ShortMessage) != "hello" {
			t.Errorf("validity %q, registered %d, text %q", sm.ValidityPeriod, sm.RegisteredDelivery, sm.ShortMessage)
		}
		if ref, ok := sm.TLVs.Uint16(pdu.TagUserMessageReference); !ok || ref != 77 {
			t.Errorf("user_message_reference %d, %v", ref, ok)
		}
		if h := w.Health(); h.WindowUsed != 0 || !h.Up || h.WindowSize != 100 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestPartsInOrderThroughASmallWindow(t *testing.T) {
	for _, window := range []int{1, 2, 10} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, Config{Window: window}, newSMSC())
			defer w.end()
			w.Start()
			synctest.Wait()
			r := <-w.send(t, message("0", "1", "2", "3", "4"))
			if r.Status != 0 || len(r.MessageIDs) != 5 || r.MessageIDs[4] == "" {
				t.Fatalf("window %d: result %+v", window, r)
			}
			for i, sm := range w.smsc.received() {
				if string(sm.ShortMessage) != fmt.Sprint(i) {
					t.Errorf("window %d: part %d is %q", window, i, sm.ShortMessage)
				}
			}
			synctest.Wait()
			if h := w.Health(); h.WindowUsed != 0 {
				t.Errorf("window %d: %d slots leaked", window, h.WindowUsed)
			}
		})
	}
}

func TestRefusedPartStopsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		k.submit = status(pdu.ESME_RINVDSTADR)
		w := newWorld(t, Config{Window: 1}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		r := <-w.send(t, message("0", "1", "2"))
		if r.Status != pdu.ESME_RINVDSTADR || r.Unknown || r.NotSent || !r.Next.Final {
			t.Errorf("result %+v", r)
		}
		if n := len(k.received()); n != 1 {
			t.Errorf("%d parts were sent after the refusal of the first, want none", n-1)
		}
	})
}

// A part that was accepted makes what is sent again a repeat, whichever other one was
// refused, and wherever that stands in the window.
func TestPartlyAccepted(t *testing.T) {
	for _, window := range []int{1, 10} {
		for refused := range 4 { // of three parts; the last time none
			synctest.Test(t, func(t *testing.T) {
				k := newSMSC()
				accept, refuse := k.submit, status(pdu.ESME_RSYSERR)
				k.submit = func(s *session.Session, h pdu.Header, sm *pdu.SubmitSM) {
					if string(sm.ShortMessage) == fmt.Sprint(refused) {
						refuse(s, h, sm)
					} else {
						accept(s, h, sm)
					}
				}
				w := newWorld(t, Config{Window: window}, k)
				defer w.end()
				w.Start()
				synctest.Wait()
				r := <-w.send(t, message("0", "1", "2"))
				if want := refused == 1 || refused == 2 || refused == 0 && window > 1; r.Partly != want || r.Unknown || r.NotSent {
					t.Errorf("window %d, part %d refused: %+v", window, refused, r)
				}
			})
		}
	}
}

func TestTimeoutIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		k.submit = silence
		w := newWorld(t, Config{ResponseTimeout: 7 * time.Second, DeadTimeouts: 2}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		for i := range 2 {
			r := <-w.send(t, message("x"))
			if !r.Unknown || r.NotSent || !errors.Is(r.Err, session.ErrTimeout) || r.Latency != 7*time.Second {
				t.Errorf("result %+v", r)
			}
			if dead := w.Health().Dead; dead != (i == 1) {
				t.Errorf("after %d time-outs: dead is %v", i+1, dead)
			}
		}
	})
}

func TestLinkLostWithPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		k.submit = silence
		w := newWorld(t, Config{}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		var results []<-chan Result
		for range 20 {
			results = append(results, w.send(t, message("a", "b")))
		}
		synctest.Wait()
		k.last().Close()
		for i, c := range results {
			if r := <-c; !r.Unknown || r.NotSent || !errors.Is(r.Err, session.ErrLost) {
				t.Errorf("message %d: %+v", i, r)
			}
		}
		synctest.Wait()
		for i, c := range results {
			if len(c) > 0 {
				t.Errorf("message %d has a second result", i)
			}
		}
		if h := w.Health(); h.WindowUsed != 0 || h.Up {
			t.Errorf("health %+v", h)
		}
	})
}

func TestSlotOfALostLinkSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		slot, err := w.Reserve(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		w.smsc.last().Close()
		time.Sleep(10 * time.Second) // bound again meanwhile
		var r Result
		slot.Submit(message("a", "b"), func(x Result) { r = x })
		if !r.NotSent || r.Unknown || !r.Next.RetryHere || !r.Next.Elsewhere {
			t.Errorf("result %+v", r)
		}
		slot.Submit(message("a", "b"), func(x Result) { r = x })
		if !errors.Is(r.Err, ErrSlotUsed) {
			t.Errorf("second use: %+v", r)
		}
		if h := w.Health(); h.WindowUsed != 0 || !h.Up {
			t.Errorf("health %+v", h)
		}
	})
}

func TestExpiredAndUnencodable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{}, newSMSC())
		defer w.end()
		w.Start()
		synctest.Wait()
		late := message("x")
		late.Expires = time.Now().Add(-time.Second)
		if r := <-w.send(t, late); !r.NotSent || !errors.Is(r.Err, ErrExpired) || !r.Next.Final {
			t.Errorf("expired: %+v", r)
		}
		odd := message("x")
		odd.Source = "a source that is far too long for SMPP"
		if r := <-w.send(t, odd); !r.NotSent || !r.Next.Final {
			t.Errorf("unencodable: %+v", r)
		}
		if n, h := len(w.smsc.received()), w.Health(); n != 0 || h.WindowUsed != 0 {
			t.Errorf("%d sent, health %+v", n, h)
		}
	})
}
