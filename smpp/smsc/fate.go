package smsc

import (
	"time"

	"tollgate/smpp/pdu"
)

// faultSet are the faults that a response meets.
type faultSet uint16

const (
	faultGarbage faultSet = 1 << iota
	faultOversize
	faultTruncated
	faultDuplicate
	faultStray
	faultUnknown
	faultLost
	faultNack
	faultSwallowed
)

// fate is what chance holds for one submit_sm. It is drawn whole before
// anything is decided, so that a connection's n-th submit_sm meets the same
// one whatever the clock says.
type fate struct {
	status    pdu.Status
	response  time.Duration
	receipt   time.Duration // after the response
	stat, err string
	faults    faultSet
	noReceipt bool
	twice     bool // the receipt
	early     bool
	idForm    IDForm // of the receipt's id; empty: the profile's
}

// plain says that no chance is involved: every fate is the same.
func (p *Profile) plain() bool {
	f := &p.Faults
	return p.ResponseDelay.zero() && p.ReceiptDelay.zero() && len(p.Statuses)+len(p.Receipts) == 0 &&
		p.NoReceipt+p.DuplicateReceipt+p.EarlyReceipt+p.WrongReceipt+p.LoseResponse+p.LoseSubmit+p.Reorder == 0 && !f.any()
}

// draw takes the fate of the next submit_sm.
func (c *conn) draw() fate {
	p := c.s.p
	f := fate{stat: "DELIVRD", err: "000"}
	if c.s.plain {
		return f
	}
	f.response = p.ResponseDelay.draw(c.rng)
	f.receipt = p.ReceiptDelay.draw(c.rng)
	f.status = p.drawStatus(c.rng.Float64())
	if len(p.Receipts) > 0 {
		f.stat, f.err = p.drawReceipt(c.rng.Float64())
	}
	if c.chance(p.Reorder) {
		f.response += time.Duration(c.rng.Int64N(int64(p.ReorderBy))) + 1
	}
	f.noReceipt = c.chance(p.NoReceipt)
	f.twice = c.chance(p.DuplicateReceipt)
	f.early = c.chance(p.EarlyReceipt)
	if c.chance(p.WrongReceipt) {
		f.idForm = IDWrong
	}
	for _, w := range []struct {
		share float64
		fault faultSet
	}{
		{p.LoseResponse, faultLost}, {p.LoseSubmit, faultSwallowed},
		{p.Faults.Garbage, faultGarbage}, {p.Faults.Oversize, faultOversize}, {p.Faults.Truncated, faultTruncated},
		{p.Faults.DuplicateResponse, faultDuplicate}, {p.Faults.StraySequence, faultStray},
		{p.Faults.UnknownPDU, faultUnknown}, {p.Faults.Nack, faultNack},
	} {
		if c.chance(w.share) {
			f.faults |= w.fault
		}
	}
	return f
}

func (c *conn) chance(share float64) bool { return share > 0 && c.rng.Float64() < share }

func (p *Profile) drawStatus(dice float64) pdu.Status {
	for _, s := range p.Statuses {
		if dice -= s.Share; dice < 0 {
			return pdu.Status(s.Status)
		}
	}
	return pdu.ESME_ROK
}

func (p *Profile) drawReceipt(dice float64) (stat, err string) {
	for _, r := range p.Receipts {
		if dice -= r.Share; dice < 0 {
			return r.outcome()
		}
	}
	return "DELIVRD", "000"
}

// outcome is the state with its default err.
func (r ReceiptRate) outcome() (stat, err string) {
	switch {
	case r.Err != "":
		return r.Stat, r.Err
	case r.Stat == "DELIVRD":
		return r.Stat, "000"
	}
	return r.Stat, "001"
}
