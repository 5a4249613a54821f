package pdu

// headerOnly is the body of the PDUs that have none. Octets after the header
// carry nothing, so decode passes over them.
type headerOnly struct{}

func (headerOnly) appendBody(b []byte) ([]byte, error) { return b, nil }

func (headerOnly) decodeBody(*reader) error { return nil }

// Unbind asks to end the session (§4.2.1).
type Unbind struct{ headerOnly }

// UnbindResp answers unbind (§4.2.2).
type UnbindResp struct{ headerOnly }

// EnquireLink asks whether the peer is alive (§4.11.1).
type EnquireLink struct{ headerOnly }

// EnquireLinkResp answers enquire_link (§4.11.2).
type EnquireLinkResp struct{ headerOnly }

// GenericNack refuses a PDU that has no response of its own (§4.3.1).
type GenericNack struct{ headerOnly }

// CancelSMResp answers cancel_sm (§4.9.2).
type CancelSMResp struct{ headerOnly }

// ReplaceSMResp answers replace_sm (§4.10.2).
type ReplaceSMResp struct{ headerOnly }

// CommandID returns UnbindID.
func (*Unbind) CommandID() CommandID { return UnbindID }

// CommandID returns UnbindRespID.
func (*UnbindResp) CommandID() CommandID { return UnbindRespID }

// CommandID returns EnquireLinkID.
func (*EnquireLink) CommandID() CommandID { return EnquireLinkID }

// CommandID returns EnquireLinkRespID.
func (*EnquireLinkResp) CommandID() CommandID { return EnquireLinkRespID }

// CommandID returns GenericNackID.
func (*GenericNack) CommandID() CommandID { return GenericNackID }

// CommandID returns CancelSMRespID.
func (*CancelSMResp) CommandID() CommandID { return CancelSMRespID }

// CommandID returns ReplaceSMRespID.
func (*ReplaceSMResp) CommandID() CommandID { return ReplaceSMRespID }

// Decode accepts any body.
func (*Unbind) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*UnbindResp) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*EnquireLink) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*EnquireLinkResp) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*GenericNack) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*CancelSMResp) Decode([]byte) error { return nil }

// Decode accepts any body.
func (*ReplaceSMResp) Decode([]byte) error { return nil }
