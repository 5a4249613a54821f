package smsc

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tollgate/smpp/pdu"
)

// deliverPDU is the PDU of a delivery.
func (p *Profile) deliverPDU(d *delivery, epoch time.Time) pdu.PDU {
	m := d.m
	if d.kind == kindMO {
		return &pdu.DeliverSM{Source: m.from, Dest: m.to, ESMClass: m.esmClass, DataCoding: m.coding, ShortMessage: m.body}
	}
	esmClass := *p.ReceiptESMClass
	if d.kind == kindIntermediate {
		esmClass = pdu.ESMClassIntermediate
	}
	var tlvs pdu.TLVs
	if m.reference != nil {
		tlvs = tlvs.With(pdu.TagUserMessageReference, m.reference...)
	}
	if p.ReceiptForm != "text" && p.ReceiptForm != "payload" {
		tlvs = append(tlvs, p.receiptTLVs(d)...)
	}
	if p.ReceiptForm == "data_sm" {
		return &pdu.DataSM{Source: m.to, Dest: m.from, ESMClass: esmClass, DataCoding: p.ReceiptDataCoding, TLVs: tlvs}
	}
	sm := &pdu.DeliverSM{Source: m.to, Dest: m.from, ESMClass: esmClass, DataCoding: p.ReceiptDataCoding, TLVs: tlvs}
	switch p.ReceiptForm {
	case "tlv":
	case "payload":
		sm.TLVs = sm.TLVs.With(pdu.TagMessagePayload, p.receiptText(d, epoch)...)
	default:
		sm.ShortMessage = p.receiptText(d, epoch)
	}
	return sm
}

// receiptTLVs are the optional parameters of a receipt (SMPP 3.4 §5.3.2).
func (p *Profile) receiptTLVs(d *delivery) pdu.TLVs {
	code, err := strconv.ParseUint(d.err, 10, 16)
	if err != nil {
		code = 0
	}
	const gsm = 3 // network type of network_error_code
	id := pdu.CStringTLV(pdu.TagReceiptedMessageID, p.receiptID(d.m))
	if p.ReceiptForm == "id-tlv" {
		return pdu.TLVs{id}
	}
	return pdu.TLVs{
		id,
		{Tag: pdu.TagMessageState, Value: []byte{messageState(d.stat)}},
		{Tag: pdu.TagNetworkErrorCode, Value: []byte{gsm, byte(code >> 8), byte(code)}},
	}
}

// messageState is message_state for a stat (SMPP 3.4 §5.2.28).
func messageState(stat string) byte {
	switch stat {
	case "ENROUTE", "BUFFRED", "BUFFERD":
		return 1
	case "DELIVRD":
		return 2
	case "EXPIRED":
		return 3
	case "DELETED":
		return 4
	case "ACCEPTD", "ACKED":
		return 6
	case "UNKNOWN":
		return 7
	case "REJECTD", "REJECTED":
		return 8
	}
	return 5 // UNDELIV, and the words that some SMSCs have for it
}

// receiptText is the body of a receipt in the style of SMPP 3.4 appendix B.
func (p *Profile) receiptText(d *delivery, epoch time.Time) []byte {
	m := d.m
	id, text := p.receiptID(m), m.excerpt()
	submitted := p.date(epoch.Add(time.Duration(m.at)))
	done := p.date(time.Now())
	delivered := "000"
	if d.stat == "DELIVRD" {
		delivered = "001"
	}
	switch p.ReceiptStyle {
	case "short":
		return fmt.Appendf(nil, "id:%s stat:%s err:%s", id, d.stat, d.err)
	case "reversed":
		return fmt.Appendf(nil, "stat:%s err:%s done date:%s submit date:%s dlvrd:%s sub:001 id:%s text:%s", d.stat, d.err, done, submitted, delivered, id, text)
	case "tight":
		return fmt.Appendf(nil, "id:%s sub:001 dlvrd:%s submitdate:%s donedate:%s stat:%s err:%s text:%s", id, delivered, submitted, done, d.stat, d.err, text)
	}
	key := "text:"
	if p.ReceiptStyle == "upper" {
		key = "Text:"
	}
	b := make([]byte, 0, 160)
	for _, s := range [...]string{"id:", id, " sub:001 dlvrd:", delivered, " submit date:", submitted,
		" done date:", done, " stat:", d.stat, " err:", d.err, " ", key, text} {
		b = append(b, s...)
	}
	return b
}

// date writes a time as receipts do.
func (p *Profile) date(t time.Time) string {
	t = t.UTC().Add(p.ReceiptZone)
	switch p.ReceiptDates {
	case 12:
		return t.Format("060102150405")
	case 14:
		return t.Format("20060102150405")
	}
	return t.Format("0601021504")
}

// excerpt is the first 20 characters of the text when all of it is plain ASCII.
func (m *message) excerpt() string {
	const most = 20
	if m.coding != 0 && m.coding != 1 && m.coding != 3 || m.esmClass&pdu.ESMClassUDHI != 0 {
		return ""
	}
	head := string(m.body[:min(len(m.body), most)])
	if strings.ContainsFunc(head, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return head
}
