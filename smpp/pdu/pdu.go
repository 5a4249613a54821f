package pdu

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// PDU is a body. Its implementations are the pointers to this package's
// structs.
type PDU interface {
	CommandID() CommandID
	appendBody(b []byte) ([]byte, error)
	decodeBody(r *reader) error
}

// silent is a response whose body is left out with some statuses.
type silent interface{ silentOn(Status) bool }

// Append appends the whole PDU, header and body, to b. A refusal (status not
// ESME_ROK) of bind, submit_sm and submit_multi has no body (§4.1, §4.4.2,
// §4.5.2). On a *FieldError b is returned as it was.
func Append(b []byte, p PDU, status Status, sequence uint32) ([]byte, error) {
	start := len(b)
	out := AppendHeader(b, Header{Length: HeaderLen, ID: p.CommandID(), Status: status, Sequence: sequence})
	if status != ESME_ROK {
		if s, ok := p.(silent); ok && s.silentOn(status) {
			return out, nil
		}
	}
	out, err := p.appendBody(out)
	if err != nil {
		return b, named(err, p.CommandID())
	}
	binary.BigEndian.PutUint32(out[start:], uint32(len(out)-start))
	return out, nil
}

func named(err error, id CommandID) error {
	if f, ok := errors.AsType[*FieldError](err); ok {
		f.Command = id
	}
	return err
}

// Decode reads one whole PDU, exactly the octets that its command_length says.
//
// Strings are copied; short_message and the values of optional parameters
// borrow from wire and hold until the caller writes to it: Clone what must
// live longer. With an error the header is still right whenever wire has 16
// octets. A *FieldError refuses this PDU (with ErrUnknownCommand inside: answer
// generic_nack); ErrFraming closes the session.
func Decode(wire []byte) (Header, PDU, error) {
	if len(wire) < HeaderLen {
		return Header{}, nil, fmt.Errorf("decode a PDU of %d octets: %w", len(wire), ErrFraming)
	}
	h := DecodeHeader(wire)
	if uint64(h.Length) != uint64(len(wire)) {
		return h, nil, fmt.Errorf("decode %v: command_length %d for %d octets: %w", h.ID, h.Length, len(wire), ErrFraming)
	}
	p := New(h.ID)
	if p == nil {
		return h, nil, &FieldError{Command: h.ID, Field: "command_id", Status: ESME_RINVCMDID, Err: ErrUnknownCommand}
	}
	if err := decode(p, wire[HeaderLen:]); err != nil {
		return h, nil, err
	}
	return h, p, nil
}

func decode(p PDU, body []byte) error {
	r := reader{b: body, cmd: p.CommandID()}
	return p.decodeBody(&r)
}

// New returns an empty body for the command, nil when SMPP 3.4 does not know it.
func New(id CommandID) PDU {
	if make, ok := bodies[id]; ok {
		return make()
	}
	return nil
}

var bodies = map[CommandID]func() PDU{
	BindReceiverID:        func() PDU { return new(BindReceiver) },
	BindReceiverRespID:    func() PDU { return new(BindReceiverResp) },
	BindTransmitterID:     func() PDU { return new(BindTransmitter) },
	BindTransmitterRespID: func() PDU { return new(BindTransmitterResp) },
	BindTransceiverID:     func() PDU { return new(BindTransceiver) },
	BindTransceiverRespID: func() PDU { return new(BindTransceiverResp) },
	OutbindID:             func() PDU { return new(Outbind) },
	UnbindID:              func() PDU { return new(Unbind) },
	UnbindRespID:          func() PDU { return new(UnbindResp) },
	EnquireLinkID:         func() PDU { return new(EnquireLink) },
	EnquireLinkRespID:     func() PDU { return new(EnquireLinkResp) },
	GenericNackID:         func() PDU { return new(GenericNack) },
	SubmitSMID:            func() PDU { return new(SubmitSM) },
	SubmitSMRespID:        func() PDU { return new(SubmitSMResp) },
	SubmitMultiID:         func() PDU { return new(SubmitMulti) },
	SubmitMultiRespID:     func() PDU { return new(SubmitMultiResp) },
	DeliverSMID:           func() PDU { return new(DeliverSM) },
	DeliverSMRespID:       func() PDU { return new(DeliverSMResp) },
	DataSMID:              func() PDU { return new(DataSM) },
	DataSMRespID:          func() PDU { return new(DataSMResp) },
	QuerySMID:             func() PDU { return new(QuerySM) },
	QuerySMRespID:         func() PDU { return new(QuerySMResp) },
	CancelSMID:            func() PDU { return new(CancelSM) },
	CancelSMRespID:        func() PDU { return new(CancelSMResp) },
	ReplaceSMID:           func() PDU { return new(ReplaceSM) },
	ReplaceSMRespID:       func() PDU { return new(ReplaceSMResp) },
	AlertNotificationID:   func() PDU { return new(AlertNotification) },
}
