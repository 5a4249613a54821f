package smsc

import "tollgate/smpp/pdu"

// submitMulti does submit_multi (SMPP 3.4 §4.5). Every destination is a
// submit_sm of its own that shares the first one's message_id; the response is
// not delayed and meets no faults. Distribution lists are refused.
func (c *conn) submitMulti(h pdu.Header, p *pdu.SubmitMulti) {
	var resp pdu.SubmitMultiResp
	var accepted []*message
	n := c.s.nextID.Add(1)
	for _, dest := range p.Dests {
		c.s.stats.submits.Add(1)
		sm := pdu.SubmitSM{
			ServiceType: p.ServiceType, Source: p.Source, Dest: dest.Address, ESMClass: p.ESMClass,
			ProtocolID: p.ProtocolID, PriorityFlag: p.PriorityFlag, ScheduleDeliveryTime: p.ScheduleDeliveryTime,
			ValidityPeriod: p.ValidityPeriod, RegisteredDelivery: p.RegisteredDelivery,
			DataCoding: p.DataCoding, ShortMessage: p.ShortMessage, TLVs: p.TLVs,
		}
		f := c.draw()
		status := pdu.ESME_RCNTSUBDL
		if dest.List == "" {
			status = c.decide(&sm, &f)
		}
		if status != pdu.ESME_ROK {
			c.s.stats.refusal(status)
			resp.Unsuccessful = append(resp.Unsuccessful, pdu.Unsuccessful{Address: dest.Address, Status: status})
			continue
		}
		accepted = append(accepted, c.accept(&sm, &f, n))
	}
	if len(accepted) > 0 {
		resp.MessageID = accepted[0].id
	}
	end := c.send(&resp, pdu.ESME_ROK, h.Sequence, &c.touched)
	for _, m := range accepted {
		m.respEnd.Store(end)
		c.s.afterResponse(m, &c.touched)
	}
}
