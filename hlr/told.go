package hlr

// Tells is the set of facts that the answer holds.
func (s *Subscriber) Tells() Field {
	f := s.Told
	set := func(one Field, told bool) {
		if told {
			f |= one
		}
	}
	set(FieldIMSI, s.IMSI != "" || s.Absent)
	set(FieldICCID, s.ICCID != "")
	set(FieldIMEI, s.IMEI != "")
	set(FieldLocation, s.LAC != 0 || s.CID != 0)
	set(FieldVLR, s.VLR != "")
	set(FieldNetwork, s.PLMN != "")
	set(FieldPorted, s.Ported != nil || !s.PortedAt.IsZero())
	set(FieldRoaming, s.Roaming != nil)
	set(FieldReachable, s.Reachable != nil)
	set(FieldLineType, s.LineType != "")
	set(FieldCallForwarding, s.CallForwarding != nil)
	set(FieldRecycled, !s.RecycledAt.IsZero())
	set(FieldHome, s.Home != "")
	set(FieldSIMChange, s.SIMChange.Told())
	set(FieldDeviceChange, s.DeviceChange.Told())
	return f
}

// take copies one fact of src.
func (s *Subscriber) take(src *Subscriber, one Field) {
	switch one {
	case FieldIMSI:
		s.IMSI, s.Absent = src.IMSI, src.Absent
	case FieldICCID:
		s.ICCID = src.ICCID
	case FieldIMEI:
		s.IMEI = src.IMEI
	case FieldLocation:
		s.LAC, s.CID = src.LAC, src.CID
	case FieldVLR:
		s.VLR = src.VLR
	case FieldNetwork:
		s.PLMN = src.PLMN
	case FieldPorted:
		s.Ported, s.PortedAt = src.Ported, src.PortedAt
	case FieldRoaming:
		s.Roaming = src.Roaming
	case FieldReachable:
		s.Reachable = src.Reachable
	case FieldLineType:
		s.LineType = src.LineType
	case FieldCallForwarding:
		s.CallForwarding = src.CallForwarding
	case FieldRecycled:
		s.RecycledAt = src.RecycledAt
	case FieldHome:
		s.Home = src.Home
	case FieldSIMChange:
		s.SIMChange = src.SIMChange
	case FieldDeviceChange:
		s.DeviceChange = src.DeviceChange
	}
	s.Told |= src.Told & one
}

// differs says that two sources contradict each other on one fact. Places are
// not compared: every network element names its areas and VLRs in its own way.
func differs(a, b *Subscriber, one Field) bool {
	switch one {
	case FieldIMSI:
		return a.IMSI != b.IMSI || a.Absent != b.Absent
	case FieldICCID:
		return plainICCID(a.ICCID) != plainICCID(b.ICCID)
	case FieldIMEI:
		return plainIMEI(a.IMEI) != plainIMEI(b.IMEI)
	case FieldNetwork:
		return a.PLMN != b.PLMN
	case FieldHome:
		return a.Home != b.Home
	case FieldPorted:
		return isTrue(a.Ported) != isTrue(b.Ported)
	case FieldRoaming:
		return isTrue(a.Roaming) != isTrue(b.Roaming)
	case FieldLineType:
		return a.LineType != b.LineType
	case FieldSIMChange:
		return a.SIMChange.apart(b.SIMChange)
	case FieldDeviceChange:
		return a.DeviceChange.apart(b.DeviceChange)
	}
	return false
}

func isTrue(b *bool) bool { return b != nil && *b }

// plainIMEI leaves TAC and serial number (3GPP TS 23.003 §6.2): the check
// digit and the software version change without the handset changing.
func plainIMEI(imei string) string {
	if len(imei) > 14 {
		return imei[:14]
	}
	return imei
}

// plainICCID leaves out the filler of a 20-digit field and the check digit of
// a 19-digit number (ITU-T E.118), which some sources print and some do not.
func plainICCID(iccid string) string {
	for len(iccid) > 0 && (iccid[len(iccid)-1] == 'F' || iccid[len(iccid)-1] == 'f') {
		iccid = iccid[:len(iccid)-1]
	}
	if len(iccid) == 19 {
		return iccid[:18]
	}
	return iccid
}
