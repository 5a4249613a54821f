package interop

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"tollgate/smpp/pdu"
)

// leaf is one field as the oracle names it, and its octets in hexadecimal.
type leaf struct{ name, value string }

// fields collects the leaves of one PDU in the order of the wire.
type fields []leaf

func (f *fields) add(name string, octets ...byte) {
	*f = append(*f, leaf{"smpp." + name, hex.EncodeToString(octets)})
}

func (f *fields) uint32(name string, v uint32) {
	f.add(name, binary.BigEndian.AppendUint32(nil, v)...)
}

func (f *fields) text(name, v string) { f.add(name, append([]byte(v), 0)...) }

func (f *fields) address(ton, npi, addr string, a pdu.Address) {
	f.add(ton, a.TON)
	f.add(npi, a.NPI)
	f.text(addr, a.Addr)
}

func (f *fields) source(a pdu.Address) {
	f.address("source_addr_ton", "source_addr_npi", "source_addr", a)
}

func (f *fields) dest(a pdu.Address) {
	f.address("dest_addr_ton", "dest_addr_npi", "destination_addr", a)
}

// time names a time as Wireshark does: _r when it is relative, or empty.
func (f *fields) time(name, v string) {
	if v == "" || v[len(v)-1] == 'R' {
		name += "_r"
	}
	f.text(name, v)
}

func (f *fields) message(b []byte) {
	f.add("sm_length", byte(len(b)))
	if len(b) > 0 {
		f.add("message", b...)
	}
}

func (f *fields) tlvs(all pdu.TLVs) {
	for _, t := range all {
		b := binary.BigEndian.AppendUint16(nil, uint16(t.Tag))
		b = binary.BigEndian.AppendUint16(b, uint16(len(t.Value)))
		f.add("opt_param", append(b, t.Value...)...)
	}
}

// leaves are the fields of a PDU as package pdu understands them.
func leaves(h pdu.Header, p pdu.PDU) (fields, error) {
	var f fields
	f.uint32("command_length", h.Length)
	f.uint32("command_id", uint32(h.ID))
	if h.ID.IsResponse() {
		f.uint32("command_status", uint32(h.Status))
	}
	f.uint32("sequence_number", h.Sequence)
	switch p := p.(type) {
	case *pdu.BindTransmitter:
		f.bind(&p.Bind)
	case *pdu.BindReceiver:
		f.bind(&p.Bind)
	case *pdu.BindTransceiver:
		f.bind(&p.Bind)
	case *pdu.BindTransmitterResp:
		f.bindResp(h, &p.BindResp)
	case *pdu.BindReceiverResp:
		f.bindResp(h, &p.BindResp)
	case *pdu.BindTransceiverResp:
		f.bindResp(h, &p.BindResp)
	case *pdu.Outbind:
		f.text("system_id", p.SystemID)
		f.text("password", p.Password)
	case *pdu.SubmitSM:
		f.submit(p)
	case *pdu.DeliverSM:
		f.submit((*pdu.SubmitSM)(p))
	case *pdu.DataSM:
		f.data(p)
	case *pdu.SubmitSMResp:
		f.accepted(h, p.MessageID, p.TLVs)
	case *pdu.DeliverSMResp:
		f.accepted(h, p.MessageID, p.TLVs)
	case *pdu.DataSMResp:
		f.accepted(h, p.MessageID, p.TLVs)
	case *pdu.Unbind, *pdu.UnbindResp, *pdu.EnquireLink, *pdu.EnquireLinkResp, *pdu.GenericNack,
		*pdu.CancelSMResp, *pdu.ReplaceSMResp:
	default:
		if !f.rare(h, p) {
			return nil, fmt.Errorf("no leaves for %v", h.ID)
		}
	}
	return f, nil
}

func (f *fields) bind(b *pdu.Bind) {
	f.text("system_id", b.SystemID)
	f.text("password", b.Password)
	f.text("system_type", b.SystemType)
	f.add("interface_version", b.InterfaceVersion)
	f.add("addr_ton", b.AddrTON)
	f.add("addr_npi", b.AddrNPI)
	f.text("address_range", b.AddressRange)
}

// What follows the header of a refusal Wireshark leaves out.
func (f *fields) bindResp(h pdu.Header, b *pdu.BindResp) {
	if h.Status == pdu.ESME_ROK {
		f.text("system_id", b.SystemID)
		f.tlvs(b.TLVs)
	}
}

func (f *fields) accepted(h pdu.Header, id string, tlvs pdu.TLVs) {
	if h.Status == pdu.ESME_ROK {
		f.text("message_id", id)
		f.tlvs(tlvs)
	}
}

func (f *fields) submit(p *pdu.SubmitSM) {
	f.text("service_type", p.ServiceType)
	f.source(p.Source)
	f.dest(p.Dest)
	f.add("esm.submit", p.ESMClass)
	f.add("protocol_id", p.ProtocolID)
	f.add("priority_flag", p.PriorityFlag)
	f.time("schedule_delivery_time", p.ScheduleDeliveryTime)
	f.time("validity_period", p.ValidityPeriod)
	f.add("regdel", p.RegisteredDelivery)
	f.add("replace_if_present_flag", p.ReplaceIfPresent)
	f.add("data_coding", p.DataCoding)
	f.add("sm_default_msg_id", p.SMDefaultMsgID)
	f.message(p.ShortMessage)
	f.tlvs(p.TLVs)
}

func (f *fields) data(p *pdu.DataSM) {
	f.text("service_type", p.ServiceType)
	f.source(p.Source)
	f.dest(p.Dest)
	f.add("esm.submit", p.ESMClass)
	f.add("regdel", p.RegisteredDelivery)
	f.add("data_coding", p.DataCoding)
	f.tlvs(p.TLVs)
}
