package pdu

// field describes one mandatory parameter (§5.2): its name, its limit in octets
// (for a C-Octet String with the NUL) and the status that refuses it.
type field struct {
	name string
	max  int
	lax  int // what decode accepts when peers go beyond max; 0: no more than max
	bad  Status
}

func (f *field) decodeMax() int { return max(f.max, f.lax) }

var (
	fSystemID        = field{name: "system_id", max: 16, bad: ESME_RINVSYSID}
	fSystemIDResp    = field{name: "system_id", max: 16, lax: 65, bad: ESME_RINVSYSID}
	fPassword        = field{name: "password", max: 65, bad: ESME_RINVPASWD} // 9 in §5.2.2; carriers hand out longer ones
	fSystemType      = field{name: "system_type", max: 13, lax: 33, bad: ESME_RINVSYSTYP}
	fAddressRange    = field{name: "address_range", max: 41, bad: ESME_RBINDFAIL}
	fServiceType     = field{name: "service_type", max: 6, lax: 17, bad: ESME_RINVSERTYP}
	fSourceAddr      = field{name: "source_addr", max: 21, bad: ESME_RINVSRCADR}
	fDestAddr        = field{name: "destination_addr", max: 21, bad: ESME_RINVDSTADR}
	fDataSourceAddr  = field{name: "source_addr", max: 65, bad: ESME_RINVSRCADR}
	fDataDestAddr    = field{name: "destination_addr", max: 65, bad: ESME_RINVDSTADR}
	fESMEAddr        = field{name: "esme_addr", max: 65, bad: ESME_RINVDSTADR}
	fSchedule        = field{name: "schedule_delivery_time", max: 17, bad: ESME_RINVSCHED}
	fValidity        = field{name: "validity_period", max: 17, bad: ESME_RINVEXPIRY}
	fFinalDate       = field{name: "final_date", max: 17, bad: ESME_RQUERYFAIL}
	fShortMessage    = field{name: "short_message", max: 254, lax: 255, bad: ESME_RINVMSGLEN} // 255 in 5.0 §4.7.25
	fMessageID       = field{name: "message_id", max: 65, bad: ESME_RINVMSGID}
	fMessageIDResp   = field{name: "message_id", max: 65, lax: 256, bad: ESME_RINVMSGID}
	fDLName          = field{name: "dl_name", max: 21, bad: ESME_RINVDLNAME}
	fNumberOfDests   = field{name: "number_of_dests", max: 254, lax: 255, bad: ESME_RINVNUMDESTS}
	fDestFlag        = field{name: "dest_flag", bad: ESME_RINVDESTFLAG}
	fNoUnsuccess     = field{name: "no_unsuccess", max: 254, lax: 255, bad: ESME_RINVNUMDESTS}
	fOptional        = field{name: "optional_parameters", max: 65535, bad: ESME_RINVOPTPARSTREAM}
	fErrorStatusCode = field{name: "error_status_code", bad: ESME_RINVCMDLEN}
)
