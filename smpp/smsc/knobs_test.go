package smsc

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tollgate/smpp/pdu"
)

// statuses submits n texts and counts the answers by status.
func (c *client) statuses(n int) map[pdu.Status]int {
	c.r.t.Helper()
	count := map[pdu.Status]int{}
	for range n {
		sm := text("4915112345678", "hello")
		sm.RegisteredDelivery = 0
		count[c.submit(sm).Status]++
	}
	return count
}

func TestStatusesByShareAndSeed(t *testing.T) {
	p := &Profile{Seed: 7, Statuses: []StatusRate{{Status(pdu.ESME_RSYSERR), 0.3}, {0x400, 0.2}}}
	var runs [2]map[pdu.Status]int
	for i := range runs {
		play(t, p, Options{}, func(r *rig) {
			runs[i] = r.bound("esme").statuses(400)
			if st := r.Stats(); st.Refused+st.Accepted != 400 || st.Submits != 400 {
				t.Errorf("stats %+v", st)
			}
		})
	}
	got := runs[0]
	if got[pdu.ESME_RSYSERR] < 90 || got[pdu.ESME_RSYSERR] > 150 || got[0x400] < 50 || got[0x400] > 110 {
		t.Errorf("statuses %v, want about 120 ESME_RSYSERR and 80 0x00000400 of 400", got)
	}
	if got[pdu.ESME_RSYSERR] != runs[1][pdu.ESME_RSYSERR] || got[0x400] != runs[1][0x400] {
		t.Errorf("the same seed gave %v and %v", got, runs[1])
	}
}

func TestThrottle(t *testing.T) {
	play(t, &Profile{ThrottleTPS: 10, ThrottleBurst: 5}, Options{}, func(r *rig) {
		c, other := r.bound("esme"), r.bound("other")
		if got := c.statuses(8); got[pdu.ESME_ROK] != 5 || got[pdu.ESME_RTHROTTLED] != 3 {
			t.Errorf("at once: %v, want 5 taken and 3 throttled", got)
		}
		if got := other.statuses(5); got[pdu.ESME_ROK] != 5 {
			t.Errorf("another system_id: %v, want its own rate", got)
		}
		time.Sleep(200 * time.Millisecond)
		if got := c.statuses(4); got[pdu.ESME_ROK] != 2 {
			t.Errorf("after 200 ms: %v, want 2 taken", got)
		}
		if st := r.Stats(); st.Throttled != 5 {
			t.Errorf("throttled %d, want 5", st.Throttled)
		}
	})
}

func TestQueueLimit(t *testing.T) {
	play(t, &Profile{QueueLimit: 3, ReceiptDelay: Distribution{Value: time.Second}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		if got := c.statuses(5); got[pdu.ESME_ROK] != 3 || got[pdu.ESME_RMSGQFUL] != 2 {
			t.Errorf("%v, want 3 taken and 2 ESME_RMSGQFUL", got)
		}
		time.Sleep(1100 * time.Millisecond)
		if got := c.statuses(3); got[pdu.ESME_ROK] != 3 {
			t.Errorf("once those are final: %v", got)
		}
	})
}

func TestMaxWindow(t *testing.T) {
	p := &Profile{MaxWindow: 2, WindowStatus: Status(pdu.ESME_RSUBMITFAIL), ResponseDelay: Distribution{Value: time.Second}}
	play(t, p, Options{}, func(r *rig) {
		c := r.bound("esme")
		sm := text("4915112345678", "hello")
		sm.RegisteredDelivery = 0
		for range 3 {
			c.ask(sm)
		}
		var got []pdu.Status
		for range 3 {
			got = append(got, c.next().Status)
		}
		slices.Sort(got)
		if !slices.Equal(got, []pdu.Status{0, 0, pdu.ESME_RSUBMITFAIL}) {
			t.Errorf("%v, want one beyond the window refused", got)
		}
	})
}

