package receipt

import (
	"strconv"
	"time"

	"tollgate/smpp/pdu"
)

// Receipt is what a carrier says of a message. Its addresses are the PDU's own
// strings: a receipt that outlives the wire is parsed from one that Decode made, not
// DecodeBorrowed. It borrows nothing else.
type Receipt struct {
	ID     string // receipted_message_id, else the text's id; empty when neither is there
	AltID  string // the text's id where it differs from receipted_message_id
	State  State
	Final  bool   // no other receipt is to be expected
	Stat   string // the word as it came, empty when only message_state told
	Err    string // the text's err as it came, else network_error_code in decimal
	Source string // the sender of the message, our address
	Dest   string // the handset, as the carrier writes it

	SubmitDate, DoneDate time.Time // in the parser's zone, zero when not told
	Text                 string    // the first characters of the message, if told
	NetworkError         [3]byte   // network type and error (§5.3.2.31); zero when not told
	Reference            uint16    // user_message_reference, when HasReference
	HasReference         bool
}

// Parse reads a deliver_sm as a receipt whose dates are UTC. ok is false when it
// is a message from a handset.
func Parse(d *pdu.DeliverSM) (r Receipt, ok bool) { return ParseIn(d, time.UTC) }

// ParseData reads a data_sm as Parse does.
func ParseData(d *pdu.DataSM) (r Receipt, ok bool) { return ParseIn(FromData(d), time.UTC) }

// FromData returns the data_sm as the deliver_sm that says the same. It borrows
// what d borrows.
func FromData(d *pdu.DataSM) *pdu.DeliverSM {
	return &pdu.DeliverSM{
		ServiceType: d.ServiceType, Source: d.Source, Dest: d.Dest, ESMClass: d.ESMClass,
		RegisteredDelivery: d.RegisteredDelivery, DataCoding: d.DataCoding, TLVs: d.TLVs,
	}
}

// ParseIn is Parse for a carrier that writes dates in its own time zone.
func ParseIn(d *pdu.DeliverSM, zone *time.Location) (r Receipt, ok bool) {
	var t text
	t.scan(body(d))
	id, hasID := d.TLVs.CString(pdu.TagReceiptedMessageID)
	if !marked(d.ESMClass) && !(hasID && id != "") && !t.unmistakable() {
		return Receipt{}, false
	}
	r.identify(id, &t)
	r.judge(d, &t)
	r.addresses(d)
	r.SubmitDate, r.DoneDate = parseDate(t.values[keySubmit], zone), parseDate(t.values[keyDone], zone)
	r.Text = string(t.values[keyText])
	r.Reference, r.HasReference = d.TLVs.Uint16(pdu.TagUserMessageReference)
	return r, true
}

// marked says that esm_class (§5.2.12) calls the PDU a receipt, a handset's
// acknowledgement or an intermediate notification.
func marked(esmClass byte) bool {
	switch esmClass & 0x3C {
	case pdu.ESMClassReceipt, pdu.ESMClassDeliveryAck, pdu.ESMClassIntermediate:
		return true
	}
	return false
}

func (r *Receipt) identify(id string, t *text) {
	r.ID = id
	switch {
	case id == "":
		r.ID = string(t.values[keyID])
	case len(t.values[keyID]) > 0 && string(t.values[keyID]) != id:
		r.AltID = string(t.values[keyID])
	}
}

// judge finds the state: message_state, else stat, else what dlvrd counts. With
// none of them the receipt says nothing final.
func (r *Receipt) judge(d *pdu.DeliverSM, t *text) {
	r.Stat = intern(t.values[keyStat])
	told, known := parseState(t.values[keyStat])
	switch s, ok := d.TLVs.Uint8(pdu.TagMessageState); {
	case ok && s <= byte(Skipped):
		r.State, known = State(s), true
	case known:
		r.State = told
	case len(t.values[keyStat]) == 0 && atLeastOne(t.values[keyDlvrd]):
		r.State, known = Delivered, true
	default:
		r.State = Unknown
	}
	r.Final = known && r.State.Final()

	r.Err = intern(t.values[keyErr])
	if v, ok := d.TLVs.Get(pdu.TagNetworkErrorCode); ok && len(v) == len(r.NetworkError) {
		copy(r.NetworkError[:], v)
		if r.Err == "" {
			r.Err = strconv.Itoa(int(v[1])<<8 | int(v[2]))
		}
	}
}

// atLeastOne reads the count of delivered messages.
func atLeastOne(digits []byte) bool {
	some := false
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
		some = some || c != '0'
	}
	return some
}

// intern spares an allocation for the words that nearly every receipt has.
func intern(b []byte) string {
	switch string(b) {
	case "":
		return ""
	case "DELIVRD":
		return "DELIVRD"
	case "000":
		return "000"
	}
	return string(b)
}
