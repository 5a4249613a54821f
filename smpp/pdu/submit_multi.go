package pdu

// SubmitMulti sends a message to up to 254 destinations (§4.5.1).
type SubmitMulti struct {
	ServiceType          string // at most 5 octets
	Source               Address
	Dests                []Destination // 1 to 254
	ESMClass             byte
	ProtocolID           byte
	PriorityFlag         byte
	ScheduleDeliveryTime string
	ValidityPeriod       string
	RegisteredDelivery   byte
	ReplaceIfPresent     byte
	DataCoding           byte
	SMDefaultMsgID       byte
	ShortMessage         []byte // at most 254 octets
	TLVs                 TLVs
}

// Destination is an SME address, or a distribution list when List is not empty
// (§4.5.1.1).
type Destination struct {
	Address
	List string // at most 20 octets
}

// dest_flag (§5.2.25).
const (
	destFlagSME  = 1
	destFlagList = 2
)

// CommandID returns SubmitMultiID.
func (*SubmitMulti) CommandID() CommandID { return SubmitMultiID }

// String keeps the text and the numbers out of logs.
func (p *SubmitMulti) String() string { return "pdu.SubmitMulti(hidden)" }

// Decode reads a body alone; see the package's Decode for what it borrows.
func (p *SubmitMulti) Decode(body []byte) error { return decode(p, body) }

func (p *SubmitMulti) appendBody(b []byte) ([]byte, error) {
	w := writer{b: b}
	w.cString(&fServiceType, p.ServiceType)
	w.address(&fSourceAddr, &p.Source)
	w.destinations(p.Dests)
	w.b = append(w.b, p.ESMClass, p.ProtocolID, p.PriorityFlag)
	w.cString(&fSchedule, p.ScheduleDeliveryTime)
	w.cString(&fValidity, p.ValidityPeriod)
	w.b = append(w.b, p.RegisteredDelivery, p.ReplaceIfPresent, p.DataCoding, p.SMDefaultMsgID)
	w.octets(&fShortMessage, p.ShortMessage)
	w.tlvs(p.TLVs)
	return w.b, w.err
}

func (p *SubmitMulti) decodeBody(r *reader) error {
	r.cString(&fServiceType, &p.ServiceType)
	r.address(&fSourceAddr, &p.Source)
	p.Dests = r.destinations(p.Dests[:0])
	p.ESMClass = r.octet("esm_class")
	p.ProtocolID = r.octet("protocol_id")
	p.PriorityFlag = r.octet("priority_flag")
	r.cString(&fSchedule, &p.ScheduleDeliveryTime)
	r.cString(&fValidity, &p.ValidityPeriod)
	p.RegisteredDelivery = r.octet("registered_delivery")
	p.ReplaceIfPresent = r.octet("replace_if_present_flag")
	p.DataCoding = r.octet("data_coding")
	p.SMDefaultMsgID = r.octet("sm_default_msg_id")
	p.ShortMessage = r.octets(&fShortMessage)
	p.TLVs = r.tlvs(p.TLVs)
	return r.err
}

func (w *writer) destinations(dests []Destination) {
	if len(dests) == 0 || len(dests) > fNumberOfDests.max {
		w.fail(&fNumberOfDests, ErrRange)
		return
	}
	w.octet(byte(len(dests)))
	for i := range dests {
		if d := &dests[i]; d.List != "" {
			w.octet(destFlagList)
			w.cString(&fDLName, d.List)
		} else {
			w.octet(destFlagSME)
			w.address(&fDestAddr, &d.Address)
		}
	}
}

func (r *reader) destinations(dests []Destination) []Destination {
	n := int(r.octet(fNumberOfDests.name))
	if n == 0 || n > fNumberOfDests.max {
		r.fail(&fNumberOfDests, fNumberOfDests.bad, ErrRange)
	}
	for ; n > 0 && r.err == nil; n-- {
		var d Destination
		switch flag := r.octet(fDestFlag.name); {
		case r.err != nil:
		case flag == destFlagSME:
			r.address(&fDestAddr, &d.Address)
		case flag == destFlagList:
			r.listName(&d.List)
		default:
			r.fail(&fDestFlag, fDestFlag.bad, ErrRange)
		}
		dests = append(dests, d)
	}
	return dests
}

// listName reads a dl_name; an empty one would read as an SME address.
func (r *reader) listName(dst *string) {
	r.cString(&fDLName, dst)
	if r.err == nil && *dst == "" {
		r.fail(&fDLName, fDLName.bad, ErrRange)
	}
}
