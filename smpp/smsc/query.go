package smsc

import (
	"strconv"
	"time"

	"tollgate/smpp/pdu"
)

// querySM tells the state of a message that is still remembered (SMPP 3.4
// §4.8).
func (c *conn) querySM(h pdu.Header, p *pdu.QuerySM) {
	if c.s.p.NoQuery {
		return
	}
	b := c.s.book
	b.mu.Lock()
	m := b.find(c.acct.Load(), p.MessageID)
	resp := pdu.QuerySMResp{MessageID: p.MessageID}
	if m != nil {
		resp.MessageState = messageState("ENROUTE")
		if m.finalAt <= c.now {
			resp.MessageState = messageState(m.stat)
			resp.FinalDate = pdu.FormatAbsoluteTime(c.s.epoch.Add(time.Duration(m.finalAt)))
			code, _ := strconv.ParseUint(m.err, 10, 8)
			resp.ErrorCode = byte(code)
		}
	}
	b.mu.Unlock()
	if m == nil {
		c.refuse(h, pdu.ESME_RQUERYFAIL)
		return
	}
	c.send(&resp, pdu.ESME_ROK, h.Sequence, &c.touched)
}

// cancelSM makes a message that is not final DELETED (SMPP 3.4 §4.9). Only one
// message can be named, by its id.
func (c *conn) cancelSM(h pdu.Header, p *pdu.CancelSM) {
	status := c.change(p.MessageID, pdu.ESME_RCANCELFAIL, func(m *message) {
		m.stat, m.err, m.finalAt = "DELETED", "000", c.now
	})
	c.refuse(h, status)
}

// replaceSM changes the text of a message that is not final, as the handset
// shows it (SMPP 3.4 §4.10).
func (c *conn) replaceSM(h pdu.Header, p *pdu.ReplaceSM) {
	text := append([]byte(nil), p.ShortMessage...)
	status := c.change(p.MessageID, pdu.ESME_RREPLACEFAIL, func(m *message) { c.s.book.rewrite(m, text) })
	c.refuse(h, status)
}

// change does f to a message that is not final and says how to answer.
func (c *conn) change(id string, fail pdu.Status, f func(*message)) pdu.Status {
	b := c.s.book
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.find(c.acct.Load(), id)
	switch {
	case m == nil:
		return pdu.ESME_RINVMSGID
	case m.finalAt <= c.now:
		return fail
	}
	f(m)
	return pdu.ESME_ROK
}
