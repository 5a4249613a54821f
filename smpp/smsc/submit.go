package smsc

import (
	"errors"

	"tollgate/smpp/pdu"
)

// submitSM does one submit_sm (SMPP 3.4 §4.4.1).
func (c *conn) submitSM(h pdu.Header, body []byte) error {
	if c.mode.Load()&transmits == 0 {
		c.refuse(h, pdu.ESME_RINVBNDSTS)
		return nil
	}
	if err := c.sm.DecodeBorrowed(body); err != nil {
		c.s.stats.submits.Add(1)
		return c.malformed(h, err)
	}
	return c.submit(h, &c.sm)
}

// dataSM is submit_sm with the text in message_payload (SMPP 3.4 §4.7.1).
func (c *conn) dataSM(h pdu.Header, p *pdu.DataSM) error {
	return c.submit(h, &pdu.SubmitSM{
		ServiceType: p.ServiceType, Source: p.Source, Dest: p.Dest, ESMClass: p.ESMClass,
		RegisteredDelivery: p.RegisteredDelivery, DataCoding: p.DataCoding, TLVs: p.TLVs,
	})
}

// submit does what the script wants around a message.
func (c *conn) submit(h pdu.Header, sm *pdu.SubmitSM) error {
	c.s.stats.submits.Add(1)
	c.submits++
	f := c.draw()
	sc := c.s.script
	if sc == nil {
		return c.answer(h, sm, &f)
	}
	sc.submitting(c, sm.Dest.Addr, &f)
	if err := c.answer(h, sm, &f); err != nil {
		return err
	}
	sc.submitted(c)
	return nil
}

// answer decides on a message and answers it, now or later.
func (c *conn) answer(h pdu.Header, sm *pdu.SubmitSM, f *fate) error {
	if f.faults&faultSwallowed != 0 {
		c.s.stats.swallowed.Add(1)
		return c.breakDown()
	}
	status := c.decide(sm, f)
	var m *message
	if status == pdu.ESME_ROK {
		m = c.accept(sm, f, c.s.nextID.Add(1))
	} else {
		c.s.stats.refusal(status)
		f.faults &^= faultTruncated // a refusal has no message_id to cut
	}
	if m != nil && m.early {
		m.acct.receipt(m, &c.touched)
	}
	if f.response > 0 {
		c.pending.Add(1)
		c.s.timeline.push(event{
			at: c.now + int64(f.response), what: evRespond, c: c, m: m,
			seq: h.Sequence, status: status, response: h.ID.Response(), faults: f.faults,
		})
		return c.breakDown()
	}
	if err := c.breakDown(); err != nil {
		return err
	}
	c.respond(h.Sequence, h.ID.Response(), status, m, f.faults, &c.touched)
	if m != nil {
		c.s.afterResponse(m, &c.touched)
	}
	return nil
}

// errDropped ends a connection on the profile's wish.
var errDropped = errors.New("dropped by the profile")

// breakDown plays the faults that end a connection after a number of submit_sm.
func (c *conn) breakDown() error {
	f := &c.s.p.Faults
	if f.DropAfter > 0 && c.submits >= f.DropAfter {
		c.shut()
		return errDropped
	}
	if f.HalfOpenAfter > 0 && c.submits >= f.HalfOpenAfter {
		c.touched.flush(c)
		c.mute.Store(true)
		<-c.gone
		return errDropped
	}
	return nil
}

// decide says how a submit_sm is answered.
func (c *conn) decide(sm *pdu.SubmitSM, f *fate) pdu.Status {
	p := c.s.p
	if status := p.check(sm, c.s.epoch, c.now); status != pdu.ESME_ROK {
		return status
	}
	if p.MaxWindow > 0 && c.pending.Load() >= int64(p.MaxWindow) {
		return pdu.Status(p.WindowStatus)
	}
	if p.ThrottleTPS > 0 || p.QueueLimit > 0 {
		if status := c.acct.Load().admit(c.now); status != pdu.ESME_ROK {
			return status
		}
	}
	return f.status
}

// respond answers a submit_sm or data_sm, with the faults drawn for it.
func (c *conn) respond(seq uint32, id pdu.CommandID, status pdu.Status, m *message, faults faultSet, t *touched) {
	if faults&faultLost != 0 {
		return
	}
	if faults != 0 {
		c.before(seq, faults, t)
	}
	if faults&faultNack != 0 {
		c.send(&pdu.GenericNack{}, pdu.ESME_RSYSERR, seq, t)
		return
	}
	var messageID string
	if m != nil {
		messageID = m.id
	}
	var end uint64
	switch {
	case faults&faultTruncated != 0:
		end = c.sendBare(id, status, seq, messageID[:len(messageID)/2], t)
	case status == pdu.ESME_ROK && (c.s.p.MessageID == IDAbsent || c.s.p.MessageID == IDUnterminated):
		end = c.sendBare(id, status, seq, messageID, t)
	case status != pdu.ESME_ROK && c.s.p.RefusalBody:
		end = c.sendBare(id, status, seq, "\x00", t)
	case id == pdu.DataSMRespID:
		end = c.send(&pdu.DataSMResp{MessageID: messageID}, status, seq, t)
	default:
		end = c.sendSubmitResp(messageID, status, seq, t)
	}
	if m != nil {
		m.respEnd.Store(end)
	}
	if faults != 0 {
		c.behind(seq, faults, m, t)
	}
}

// sendSubmitResp is send for the hot response, whose body is used again.
func (c *conn) sendSubmitResp(messageID string, status pdu.Status, seq uint32, t *touched) uint64 {
	c.mu.Lock()
	start := len(c.out)
	c.resp.MessageID = messageID
	out, err := pdu.Append(c.out, &c.resp, status, seq)
	if err == nil {
		c.out = out
	}
	return c.queued(start, t)
}
