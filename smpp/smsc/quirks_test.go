package smsc

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

func TestUnterminatedMessageID(t *testing.T) {
	play(t, &Profile{MessageID: IDUnterminated, FirstID: 122}, Options{}, func(r *rig) {
		c := r.bound("esme")
		g := c.submit(text("4915112345678", "hello"))
		if len(g.wire) != 16+3 || !bytes.HasSuffix(g.wire, []byte("123")) || g.messageID() != "123" {
			t.Errorf("submit_sm_resp %x", g.wire)
		}
		if d := c.expect(pdu.DeliverSMID); !strings.HasPrefix(d.text(), "id:123 ") {
			t.Errorf("receipt %q", d.text())
		}
	})
}

func TestRefusalWithABody(t *testing.T) {
	refuse := []StatusRate{{Status: Status(pdu.ESME_RSYSERR), Share: 1}}
	for body, size := range map[bool]int{false: 16, true: 17} {
		play(t, &Profile{RefusalBody: body, Statuses: refuse}, Options{}, func(r *rig) {
			g := r.bound("esme").submit(text("4915112345678", "hello"))
			if len(g.wire) != size || g.Status != pdu.ESME_RSYSERR || g.messageID() != "" {
				t.Errorf("refusal_body %v: %x", body, g.wire)
			}
		})
	}
}

func TestReusedIDs(t *testing.T) {
	play(t, &Profile{ReuseIDs: 3, FirstID: 9}, Options{}, func(r *rig) {
		c := r.bound("esme")
		var got []string
		for range 5 {
			id := c.submit(text("4915112345678", "hello")).messageID()
			if d := c.expect(pdu.DeliverSMID); !strings.HasPrefix(d.text(), "id:"+id+" ") {
				t.Errorf("receipt %q for id %s", d.text(), id)
			}
			got = append(got, id)
		}
		if strings.Join(got, " ") != "1 2 0 1 2" {
			t.Errorf("ids %v", got)
		}
	})
}

func TestReceiptWithTheIDAloneAsTLV(t *testing.T) {
	play(t, &Profile{ReceiptForm: "id-tlv", FirstID: 26, MessageID: IDHex, Receipts: ReceiptRates{{"UNDELIV", "21b", 1}}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.submit(text("4915112345678", "hello"))
		d := c.expect(pdu.DeliverSMID).body.(*pdu.DeliverSM)
		if id, ok := d.TLVs.CString(pdu.TagReceiptedMessageID); !ok || id != "1b" || len(d.TLVs) != 1 {
			t.Errorf("TLVs %v", d.TLVs)
		}
		got, ok := receipt.Parse(d)
		if !ok || got.ID != "1b" || got.State != receipt.Undeliverable || got.Err != "21b" {
			t.Errorf("reads as %+v", got)
		}
	})
}

func TestExcessBindIsDropped(t *testing.T) {
	p := &Profile{DropExcess: true, Accounts: []Account{{SystemID: "esme", MaxBinds: 1}}}
	play(t, p, Options{}, func(r *rig) {
		first, second := r.bound("esme"), r.dial()
		second.ask(&pdu.BindTransceiver{Bind: pdu.Bind{SystemID: "esme"}})
		if _, ok := <-second.in; ok {
			t.Error("the excess bind is answered")
		}
		first.submit(text("4915112345678", "hello"))
		if st := r.Stats(); st.BindsRefused != 1 || st.Bound != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestLostSubmitsAndWrongReceipts(t *testing.T) {
	play(t, &Profile{LoseSubmit: 0.3, WrongReceipt: 0.3, Seed: 5}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.auto = true
		const n = 1000
		for range n {
			c.ask(text("4915112345678", "hello"))
		}
		time.Sleep(time.Second)
		ids, right, wrong := map[string]bool{}, 0, 0
		for len(c.in) > 0 {
			g := <-c.in
			if g.ID == pdu.SubmitSMRespID {
				ids[g.messageID()] = true
				continue
			}
			rc, _ := receipt.Parse(g.body.(*pdu.DeliverSM))
			if ids[rc.ID] {
				right++
			} else {
				wrong++
			}
		}
		st := r.Stats()
		if len(ids) != right+wrong || len(ids) < 650 || len(ids) > 750 || wrong < 150 || wrong > 270 {
			t.Errorf("%d responses, %d right and %d wrong receipts", len(ids), right, wrong)
		}
		if st.Submits != n || int(st.Accepted) != len(ids) || st.Accepted+st.Swallowed != n || len(r.Inbox()) != len(ids) {
			t.Errorf("stats %+v", st)
		}
	})
}

// The words of vendors say the same in the text and in message_state, as our own
// reader of receipts takes them.
func TestStatWordsAndMessageState(t *testing.T) {
	for stat, want := range map[string]receipt.State{
		"DELIVRD": receipt.Delivered, "FAILED": receipt.Undeliverable, "BUFFRED": receipt.Enroute, "BUFFERD": receipt.Enroute,
		"ACKED": receipt.Accepted, "REJECTED": receipt.Rejected, "EXPIRED": receipt.Expired, "DELETED": receipt.Deleted,
		"UNKNOWN": receipt.Unknown, "ACCEPTD": receipt.Accepted, "UNDELIV": receipt.Undeliverable, "REJECTD": receipt.Rejected,
	} {
		for _, form := range []string{"text", "tlv", "data_sm"} {
			play(t, &Profile{ReceiptForm: form, Receipts: ReceiptRates{{stat, "", 1}}}, Options{}, func(r *rig) {
				c := r.bound("esme")
				c.submit(text("4915112345678", "hello"))
				var got receipt.Receipt
				switch b := c.next().body.(type) {
				case *pdu.DeliverSM:
					got, _ = receipt.Parse(b)
				case *pdu.DataSM:
					got, _ = receipt.ParseData(b)
				}
				if got.State != want {
					t.Errorf("%s as %s is read as %v, want %v", stat, form, got.State, want)
				}
			})
		}
	}
}