func TestReceiptForms(t *testing.T) {
	const id = "1b"
	for _, v := range []struct {
		form             string
		textual, byTLV   bool
		command          pdu.CommandID
		payload, refused bool
	}{
		{form: "text", textual: true, command: pdu.DeliverSMID},
		{form: "tlv", byTLV: true, command: pdu.DeliverSMID},
		{form: "both", textual: true, byTLV: true, command: pdu.DeliverSMID},
		{form: "payload", textual: true, payload: true, command: pdu.DeliverSMID},
		{form: "data_sm", byTLV: true, command: pdu.DataSMID},
	} {
		t.Run(v.form, func(t *testing.T) {
			p := &Profile{ReceiptForm: v.form, MessageID: IDHex, FirstID: 26, Receipts: ReceiptRates{{"UNDELIV", "027", 1}}}
			play(t, p, Options{}, func(r *rig) {
				c := r.bound("esme")
				sm := text("4915112345678", "hello")
				sm.TLVs = pdu.TLVs{pdu.Uint16TLV(pdu.TagUserMessageReference, 0x1234)}
				if got := c.submit(sm).messageID(); got != id {
					t.Errorf("id %q, want %q", got, id)
				}
				g := c.expect(v.command)
				var tlvs pdu.TLVs
				var body []byte
				switch b := g.body.(type) {
				case *pdu.DeliverSM:
					tlvs, body = b.TLVs, b.ShortMessage
				case *pdu.DataSM:
					tlvs = b.TLVs
				}
				if payload, ok := tlvs.Get(pdu.TagMessagePayload); ok && v.payload {
					body = payload
				}
				if strings.HasPrefix(string(body), "id:"+id+" ") != v.textual {
					t.Errorf("text %q", body)
				}
				gotID, _ := tlvs.CString(pdu.TagReceiptedMessageID)
				state, _ := tlvs.Uint8(pdu.TagMessageState)
				network, _ := tlvs.Get(pdu.TagNetworkErrorCode)
				if ok := gotID == id && state == 5 && slices.Equal(network, []byte{3, 0, 27}); ok != v.byTLV {
					t.Errorf("TLVs: id %q state %d error %v", gotID, state, network)
				}
				if ref, _ := tlvs.Uint16(pdu.TagUserMessageReference); ref != 0x1234 {
					t.Errorf("user_message_reference %#x, want that of the submit_sm", ref)
				}
			})
		})
	}
}

func TestReceiptDialects(t *testing.T) {
	two := uint8(0)
	for _, v := range []struct {
		p    Profile
		want string
	}{
		{Profile{ReceiptStyle: "short"}, "id:8 stat:DELIVRD err:000"},
		{Profile{ReceiptStyle: "reversed"}, "stat:DELIVRD err:000 done date:0001010000 submit date:0001010000 dlvrd:001 sub:001 id:8 text:hello"},
		{Profile{ReceiptStyle: "upper", ReceiptDates: 14}, "id:8 sub:001 dlvrd:001 submit date:20000101000000 done date:20000101000000 stat:DELIVRD err:000 Text:hello"},
		{Profile{ReceiptStyle: "tight", ReceiptDates: 12, ReceiptZone: -90 * time.Minute}, "id:8 sub:001 dlvrd:001 submitdate:991231223000 donedate:991231223000 stat:DELIVRD err:000 text:hello"},
		{Profile{ReceiptESMClass: &two, ReceiptDataCoding: 8, ReceiptID: IDHex32}, "id:" + IDHex32.format(8, 0) + " sub:001 dlvrd:001 submit date:0001010000 done date:0001010000 stat:DELIVRD err:000 text:hello"},
	} {
		v.p.FirstID = 7
		play(t, &v.p, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.submit(text("4915112345678", "hello"))
			g := c.expect(pdu.DeliverSMID)
			if g.text() != v.want {
				t.Errorf("receipt\n%q, want\n%q", g.text(), v.want)
			}
			if sm := g.body.(*pdu.DeliverSM); sm.DataCoding != v.p.ReceiptDataCoding || v.p.ReceiptESMClass != nil && sm.ESMClass != 0 {
				t.Errorf("esm_class %d, data_coding %d", sm.ESMClass, sm.DataCoding)
			}
		})
	}
}

func TestMessageIDForms(t *testing.T) {
	for _, v := range []struct {
		form IDForm
		want string
		size int
	}{{IDEmpty, "", 17}, {IDAbsent, "", 16}, {IDConstant, "msg_id_not_implemented", 16 + 23}} {
		play(t, &Profile{MessageID: v.form}, Options{}, func(r *rig) {
			g := r.bound("esme").submit(text("4915112345678", "hello"))
			if len(g.wire) != v.size || g.messageID() != v.want {
				t.Errorf("%s: %d octets, id %q; want %d, %q", v.form, len(g.wire), g.messageID(), v.size, v.want)
			}
		})
	}
}

