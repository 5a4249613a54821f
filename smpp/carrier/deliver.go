package carrier

import (
	"bytes"
	"strings"
	"sync/atomic"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// NotNow, given to an acknowledgement, has the SMSC deliver again later, by the
// status that this carrier understands so (Config.Busy).
const NotNow = pdu.ESME_RTHROTTLED

// MO is a message from a handset, or a segment of one; coding.Reassembler joins
// segments.
type MO struct {
	Source string      // the handset, as the carrier writes it
	Global bool        // which is with its country code (TON 1, or a plus)
	Dest   string      // our short code or number
	Part   coding.Part // as it came
	Text   string      // what it says, decoded
	At     time.Time   // when it came
}

// deliver hands a deliver_sm or data_sm to the handler. d is borrowed.
func (l *link) deliver(d *pdu.DeliverSM, answer func(pdu.Status)) {
	c := l.c
	ack := (&acknowledgement{busy: c.cfg.Busy, answer: answer}).give
	if r, ok := receipt.ParseIn(d, c.cfg.ReceiptZone); ok {
		c.handler.Receipt(r, c.cfg.Name, ack)
		return
	}
	part := coding.Part{
		ESMClass: d.ESMClass, DataCoding: d.DataCoding, ShortMessage: bytes.Clone(d.Message()), TLVs: d.TLVs.Clone(),
	}
	c.handler.MO(MO{
		Source: d.Source.Addr, Global: d.Source.TON == tonInternational || strings.HasPrefix(d.Source.Addr, "+"),
		Dest: d.Dest.Addr, Part: part, Text: c.cfg.Alphabet.DecodePart(part), At: time.Now(),
	}, c.cfg.Name, ack)
}

// acknowledgement makes a second answer harmless: the SMSC would take it for the
// answer to something else.
type acknowledgement struct {
	answered atomic.Bool
	busy     pdu.Status // what this SMSC takes for NotNow
	answer   func(pdu.Status)
}

func (a *acknowledgement) give(status pdu.Status) {
	if status == NotNow {
		status = a.busy
	}
	if a.answered.CompareAndSwap(false, true) {
		a.answer(status)
	}
}

// observeRTT takes an answered enquire_link into the metrics.
func (c *Carrier) observeRTT(d time.Duration) { c.metrics.rtt.Observe(d.Seconds()) }
