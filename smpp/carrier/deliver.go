package carrier

import (
	"bytes"
	"sync/atomic"
	"time"

	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// MO is a message from a handset, or a part of one, as it came.
type MO struct {
	Source     string // the handset, as the carrier writes it
	Dest       string // our short code or number
	ESMClass   byte   // with ESMClassUDHI the text begins with a user data header
	DataCoding byte
	Text       []byte // still encoded as DataCoding says
	TLVs       pdu.TLVs
	At         time.Time // when it came
}

// deliver hands a deliver_sm or data_sm to the handler. d is borrowed.
func (l *link) deliver(d *pdu.DeliverSM, answer func(pdu.Status)) {
	c := l.c
	ack := once(answer)
	if r, ok := receipt.ParseIn(d, c.cfg.ReceiptZone); ok {
		c.handler.Receipt(r, c.cfg.Name, ack)
		return
	}
	c.handler.MO(MO{
		Source: d.Source.Addr, Dest: d.Dest.Addr, ESMClass: d.ESMClass, DataCoding: d.DataCoding,
		Text: bytes.Clone(d.Message()), TLVs: d.TLVs.Clone(), At: time.Now(),
	}, c.cfg.Name, ack)
}

// once makes a second acknowledgement harmless: the SMSC would take it for the
// answer to something else.
func once(answer func(pdu.Status)) func(pdu.Status) {
	answered := new(atomic.Bool)
	return func(status pdu.Status) {
		if answered.CompareAndSwap(false, true) {
			answer(status)
		}
	}
}

// observeRTT takes an answered enquire_link into the metrics.
func (c *Carrier) observeRTT(d time.Duration) { c.metrics.rtt.Observe(d.Seconds()) }
