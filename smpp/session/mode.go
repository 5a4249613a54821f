package session

import "tollgate/smpp/pdu"

// Mode is what a bind allows, seen from the ESME.
type Mode uint8

// The three binds of SMPP 3.4 §4.1.
const (
	Transmitter Mode = 1 << iota // the ESME may submit
	Receiver                     // the SMSC may deliver
	Transceiver = Transmitter | Receiver
)

func (m Mode) String() string {
	switch m {
	case Transmitter:
		return "transmitter"
	case Receiver:
		return "receiver"
	case Transceiver:
		return "transceiver"
	}
	return "unbound"
}

// request returns the bind PDU for m.
func (m Mode) request(b pdu.Bind) pdu.PDU {
	switch m {
	case Transmitter:
		return &pdu.BindTransmitter{Bind: b}
	case Receiver:
		return &pdu.BindReceiver{Bind: b}
	}
	return &pdu.BindTransceiver{Bind: b}
}

// response returns the bind response PDU for m.
func (m Mode) response(b pdu.BindResp) pdu.PDU {
	switch m {
	case Transmitter:
		return &pdu.BindTransmitterResp{BindResp: b}
	case Receiver:
		return &pdu.BindReceiverResp{BindResp: b}
	}
	return &pdu.BindTransceiverResp{BindResp: b}
}

// modeOf tells which bind a request asks for, or 0 when it is none.
func modeOf(id pdu.CommandID) Mode {
	switch id {
	case pdu.BindTransmitterID:
		return Transmitter
	case pdu.BindReceiverID:
		return Receiver
	case pdu.BindTransceiverID:
		return Transceiver
	}
	return 0
}
