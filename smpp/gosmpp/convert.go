package gosmpp

import (
	"fmt"
	"strings"

	"github.com/fiorix/go-smpp/smpp"
	their "github.com/fiorix/go-smpp/smpp/pdu"
	"github.com/fiorix/go-smpp/smpp/pdu/pdufield"
	"github.com/fiorix/go-smpp/smpp/pdu/pdutlv"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// bind sends the bind request and reads its response.
func bind(conn smpp.Conn, cfg *Config) error {
	body := map[session.Mode]func() their.Body{
		session.Transmitter: their.NewBindTransmitter,
		session.Receiver:    their.NewBindReceiver,
		session.Transceiver: their.NewBindTransceiver,
	}[cfg.Mode]()
	f := body.Fields()
	set(f, pdufield.SystemID, cfg.Bind.SystemID)
	set(f, pdufield.Password, cfg.Bind.Password)
	set(f, pdufield.SystemType, cfg.Bind.SystemType)
	set(f, pdufield.InterfaceVersion, cfg.Bind.InterfaceVersion)
	set(f, pdufield.AddrTON, cfg.Bind.AddrTON)
	set(f, pdufield.AddrNPI, cfg.Bind.AddrNPI)
	set(f, pdufield.AddressRange, cfg.Bind.AddressRange)
	if err := conn.Write(body); err != nil {
		return fmt.Errorf("write the bind request: %w", err)
	}
	resp, err := conn.Read()
	if err != nil {
		return fmt.Errorf("read the bind response: %w", err)
	}
	h := resp.Header()
	if h.Status != 0 {
		return &session.BindError{Status: pdu.Status(h.Status)}
	}
	if h.ID != body.Header().ID|0x80000000 {
		return fmt.Errorf("bind answered by %s", h.ID)
	}
	return nil
}

// set sets a field to a value of a type that the library takes, which all
// callers here give it.
func set(f pdufield.Map, name pdufield.Name, v any) {
	if err := f.Set(name, v); err != nil {
		panic(fmt.Sprintf("gosmpp: %s: %v", name, err))
	}
}

// submitSM is p in the library's form.
func submitSM(p *pdu.SubmitSM) their.Body {
	tlvs := pdutlv.Fields{}
	for _, t := range p.TLVs {
		tlvs[pdutlv.Tag(t.Tag)] = append([]byte(nil), t.Value...)
	}
	body := their.NewSubmitSM(tlvs)
	f := body.Fields()
	set(f, pdufield.ServiceType, p.ServiceType)
	set(f, pdufield.SourceAddrTON, p.Source.TON)
	set(f, pdufield.SourceAddrNPI, p.Source.NPI)
	set(f, pdufield.SourceAddr, p.Source.Addr)
	set(f, pdufield.DestAddrTON, p.Dest.TON)
	set(f, pdufield.DestAddrNPI, p.Dest.NPI)
	set(f, pdufield.DestinationAddr, p.Dest.Addr)
	set(f, pdufield.ESMClass, p.ESMClass)
	set(f, pdufield.ProtocolID, p.ProtocolID)
	set(f, pdufield.PriorityFlag, p.PriorityFlag)
	set(f, pdufield.ScheduleDeliveryTime, p.ScheduleDeliveryTime)
	set(f, pdufield.ValidityPeriod, p.ValidityPeriod)
	set(f, pdufield.RegisteredDelivery, p.RegisteredDelivery)
	set(f, pdufield.ReplaceIfPresentFlag, p.ReplaceIfPresent)
	set(f, pdufield.SMDefaultMsgID, p.SMDefaultMsgID)
	set(f, pdufield.ShortMessage, append([]byte(nil), p.ShortMessage...))
	set(f, pdufield.DataCoding, p.DataCoding)
	return body
}

// deliverSM is the library's deliver_sm in our form.
func deliverSM(body their.Body) pdu.DeliverSM {
	f := body.Fields()
	d := pdu.DeliverSM{
		ServiceType:        text(f, pdufield.ServiceType),
		Source:             pdu.Address{TON: octet(f, pdufield.SourceAddrTON), NPI: octet(f, pdufield.SourceAddrNPI), Addr: text(f, pdufield.SourceAddr)},
		Dest:               pdu.Address{TON: octet(f, pdufield.DestAddrTON), NPI: octet(f, pdufield.DestAddrNPI), Addr: text(f, pdufield.DestinationAddr)},
		ESMClass:           octet(f, pdufield.ESMClass),
		ProtocolID:         octet(f, pdufield.ProtocolID),
		PriorityFlag:       octet(f, pdufield.PriorityFlag),
		RegisteredDelivery: octet(f, pdufield.RegisteredDelivery),
		DataCoding:         octet(f, pdufield.DataCoding),
		ShortMessage:       userDataHeader(f),
	}
	if sm := f[pdufield.ShortMessage]; sm != nil {
		d.ShortMessage = append(d.ShortMessage, sm.Bytes()...)
	}
	for tag, v := range body.TLVFields() {
		d.TLVs = append(d.TLVs, pdu.TLV{Tag: pdu.Tag(tag), Value: v.Bytes()})
	}
	return d
}

// userDataHeader puts together again the header that the library takes apart.
func userDataHeader(f pdufield.Map) []byte {
	list, ok := f[pdufield.GSMUserData].(*pdufield.UDHList)
	if !ok {
		return nil
	}
	b := []byte{octet(f, pdufield.UDHLength)}
	for _, e := range list.Data {
		b = append(b, e.IEI.Data, e.IELength.Data)
		b = append(b, e.IEData.Data...)
	}
	return b
}

func octet(f pdufield.Map, name pdufield.Name) byte {
	if v, ok := f[name].(*pdufield.Fixed); ok {
		return v.Data
	}
	return 0
}

func text(f pdufield.Map, name pdufield.Name) string {
	if v := f[name]; v != nil {
		return strings.TrimSuffix(string(v.Bytes()), "\x00")
	}
	return ""
}

// messageID is the body of a submit_sm_resp, as far as it matters here.
func messageID(body their.Body) []byte {
	return []byte(text(body.Fields(), pdufield.MessageID))
}
