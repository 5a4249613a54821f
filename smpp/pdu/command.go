package pdu

import "fmt"

// CommandID tells what a PDU is (§5.1.2.1). A response has the top bit set.
type CommandID uint32

// The command_id values of SMPP 3.4.
const (
	BindReceiverID        CommandID = 0x00000001
	BindTransmitterID     CommandID = 0x00000002
	QuerySMID             CommandID = 0x00000003
	SubmitSMID            CommandID = 0x00000004
	DeliverSMID           CommandID = 0x00000005
	UnbindID              CommandID = 0x00000006
	ReplaceSMID           CommandID = 0x00000007
	CancelSMID            CommandID = 0x00000008
	BindTransceiverID     CommandID = 0x00000009
	OutbindID             CommandID = 0x0000000B
	EnquireLinkID         CommandID = 0x00000015
	SubmitMultiID         CommandID = 0x00000021
	AlertNotificationID   CommandID = 0x00000102
	DataSMID              CommandID = 0x00000103
	GenericNackID         CommandID = 0x80000000
	BindReceiverRespID    CommandID = 0x80000001
	BindTransmitterRespID CommandID = 0x80000002
	QuerySMRespID         CommandID = 0x80000003
	SubmitSMRespID        CommandID = 0x80000004
	DeliverSMRespID       CommandID = 0x80000005
	UnbindRespID          CommandID = 0x80000006
	ReplaceSMRespID       CommandID = 0x80000007
	CancelSMRespID        CommandID = 0x80000008
	BindTransceiverRespID CommandID = 0x80000009
	EnquireLinkRespID     CommandID = 0x80000015
	SubmitMultiRespID     CommandID = 0x80000021
	DataSMRespID          CommandID = 0x80000103
)

const responseBit = 0x80000000

// IsResponse says that the command answers another one; generic_nack does too.
func (c CommandID) IsResponse() bool { return c&responseBit != 0 }

// Response returns the command_id that answers c.
func (c CommandID) Response() CommandID { return c | responseBit }

var commandNames = map[CommandID]string{
	BindReceiverID:      "bind_receiver",
	BindTransmitterID:   "bind_transmitter",
	QuerySMID:           "query_sm",
	SubmitSMID:          "submit_sm",
	DeliverSMID:         "deliver_sm",
	UnbindID:            "unbind",
	ReplaceSMID:         "replace_sm",
	CancelSMID:          "cancel_sm",
	BindTransceiverID:   "bind_transceiver",
	OutbindID:           "outbind",
	EnquireLinkID:       "enquire_link",
	SubmitMultiID:       "submit_multi",
	AlertNotificationID: "alert_notification",
	DataSMID:            "data_sm",
}

// String returns the specification's name, as in "submit_sm_resp", or the
// number in hexadecimal when it has none.
func (c CommandID) String() string {
	if c == GenericNackID {
		return "generic_nack"
	}
	name, ok := commandNames[c&^responseBit]
	switch {
	case !ok, c == OutbindID|responseBit, c == AlertNotificationID|responseBit:
		return fmt.Sprintf("0x%08X", uint32(c))
	case c.IsResponse():
		return name + "_resp"
	}
	return name
}
