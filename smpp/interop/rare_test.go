package interop

import "tollgate/smpp/pdu"

// rare are the PDUs that the runs do not need, and the golden vectors have.
func (f *fields) rare(h pdu.Header, p pdu.PDU) bool {
	switch p := p.(type) {
	case *pdu.QuerySM:
		f.text("message_id", p.MessageID)
		f.source(p.Source)
	case *pdu.QuerySMResp:
		if h.Status == pdu.ESME_ROK {
			f.text("message_id", p.MessageID)
			f.time("final_date", p.FinalDate)
			f.add("message_state", p.MessageState)
			f.add("error_code", p.ErrorCode)
		}
	case *pdu.CancelSM:
		f.text("service_type", p.ServiceType)
		f.text("message_id", p.MessageID)
		f.source(p.Source)
		f.dest(p.Dest)
	case *pdu.ReplaceSM:
		f.text("message_id", p.MessageID)
		f.source(p.Source)
		f.time("schedule_delivery_time", p.ScheduleDeliveryTime)
		f.time("validity_period", p.ValidityPeriod)
		f.add("regdel", p.RegisteredDelivery)
		f.add("sm_default_msg_id", p.SMDefaultMsgID)
		f.message(p.ShortMessage)
	case *pdu.AlertNotification:
		f.source(p.Source)
		f.address("esme_addr_ton", "esme_addr_npi", "esme_addr", p.ESME)
		f.tlvs(p.TLVs)
	case *pdu.SubmitMulti:
		f.multi(p)
	case *pdu.SubmitMultiResp:
		if h.Status == pdu.ESME_ROK {
			f.text("message_id", p.MessageID)
			for _, u := range p.Unsuccessful {
				f.dest(u.Address)
				f.uint32("error_status_code", uint32(u.Status))
			}
			f.tlvs(p.TLVs)
		}
	default:
		return false
	}
	return true
}

func (f *fields) multi(p *pdu.SubmitMulti) {
	f.text("service_type", p.ServiceType)
	f.source(p.Source)
	for _, d := range p.Dests {
		if d.List != "" {
			f.text("dl_name", d.List)
		} else {
			f.dest(d.Address)
		}
	}
	f.add("esm.submit", p.ESMClass)
	f.add("protocol_id", p.ProtocolID)
	f.add("priority_flag", p.PriorityFlag)
	f.time("schedule_delivery_time", p.ScheduleDeliveryTime)
	f.time("schedule_delivery_time", p.ValidityPeriod) // Wireshark 4.0 gives it this name too
	f.add("regdel", p.RegisteredDelivery)
	f.add("replace_if_present_flag", p.ReplaceIfPresent)
	f.add("data_coding", p.DataCoding)
	f.add("sm_default_msg_id", p.SMDefaultMsgID)
	f.message(p.ShortMessage)
	f.tlvs(p.TLVs)
}