func TestLostDuplicateEarlyAndMissing(t *testing.T) {
	hello := text("4915112345678", "hello")
	t.Run("lose_response", func(t *testing.T) {
		play(t, &Profile{LoseResponse: 1}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.ask(hello)
			c.expect(pdu.DeliverSMID) // accepted and delivered all the same
			c.quiet(5 * time.Second)
		})
	})
	t.Run("no_receipt", func(t *testing.T) {
		play(t, &Profile{NoReceipt: 1}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.submit(hello)
			c.quiet(5 * time.Second)
		})
	})
	t.Run("duplicate_receipt", func(t *testing.T) {
		play(t, &Profile{DuplicateReceipt: 1}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.submit(hello)
			if a, b := c.expect(pdu.DeliverSMID), c.expect(pdu.DeliverSMID); a.text() != b.text() || a.Sequence == b.Sequence {
				t.Errorf("%q and %q", a.text(), b.text())
			}
		})
	})
	t.Run("early_receipt", func(t *testing.T) {
		play(t, &Profile{EarlyReceipt: 1, ResponseDelay: Distribution{Value: time.Second}}, Options{}, func(r *rig) {
			c := r.bound("esme")
			c.ask(hello)
			early := c.expect(pdu.DeliverSMID)
			resp := c.expect(pdu.SubmitSMRespID)
			if !strings.Contains(early.text(), "id:"+resp.messageID()+" ") {
				t.Errorf("receipt %q for id %q", early.text(), resp.messageID())
			}
			c.quiet(5 * time.Second)
		})
	})
}

func TestReorder(t *testing.T) {
	play(t, &Profile{Reorder: 0.5, Receipts: ReceiptRates{}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		for range 50 {
			c.ask(text("4915112345678", "hello"))
		}
		var order []uint32
		for range 50 {
			order = append(order, c.expect(pdu.SubmitSMRespID).Sequence)
		}
		if slices.IsSorted(order) {
			t.Error("the responses came in order")
		}
		slices.Sort(order)
		if len(slices.Compact(order)) != 50 {
			t.Errorf("%d different responses of 50", len(slices.Compact(order)))
		}
	})
}

