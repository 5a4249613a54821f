package smsc

import (
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

func ack(c *client, g got, status pdu.Status) { c.send(&pdu.DeliverSMResp{}, status, g.Sequence) }

func TestReceiptIsSentAgain(t *testing.T) {
	p := &Profile{ReceiptTimeout: 10 * time.Second, ReceiptRetry: 3 * time.Second, ReceiptTries: 4}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.submit(text("4915112345678", "hello"))
		first := c.expect(pdu.DeliverSMID)
		again := c.expect(pdu.DeliverSMID) // the first was not answered
		if d := again.at.Sub(first.at); d < 10*time.Second || d > 12*time.Second {
			t.Errorf("again after %v, want 10s", d)
		}
		ack(c, again, pdu.ESME_RTHROTTLED)
		third := c.expect(pdu.DeliverSMID)
		if d := third.at.Sub(again.at); d < 3*time.Second || d > 4*time.Second {
			t.Errorf("refused for now, again after %v, want 3s", d)
		}
		ack(c, third, pdu.ESME_RMSGQFUL)
		last := c.expect(pdu.DeliverSMID)
		if last.text() != first.text() {
			t.Errorf("%q, then %q", first.text(), last.text())
		}
		ack(c, last, pdu.ESME_RMSGQFUL) // the fourth try was the last
		c.quiet(20 * time.Second)
		if st := r.Stats(); st.ReceiptsSent != 4 || st.Redelivered != 3 || st.ReceiptsDropped != 1 || st.ReceiptsAcked != 0 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestReceiptRefusedForGood(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.submit(text("4915112345678", "hello"))
		ack(c, c.expect(pdu.DeliverSMID), pdu.ESME_RX_P_APPN)
		c.quiet(25 * time.Second)
		ack(c, got{Header: pdu.Header{Sequence: 4711}}, pdu.ESME_ROK)
		time.Sleep(time.Second)
		if st := r.Stats(); st.ReceiptsRefused != 1 || st.Redelivered != 0 || st.StrayResponses != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

// A receipt that its bind took along goes to the next bind of the same
// system_id, and to no other.
func TestReceiptOutlivesItsBind(t *testing.T) {
	p := &Profile{ReceiptDelay: Distribution{Value: 2 * time.Second}}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		flying := c.submit(text("4915112345678", "one")).messageID()
		c.expect(pdu.DeliverSMID) // left unanswered
		waiting := c.submit(text("4915112345678", "two")).messageID()
		c.net.Close()
		other := r.bound("other")
		other.quiet(10 * time.Second)
		if st := r.Stats(); st.ReceiptsWaiting != 2 {
			t.Errorf("%d receipts wait, want 2", st.ReceiptsWaiting)
		}
		r.boundAs(&pdu.BindTransmitter{Bind: pdu.Bind{SystemID: "esme"}}).quiet(time.Second)
		back := r.boundAs(&pdu.BindReceiver{Bind: pdu.Bind{SystemID: "esme"}})
		for _, id := range []string{flying, waiting} {
			if g := back.expect(pdu.DeliverSMID); !strings.HasPrefix(g.text(), "id:"+id+" ") {
				t.Errorf("%q, want the receipt of %s", g.text(), id)
			}
		}
	})
}

func TestReceiptWindowAndQueue(t *testing.T) {
	p := &Profile{ReceiptWindow: 2, ReceiptQueue: 3}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		for range 8 {
			c.ask(text("4915112345678", "hello"))
		}
		time.Sleep(time.Second)
		var receipts []got
		for range 10 {
			if g := c.next(); g.ID == pdu.DeliverSMID {
				receipts = append(receipts, g)
			}
		}
		c.quiet(time.Second)
		if st := r.Stats(); len(receipts) != 2 || st.ReceiptsWaiting != 3 || st.ReceiptsDropped != 3 {
			t.Errorf("%d receipts, stats %+v; want 2 flying, 3 waiting, 3 dropped", len(receipts), st)
		}
		ack(c, receipts[0], pdu.ESME_ROK)
		c.expect(pdu.DeliverSMID)
		c.quiet(time.Second)
	})
}

// With a transmitter and a receiver apart, a receipt may not overtake the
// response that is still being written on the other connection.
func TestReceiptWaitsForTheResponseOnAnotherBind(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		rx := r.boundAs(&pdu.BindReceiver{Bind: pdu.Bind{SystemID: "esme"}})
		tx := r.dial()
		tx.ask(&pdu.BindTransmitter{Bind: pdu.Bind{SystemID: "esme"}})
		tx.expect(pdu.BindTransmitterRespID)
		r.Pause()
		tx.ask(text("4915112345678", "hello"))
		rx.quiet(5 * time.Second)
		tx.quiet(time.Second)
		r.Resume()
		resp, receipt := tx.expect(pdu.SubmitSMRespID), rx.expect(pdu.DeliverSMID)
		if receipt.at.Before(resp.at) {
			t.Errorf("receipt %v before its response", resp.at.Sub(receipt.at))
		}
	})
}

// Whatever the delays, a receipt never comes before its response.
func TestReceiptsComeAfterTheirResponses(t *testing.T) {
	p := &Profile{
		ResponseDelay: Distribution{Kind: "uniform", Max: 50 * time.Millisecond},
		ReceiptDelay:  Distribution{Kind: "uniform", Max: 20 * time.Millisecond},
		Reorder:       0.3,
	}
	play(t, p, Options{}, func(r *rig) {
		a, b := r.bound("esme"), r.bound("esme")
		a.auto, b.auto = true, true
		const n = 100
		for range n {
			a.ask(text("4915112345678", "hello"))
			b.ask(text("4915112345678", "hello"))
		}
		time.Sleep(time.Second)
		answered, receipts := map[string]time.Time{}, 0
		for _, c := range []*client{a, b} {
			var late []got
			for len(c.in) > 0 {
				switch g := <-c.in; g.ID {
				case pdu.SubmitSMRespID:
					answered[g.messageID()] = g.at
				case pdu.DeliverSMID:
					late = append(late, g)
				}
			}
			for _, g := range late {
				id, _, _ := strings.Cut(strings.TrimPrefix(g.text(), "id:"), " ")
				if at, ok := answered[id]; !ok || g.at.Before(at) {
					t.Errorf("the receipt of %s came before its response", id)
				}
				receipts++
			}
		}
		if receipts != 2*n || len(answered) != 2*n {
			t.Errorf("%d receipts, %d responses; want %d of each", receipts, len(answered), 2*n)
		}
	})
}

func TestMobileOriginated(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		if err := r.SendMO("esme", "+4915112345678", "77777", "STOP"); err == nil {
			t.Error("sent to a system_id that never bound")
		}
		c := r.bound("esme")
		if err := r.SendMO("esme", "+4915112345678", "77777", "STOP"); err != nil {
			t.Fatal(err)
		}
		sm := c.expect(pdu.DeliverSMID).body.(*pdu.DeliverSM)
		if string(sm.ShortMessage) != "STOP" || sm.ESMClass != 0 || sm.Source.TON != pdu.TONInternational || sm.Source.Addr != "4915112345678" || sm.Dest.Addr != "77777" {
			t.Errorf("%+v", *sm)
		}
		if err := r.SendMO("esme", "+4915112345678", "77777", strings.Repeat("Grüße €", 30)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if sm := c.expect(pdu.DeliverSMID).body.(*pdu.DeliverSM); sm.ESMClass != pdu.ESMClassUDHI {
				t.Errorf("a part with esm_class %#x", sm.ESMClass)
			}
		}
	})
}
