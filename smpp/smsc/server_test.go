package smsc

import (
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
)

func TestSubmitAndReceipt(t *testing.T) {
	play(t, &Profile{FirstID: 41, ResponseDelay: Distribution{Value: 40 * time.Millisecond}, ReceiptDelay: Distribution{Value: 3 * time.Second}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		start := time.Now()
		resp := c.submit(text("4915112345678", "123456 is your code"))
		if d := resp.at.Sub(start); d < 40*time.Millisecond || d > 41*time.Millisecond {
			t.Errorf("response after %v, want 40ms", d)
		}
		if resp.Status != pdu.ESME_ROK || resp.messageID() != "42" {
			t.Errorf("response %v %q, want ESME_ROK 42", resp.Status, resp.messageID())
		}
		receipt := c.expect(pdu.DeliverSMID)
		if d := receipt.at.Sub(resp.at); d < 3*time.Second || d > 3001*time.Millisecond {
			t.Errorf("receipt %v after the response, want 3s", d)
		}
		sm := receipt.body.(*pdu.DeliverSM)
		want := "id:42 sub:001 dlvrd:001 submit date:0001010000 done date:0001010000 stat:DELIVRD err:000 text:123456 is your code"
		if receipt.text() != want || sm.ESMClass != pdu.ESMClassReceipt || sm.Source.Addr != "4915112345678" || sm.Dest.Addr != "Tollgate" {
			t.Errorf("receipt %+v\n%q, want\n%q", *sm, receipt.text(), want)
		}
		c.send(&pdu.DeliverSMResp{}, pdu.ESME_ROK, receipt.Sequence)
		c.quiet(40 * time.Second / 2)
		st := r.Stats()
		if st.Accepted != 1 || st.Unique != 1 || st.ReceiptsSent != 1 || st.ReceiptsAcked != 1 || st.Bound != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestRegisteredDelivery(t *testing.T) {
	undelivered := ReceiptRates{{Stat: "UNDELIV", Err: "21b", Share: 1}}
	for _, v := range []struct {
		name       string
		registered byte
		receipts   ReceiptRates
		want       string // in the receipt; empty: none
	}{
		{"nothing asked", 0, nil, ""},
		{"asked, delivered", 1, nil, "stat:DELIVRD err:000"},
		{"asked, failed", 1, undelivered, "stat:UNDELIV err:21b"},
		{"failure only, delivered", 2, nil, ""},
		{"failure only, failed", 2, undelivered, "stat:UNDELIV err:21b"},
		{"with intermediate", 17, nil, "stat:DELIVRD"},
		{"none by profile", 1, ReceiptRates{}, ""},
	} {
		t.Run(v.name, func(t *testing.T) {
			play(t, &Profile{Receipts: v.receipts}, Options{}, func(r *rig) {
				c := r.bound("esme")
				sm := text("4915112345678", "hello")
				sm.RegisteredDelivery = v.registered
				c.submit(sm)
				if v.want == "" {
					c.quiet(5 * time.Second)
				} else if got := c.expect(pdu.DeliverSMID).text(); !strings.Contains(got, v.want) {
					t.Errorf("receipt %q, want %q in it", got, v.want)
				}
			})
		})
	}
}

func TestBindRules(t *testing.T) {
	p := &Profile{Accounts: []Account{{SystemID: "one", Password: "right", MaxBinds: 1}}}
	bind := func(id, password string) *pdu.BindTransceiver {
		return &pdu.BindTransceiver{Bind: pdu.Bind{SystemID: id, Password: password, InterfaceVersion: pdu.Version34}}
	}
	play(t, p, Options{}, func(r *rig) {
		c := r.dial()
		c.ask(text("4915112345678", "too early"))
		if g := c.expect(pdu.SubmitSMRespID); g.Status != pdu.ESME_RINVBNDSTS {
			t.Errorf("submit_sm before the bind: %v", g.Status)
		}
		for _, v := range []struct {
			bind pdu.PDU
			want pdu.Status
		}{
			{bind("two", "right"), pdu.ESME_RINVSYSID},
			{bind("one", "wrong"), pdu.ESME_RINVPASWD},
			{bind("one", "right"), pdu.ESME_ROK},
			{bind("one", "right"), pdu.ESME_RALYBND},
		} {
			c.ask(v.bind)
			if g := c.expect(pdu.BindTransceiverRespID); g.Status != v.want {
				t.Errorf("%v: %v, want %v", v.bind, g.Status, v.want)
			}
		}
		d := r.dial()
		d.ask(bind("one", "right"))
		if g := d.expect(pdu.BindTransceiverRespID); g.Status != pdu.ESME_RALYBND {
			t.Errorf("a second bind of an account with one: %v", g.Status)
		}
		c.ask(&pdu.Unbind{})
		c.expect(pdu.UnbindRespID)
		c.ends(time.Second)
		time.Sleep(time.Millisecond)
		d.ask(bind("one", "right"))
		if g := d.expect(pdu.BindTransceiverRespID); g.Status != pdu.ESME_ROK {
			t.Errorf("a bind after the other left: %v", g.Status)
		}
	})
}

func TestRefuseBind(t *testing.T) {
	p := &Profile{RefuseBind: RefuseBind{Status: Status(pdu.ESME_RSYSERR), First: 2}}
	play(t, p, Options{}, func(r *rig) {
		c := r.dial()
		for _, want := range []pdu.Status{pdu.ESME_RSYSERR, pdu.ESME_RSYSERR, pdu.ESME_ROK} {
			c.ask(&pdu.BindTransmitter{Bind: pdu.Bind{SystemID: "esme"}})
			if g := c.expect(pdu.BindTransmitterRespID); g.Status != want {
				t.Errorf("bind: %v, want %v", g.Status, want)
			}
		}
		if st := r.Stats(); st.BindsRefused != 2 || st.Binds != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestKeepAlive(t *testing.T) {
	p := &Profile{EnquireEvery: 20 * time.Second, EnquireTimeout: 5 * time.Second}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.ask(&pdu.EnquireLink{})
		c.expect(pdu.EnquireLinkRespID)
		g := c.expect(pdu.EnquireLinkID)
		c.send(&pdu.EnquireLinkResp{}, pdu.ESME_ROK, g.Sequence)
		start := time.Now()
		c.expect(pdu.EnquireLinkID) // this one is left unanswered
		if d := time.Since(start); d < 19*time.Second || d > 22*time.Second {
			t.Errorf("the next enquire_link came after %v, want 20s", d)
		}
		c.ends(8 * time.Second)
	})
}

func TestUnboundAndIdleConnectionsEnd(t *testing.T) {
	p := &Profile{BindTimeout: 5 * time.Second, IdleTimeout: 20 * time.Second, EnquireEvery: -1}
	play(t, p, Options{}, func(r *rig) {
		r.dial().ends(7 * time.Second)
		r.bound("esme").ends(22 * time.Second)
	})
}

func TestUnknownAndMalformed(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		c := r.bound("esme")
		_, _ = c.net.Write(pdu.AppendHeader(nil, pdu.Header{Length: 16, ID: 0x77, Sequence: 9}))
		if g := c.expect(pdu.GenericNackID); g.Status != pdu.ESME_RINVCMDID || g.Sequence != 9 {
			t.Errorf("unknown command_id: %v for %d", g.Status, g.Sequence)
		}
		_, _ = c.net.Write(pdu.AppendHeader(nil, pdu.Header{Length: 16, ID: pdu.SubmitSMID, Sequence: 10}))
		if g := c.expect(pdu.SubmitSMRespID); g.Status == pdu.ESME_ROK || g.Sequence != 10 {
			t.Errorf("submit_sm without a body: %v for %d", g.Status, g.Sequence)
		}
		_, _ = c.net.Write(pdu.AppendHeader(nil, pdu.Header{Length: 7, ID: pdu.SubmitSMID, Sequence: 11}))
		if g := c.expect(pdu.GenericNackID); g.Status != pdu.ESME_RINVCMDLEN {
			t.Errorf("command_length 7: %v", g.Status)
		}
		c.ends(time.Second)
	})
}

func TestPauseDropResume(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		c := r.bound("esme")
		r.Pause()
		c.ask(text("4915112345678", "hello"))
		c.quiet(5 * time.Second)
		r.Resume()
		c.expect(pdu.SubmitSMRespID)
		c.expect(pdu.DeliverSMID)
		r.Drop()
		c.ends(time.Second)
		r.bound("esme")
	})
}

// What arrives in one read is timed by that read, not by an earlier one.
func TestDelaysOfABatch(t *testing.T) {
	play(t, &Profile{ResponseDelay: Distribution{Value: 100 * time.Millisecond}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		time.Sleep(5 * time.Second)
		var b []byte
		for seq := range uint32(3) {
			b, _ = pdu.Append(b, quietText(), 0, 10+seq)
		}
		start := time.Now()
		if _, err := c.net.Write(b); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if g := c.expect(pdu.SubmitSMRespID); g.at.Sub(start) < 100*time.Millisecond {
				t.Errorf("response to %d after %v, want 100ms", g.Sequence, g.at.Sub(start))
			}
		}
	})
}
