package pdu

import (
	"fmt"
	"testing"
)

// TestAllocations holds the hot path to no allocation at all.
func TestAllocations(t *testing.T) {
	submit := &SubmitSM{
		Source: Address{5, 0, "Tollgate"}, Dest: Address{1, 1, "491701234567"},
		ValidityPeriod: "000000000500000R", RegisteredDelivery: 1,
		ShortMessage: []byte("Your code is 123456"),
		TLVs:         TLVs{{TagUserMessageReference, []byte{0, 7}}},
	}
	resp := &SubmitSMResp{MessageID: "0123456789abcdef"}
	wire, _ := Append(nil, submit, 0, 1)
	other, _ := Append(nil, &SubmitSM{Source: Address{5, 0, "Else"}, Dest: Address{1, 1, "4917099"}}, 0, 2)
	respWire, _ := Append(nil, resp, 0, 1)
	deliver := DeliverSM(*submit)
	deliverWire, _ := Append(nil, &deliver, 0, 1)

	buf := make([]byte, 0, 512)
	var s SubmitSM
	var d DeliverSM
	var rs SubmitSMResp
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"append submit_sm", func() (err error) { buf, err = Append(buf[:0], submit, 0, 1); return }},
		{"append submit_sm_resp", func() (err error) { buf, err = Append(buf[:0], resp, 0, 1); return }},
		{"append a refusal", func() (err error) { buf, err = Append(buf[:0], resp, ESME_RTHROTTLED, 1); return }},
		{"decode the same submit_sm", func() error { return s.Decode(wire[HeaderLen:]) }},
		{"borrow two submit_sm", func() error {
			if err := s.DecodeBorrowed(other[HeaderLen:]); err != nil {
				return err
			}
			return s.DecodeBorrowed(wire[HeaderLen:])
		}},
		{"borrow deliver_sm", func() error { return d.DecodeBorrowed(deliverWire[HeaderLen:]) }},
		{"borrow submit_sm_resp", func() error { return rs.DecodeBorrowed(respWire[HeaderLen:]) }},
		{"message_id of submit_sm_resp", func() error {
			id, err := DecodeSubmitSMResp(respWire[HeaderLen:])
			if err == nil && string(id) != resp.MessageID {
				return fmt.Errorf("id %q", id)
			}
			return err
		}},
	} {
		var err error
		n := testing.AllocsPerRun(100, func() {
			if e := c.do(); e != nil {
				err = e
			}
		})
		if n != 0 || err != nil {
			t.Errorf("%s: %v allocations, %v", c.name, n, err)
		}
	}
	if s.Source.Addr != "Tollgate" || string(s.ShortMessage) != "Your code is 123456" || len(s.TLVs) != 1 {
		t.Errorf("reused struct holds %+v", s.Source)
	}
}
