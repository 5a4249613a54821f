package session

import (
	"io"
	"net"
	"testing"

	"tollgate/smpp/pdu"
)

// FuzzPeer sends any octets to a bound session of either side: it may refuse
// them or close, never panic, hang or complete a request twice.
func FuzzPeer(f *testing.F) {
	seed := func(ps ...pdu.PDU) {
		var b []byte
		for i, p := range ps {
			b, _ = pdu.Append(b, p, 0, uint32(i+2))
		}
		f.Add(b)
	}
	seed(&pdu.EnquireLink{}, sms(), &pdu.Unbind{})
	seed(&pdu.SubmitSMResp{MessageID: "1"}, &pdu.SubmitSMResp{MessageID: "1"}, &pdu.GenericNack{})
	seed(&pdu.BindTransceiver{}, &pdu.Outbind{}, &pdu.AlertNotification{}, &pdu.UnbindResp{})
	f.Add(pdu.AppendHeader(nil, pdu.Header{Length: 15, ID: 4, Sequence: 1}))
	f.Add(pdu.AppendHeader(nil, pdu.Header{Length: 1 << 31, ID: 0x80000004, Sequence: 2}))
	f.Add([]byte{0, 0, 0})
	f.Fuzz(func(t *testing.T, octets []byte) {
		a, b := net.Pipe()
		h := &handler{request: echo}
		s := New(a, Config{Accept: accept}, h)
		go func() { _, _ = io.Copy(io.Discard, b) }()
		bound, _ := pdu.Append(nil, &pdu.BindTransceiver{}, 0, 1)
		_, _ = b.Write(bound)
		var got outcomes
		sent := 0
		for range 3 {
			if s.Submit(sms(), &got) == nil {
				sent++
			}
		}
		_, _ = b.Write(octets)
		b.Close()
		<-s.Done()
		if n := len(got.all()); n != sent {
			t.Errorf("%d requests, %d outcomes", sent, n)
		}
		if len(h.closed) != 1 {
			t.Errorf("Closed was called %d times", len(h.closed))
		}
	})
}
