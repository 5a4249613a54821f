package gateway

import (
	"reflect"

	"tollgate/gateway/route"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/receipt"
)

// Carriers write the same text in different octets, and in different numbers of
// segments: a message is written for its carrier when it is about to be submitted,
// and anew when another carrier takes over. That some carrier of its route can
// write it is made sure of before it is accepted.

// reference numbers a message for its segments and its receipts. It comes from the
// id, so that a repeat carries the same one.
func reference(id store.ID) uint16 { return uint16(id[14])<<8 | uint16(id[15]) }

// codingFor is how a carrier writes texts, within the gateway's own limit of parts.
func (d *Dispatcher) codingFor(c *carrier.Carrier) coding.Options {
	o := c.Coding()
	if o.MaxParts == 0 || o.MaxParts > d.cfg.MaxParts {
		o.MaxParts = d.cfg.MaxParts
	}
	return o
}

// learnCoding keeps one of each way in which the carriers write.
func (d *Dispatcher) learnCoding(o coding.Options) {
	for i := range d.codings {
		if reflect.DeepEqual(d.codings[i], o) {
			return
		}
	}
	d.codings = append(d.codings, o)
}

// encodable says why no carrier can write a text, nil when one can.
func (d *Dispatcher) encodable(text string) (err error) {
	for i := range d.codings {
		if _, _, err = coding.Count(text, d.codings[i]); err == nil {
			return nil
		}
	}
	return err
}

// fit leaves those carriers in a plan that can write the text. When none is left, err
// says why the first one cannot.
func (d *Dispatcher) fit(plan []route.Choice, text string) (fits []route.Choice, err error) {
	fits = plan[:0]
	for _, c := range plan {
		_, _, cannot := coding.Count(text, d.lanes[c.Carrier].coding)
		if cannot == nil {
			fits = append(fits, c)
		} else if err == nil {
			err = cannot
		}
	}
	if len(fits) > 0 {
		err = nil
	}
	return fits, err
}

// encode writes f for this carrier, unless it is so written already, and returns
// how many parts that makes; 0 when f has ended.
func (l *lane) encode(f *flight) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return 0
	}
	if f.written == l {
		return len(f.parts)
	}
	o := l.coding
	o.Ref = reference(f.msg.ID)
	parts, err := coding.Split(f.text, o)
	if err != nil { // its plan was made of carriers that can
		l.d.finish(f, store.Rejected, "text", "the text cannot be encoded: "+err.Error())
		return 0
	}
	f.parts, f.written = parts, l
	return len(parts)
}

// segments is what f costs at this carrier, 0 when that is its parts. The caller holds
// f.mu.
func (l *lane) segments(f *flight) int {
	if l.coding.Concat != coding.Payload {
		return 0
	}
	_, n, _ := coding.Count(f.text, l.coding) // encode has shown that it can be written
	return n
}

// partName is what receipts will call part n of f by: its message_id, or the reference
// that we gave it where the carrier gave none, or gives all the same. The caller
// holds f.mu.
func (l *lane) partName(f *flight, n int) string {
	if id := f.d.CarrierIDs[n]; id != "" && !l.byReference {
		return id
	}
	return receipt.ReferenceID(l.carrier.Reference(reference(f.msg.ID), n))
}

// await makes f's parts known to the receipts that are to come. The caller holds f.mu.
func (l *lane) await(f *flight) {
	for n := range f.d.CarrierIDs {
		l.ids.Add(l.partName(f, n), f.msg.To.Digits(), part{f.msg.ID, n})
	}
}

// forget drops the receipts awaited for f. The caller holds f.mu.
func (l *lane) forget(f *flight) {
	for n := range f.d.CarrierIDs {
		l.ids.Remove(l.partName(f, n), f.msg.To.Digits())
	}
}
