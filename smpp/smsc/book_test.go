package smsc

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

func TestInboxPutsPartsTogether(t *testing.T) {
	long := strings.Repeat("Ihr Code für Tollgate [123456] kostet 5 €. ", 8)
	emoji := strings.Repeat("код 123456 🔐 ", 12)
	for _, v := range []struct {
		name, text string
		o          coding.Options
	}{
		{"one part", "123456 is your code {@€}", coding.Options{}},
		{"udh8", long, coding.Options{}},
		{"udh16, ucs2", emoji, coding.Options{Concat: coding.UDH16, Ref: 0x1234}},
		{"sar", long, coding.Options{Concat: coding.SAR}},
		{"payload", long, coding.Options{Concat: coding.Payload}},
	} {
		t.Run(v.name, func(t *testing.T) {
			parts, err := coding.Split(v.text, v.o)
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(parts) // the order of arrival does not matter
			var seen []Message
			play(t, &Profile{}, Options{OnMessage: func(m Message) { seen = append(seen, m) }}, func(r *rig) {
				c := r.bound("esme")
				var last string
				for _, p := range parts {
					sm := text("4915112345678", "")
					sm.RegisteredDelivery = 0
					sm.ESMClass, sm.DataCoding, sm.ShortMessage, sm.TLVs = p.ESMClass, p.DataCoding, p.ShortMessage, p.TLVs
					last = c.submit(sm).messageID()
				}
				inbox := r.Inbox()
				want := []Message{{To: "+4915112345678", From: "Tollgate", Text: v.text, At: inbox[0].At, MessageID: last, SystemID: "esme"}}
				if !slices.Equal(inbox, want) || !slices.Equal(seen, want) {
					t.Errorf("inbox %+v\nseen %+v\nwant %+v", inbox, seen, want)
				}
				if st := r.Stats(); st.Messages != 1 || st.Accepted != uint64(len(parts)) {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

func TestInboxIsBoundedAndOrdered(t *testing.T) {
	play(t, &Profile{Receipts: ReceiptRates{}}, Options{InboxSize: 3, UniqueSize: 2}, func(r *rig) {
		c := r.bound("esme")
		for _, s := range []string{"1", "2", "3", "4", "5", "5"} {
			c.submit(text("49151"+s, s))
		}
		var texts string
		for _, m := range r.Inbox() {
			texts += m.Text
		}
		if texts != "455" {
			t.Errorf("inbox %q, want the latest three", texts)
		}
		if st := r.Stats(); st.Unique != 5 {
			t.Errorf("unique %d, want 5 of 6", st.Unique)
		}
	})
	play(t, &Profile{}, Options{InboxSize: -1}, func(r *rig) {
		r.bound("esme").submit(text("4915112345678", "hello"))
		if n := len(r.Inbox()); n != 0 {
			t.Errorf("%d messages remembered, want none", n)
		}
	})
}

func TestLatin1Alphabet(t *testing.T) {
	play(t, &Profile{Alphabet: "latin1"}, Options{}, func(r *rig) {
		r.bound("esme").submit(text("4915112345678", "Gr\xfc\xdfe @"))
		if got := r.Inbox()[0].Text; got != "Grüße @" {
			t.Errorf("%q", got)
		}
	})
}

func TestQueryCancelReplace(t *testing.T) {
	p := &Profile{ReceiptDelay: Distribution{Value: 10 * time.Second}}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		id := c.submit(text("4915112345678", "hello")).messageID()
		query := func(id string, want pdu.Status) *pdu.QuerySMResp {
			c.ask(&pdu.QuerySM{MessageID: id})
			g := c.expect(pdu.QuerySMRespID)
			if g.Status != want {
				t.Errorf("query_sm: %v, want %v", g.Status, want)
			}
			return g.body.(*pdu.QuerySMResp)
		}
		if q := query(id, pdu.ESME_ROK); q.MessageState != 1 || q.FinalDate != "" {
			t.Errorf("before the final state: %+v", q)
		}
		query("nonsense", pdu.ESME_RQUERYFAIL)
		c.ask(&pdu.ReplaceSM{MessageID: id, ShortMessage: []byte("replaced")})
		if g := c.expect(pdu.ReplaceSMRespID); g.Status != pdu.ESME_ROK || r.Inbox()[0].Text != "replaced" {
			t.Errorf("replace_sm: %v, inbox %q", g.Status, r.Inbox()[0].Text)
		}
		c.ask(&pdu.CancelSM{MessageID: id})
		if g := c.expect(pdu.CancelSMRespID); g.Status != pdu.ESME_ROK {
			t.Errorf("cancel_sm: %v", g.Status)
		}
		if g := c.expect(pdu.DeliverSMID); !strings.Contains(g.text(), "stat:DELETED") {
			t.Errorf("receipt %q", g.text())
		}
		if q := query(id, pdu.ESME_ROK); q.MessageState != 4 || len(q.FinalDate) != 16 {
			t.Errorf("after the cancel: %+v", q)
		}
		c.ask(&pdu.CancelSM{MessageID: id})
		if g := c.expect(pdu.CancelSMRespID); g.Status != pdu.ESME_RCANCELFAIL {
			t.Errorf("cancel_sm of a final message: %v", g.Status)
		}
		c.ask(&pdu.CancelSM{MessageID: "nonsense"})
		if g := c.expect(pdu.CancelSMRespID); g.Status != pdu.ESME_RINVMSGID {
			t.Errorf("cancel_sm of nothing: %v", g.Status)
		}
	})
	play(t, &Profile{NoQuery: true}, Options{}, func(r *rig) {
		c := r.bound("esme")
		c.ask(&pdu.QuerySM{MessageID: "1"})
		c.quiet(5 * time.Second)
	})
}

func TestDataSMAndSubmitMulti(t *testing.T) {
	play(t, &Profile{}, Options{}, func(r *rig) {
		c := r.bound("esme")
		sm := text("4915112345678", "")
		c.ask(&pdu.DataSM{Source: sm.Source, Dest: sm.Dest, RegisteredDelivery: 1, TLVs: pdu.TLVs{}.With(pdu.TagMessagePayload, []byte("by data sm")...)})
		g := c.expect(pdu.DataSMRespID)
		id := g.body.(*pdu.DataSMResp).MessageID
		if receipt := c.expect(pdu.DeliverSMID); !strings.HasPrefix(receipt.text(), "id:"+id+" ") {
			t.Errorf("receipt %q for %q", receipt.text(), id)
		}
		c.ask(&pdu.SubmitMulti{Source: sm.Source, ShortMessage: []byte("to many"), Dests: []pdu.Destination{
			{Address: sm.Dest}, {Address: pdu.Address{Addr: "x"}}, {List: "everyone"}, {Address: pdu.Address{TON: 1, Addr: "491512"}},
		}})
		multi := c.expect(pdu.SubmitMultiRespID).body.(*pdu.SubmitMultiResp)
		var refused []pdu.Status
		for _, u := range multi.Unsuccessful {
			refused = append(refused, u.Status)
		}
		if !slices.Equal(refused, []pdu.Status{pdu.ESME_RINVDSTADR, pdu.ESME_RCNTSUBDL}) {
			t.Errorf("refused %v", refused)
		}
		var inbox []string
		for _, m := range r.Inbox() {
			inbox = append(inbox, m.To+" "+m.Text)
		}
		if want := []string{"+4915112345678 by data sm", "+4915112345678 to many", "+491512 to many"}; !slices.Equal(inbox, want) {
			t.Errorf("inbox %q, want %q", inbox, want)
		}
	})
}

func TestRecord(t *testing.T) {
	var out bytes.Buffer
	play(t, &Profile{}, Options{Record: &out}, func(r *rig) {
		c := r.bound("esme")
		c.submit(text("4915112345678", "hello"))
		ack(c, c.expect(pdu.DeliverSMID), pdu.ESME_ROK)
		c.ask(&pdu.Unbind{})
		c.expect(pdu.UnbindRespID)
		c.ends(time.Second)
	})
	var kinds []string
	for text := range strings.Lines(out.String()) {
		var l struct {
			Dir, PDU, Status, Hex string
			Seq                   uint32
			Fields                map[string]any
		}
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		kinds = append(kinds, l.Dir+" "+l.PDU)
		if l.PDU == "submit_sm" && (l.Fields["ShortMessage"] != "aGVsbG8=" || l.Seq != 2 || len(l.Hex) < 32) {
			t.Errorf("submit_sm recorded as %s", text)
		}
	}
	want := []string{"in bind_transceiver", "out bind_transceiver_resp", "in submit_sm", "out submit_sm_resp",
		"out deliver_sm", "in deliver_sm_resp", "in unbind", "out unbind_resp"}
	if !slices.Equal(kinds, want) {
		t.Errorf("recorded %q, want %q", kinds, want)
	}
	if strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "736563726574") {
		t.Error("the record holds the password")
	}
}