func TestStrictCarrierRefuses(t *testing.T) {
	for _, v := range []struct {
		name   string
		change func(*pdu.SubmitSM)
		want   pdu.Status
	}{
		{"good", func(*pdu.SubmitSM) {}, pdu.ESME_ROK},
		{"no destination", func(sm *pdu.SubmitSM) { sm.Dest.Addr = "" }, pdu.ESME_RINVDSTADR},
		{"destination with a plus", func(sm *pdu.SubmitSM) { sm.Dest.Addr = "+49151" }, pdu.ESME_RINVDSTADR},
		{"a name under TON 1", func(sm *pdu.SubmitSM) { sm.Source.TON = 1 }, pdu.ESME_RINVSRCADR},
		{"a name of 12", func(sm *pdu.SubmitSM) { sm.Source.Addr = "TollgateTest" }, pdu.ESME_RINVSRCADR},
		{"valid until a minute ago", func(sm *pdu.SubmitSM) {
			sm.ValidityPeriod = pdu.FormatAbsoluteTime(time.Now().Add(-time.Minute))
		}, pdu.ESME_RINVEXPIRY},
		{"valid for nothing", func(sm *pdu.SubmitSM) { sm.ValidityPeriod = pdu.FormatRelativeTime(0) }, pdu.ESME_RINVEXPIRY},
		{"valid for a minute", func(sm *pdu.SubmitSM) { sm.ValidityPeriod = pdu.FormatRelativeTime(time.Minute) }, pdu.ESME_ROK},
		{"no time at all", func(sm *pdu.SubmitSM) { sm.ValidityPeriod = "soon" }, pdu.ESME_RINVEXPIRY},
		{"scheduled for no time", func(sm *pdu.SubmitSM) { sm.ScheduleDeliveryTime = "later" }, pdu.ESME_RINVSCHED},
		{"priority 4", func(sm *pdu.SubmitSM) { sm.PriorityFlag = 4 }, pdu.ESME_RINVPRTFLG},
		{"reserved registered_delivery", func(sm *pdu.SubmitSM) { sm.RegisteredDelivery = 3 }, pdu.ESME_RINVREGDLVFLG},
		{"replace 2", func(sm *pdu.SubmitSM) { sm.ReplaceIfPresent = 2 }, pdu.ESME_RINVREPFLAG},
		{"161 septets", func(sm *pdu.SubmitSM) { sm.ShortMessage = make([]byte, 161) }, pdu.ESME_RINVMSGLEN},
		{"160 septets", func(sm *pdu.SubmitSM) { sm.ShortMessage = make([]byte, 160) }, pdu.ESME_ROK},
		{"153 septets and a header", func(sm *pdu.SubmitSM) {
			sm.ESMClass = pdu.ESMClassUDHI
			sm.ShortMessage = append([]byte{5, 0, 3, 1, 2, 1}, make([]byte, 153)...)
		}, pdu.ESME_ROK},
		{"154 septets and a header", func(sm *pdu.SubmitSM) {
			sm.ESMClass = pdu.ESMClassUDHI
			sm.ShortMessage = append([]byte{5, 0, 3, 1, 2, 1}, make([]byte, 154)...)
		}, pdu.ESME_RINVMSGLEN},
		{"a header longer than the text", func(sm *pdu.SubmitSM) {
			sm.ESMClass, sm.ShortMessage = pdu.ESMClassUDHI, []byte{9, 0}
		}, pdu.ESME_RINVESMCLASS},
		{"odd UCS-2", func(sm *pdu.SubmitSM) { sm.DataCoding = 8 }, pdu.ESME_RINVMSGLEN},
		{"142 octets of UCS-2", func(sm *pdu.SubmitSM) { sm.DataCoding, sm.ShortMessage = 8, make([]byte, 142) }, pdu.ESME_RINVMSGLEN},
		{"text and payload", func(sm *pdu.SubmitSM) { sm.TLVs = sm.TLVs.With(pdu.TagMessagePayload, 'x') }, pdu.ESME_RINVMSGLEN},
	} {
		t.Run(v.name, func(t *testing.T) {
			for _, lenient := range []bool{false, true} {
				play(t, &Profile{Lenient: lenient}, Options{}, func(r *rig) {
					time.Sleep(time.Hour) // out of the fake clock's first second
					c := r.bound("esme")
					sm := text("4915112345678", "hello")
					sm.RegisteredDelivery = 0
					v.change(sm)
					want := v.want
					if lenient {
						want = pdu.ESME_ROK
					}
					if g := c.submit(sm); g.Status != want {
						t.Errorf("lenient %v: %v, want %v", lenient, g.Status, want)
					}
				})
			}
		})
	}
	play(t, &Profile{RefuseValidity: true}, Options{}, func(r *rig) {
		sm := text("4915112345678", "hello")
		sm.ValidityPeriod = pdu.FormatRelativeTime(time.Minute)
		if g := r.bound("esme").submit(sm); g.Status != pdu.ESME_RINVEXPIRY {
			t.Errorf("refuse_validity: %v", g.Status)
		}
	})
}

func TestValidityEndsAMessage(t *testing.T) {
	play(t, &Profile{ReceiptDelay: Distribution{Value: time.Minute}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		sm := text("4915112345678", "hello")
		sm.ValidityPeriod = pdu.FormatRelativeTime(20 * time.Second)
		start := time.Now()
		c.submit(sm)
		g := c.expect(pdu.DeliverSMID)
		if !strings.Contains(g.text(), "stat:EXPIRED") || g.at.Sub(start) > 21*time.Second {
			t.Errorf("%q after %v", g.text(), g.at.Sub(start))
		}
	})
}

func TestIntermediateNotification(t *testing.T) {
	play(t, &Profile{Intermediate: true, ReceiptDelay: Distribution{Value: time.Second}}, Options{}, func(r *rig) {
		c := r.bound("esme")
		sm := text("4915112345678", "hello")
		sm.RegisteredDelivery = pdu.RegisteredReceipt | pdu.RegisteredIntermediate
		c.submit(sm)
		first := c.expect(pdu.DeliverSMID)
		if first.body.(*pdu.DeliverSM).ESMClass != pdu.ESMClassIntermediate || !strings.Contains(first.text(), "stat:ENROUTE") {
			t.Errorf("first %q", first.text())
		}
		if last := c.expect(pdu.DeliverSMID); !strings.Contains(last.text(), "stat:DELIVRD") {
			t.Errorf("last %q", last.text())
		}
	})
}

func TestIDsGoOnAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := New(nil, Options{}).nextID.Load()
		time.Sleep(time.Second)
		if second := New(nil, Options{}).nextID.Load(); second < first+100_000 {
			t.Errorf("ids begin at %d and, a second later, at %d: they would repeat", first, second)
		}
	})
}
