package pdu

import "fmt"

// Status is a command_status (§5.1.3): zero, or why a request was refused.
// Codes from 0x400 to 0x4FF belong to the vendor; they are kept as they came.
type Status uint32

// The command_status values of SMPP 3.4 (§5.1.3, table 5-2).
const (
	ESME_ROK              Status = 0x00000000 // no error
	ESME_RINVMSGLEN       Status = 0x00000001 // message length is invalid
	ESME_RINVCMDLEN       Status = 0x00000002 // command length is invalid
	ESME_RINVCMDID        Status = 0x00000003 // command id is invalid
	ESME_RINVBNDSTS       Status = 0x00000004 // wrong bind state for this command
	ESME_RALYBND          Status = 0x00000005 // already bound
	ESME_RINVPRTFLG       Status = 0x00000006 // priority flag is invalid
	ESME_RINVREGDLVFLG    Status = 0x00000007 // registered_delivery is invalid
	ESME_RSYSERR          Status = 0x00000008 // system error
	ESME_RINVSRCADR       Status = 0x0000000A // source address is invalid
	ESME_RINVDSTADR       Status = 0x0000000B // destination address is invalid
	ESME_RINVMSGID        Status = 0x0000000C // message id is invalid
	ESME_RBINDFAIL        Status = 0x0000000D // bind failed
	ESME_RINVPASWD        Status = 0x0000000E // password is invalid
	ESME_RINVSYSID        Status = 0x0000000F // system id is invalid
	ESME_RCANCELFAIL      Status = 0x00000011 // cancel_sm failed
	ESME_RREPLACEFAIL     Status = 0x00000013 // replace_sm failed
	ESME_RMSGQFUL         Status = 0x00000014 // message queue is full
	ESME_RINVSERTYP       Status = 0x00000015 // service type is invalid
	ESME_RINVNUMDESTS     Status = 0x00000033 // number of destinations is invalid
	ESME_RINVDLNAME       Status = 0x00000034 // distribution list name is invalid
	ESME_RINVDESTFLAG     Status = 0x00000040 // dest_flag is invalid
	ESME_RINVSUBREP       Status = 0x00000042 // replace on submit is invalid
	ESME_RINVESMCLASS     Status = 0x00000043 // esm_class is invalid
	ESME_RCNTSUBDL        Status = 0x00000044 // cannot submit to a distribution list
	ESME_RSUBMITFAIL      Status = 0x00000045 // submit failed
	ESME_RINVSRCTON       Status = 0x00000048 // source TON is invalid
	ESME_RINVSRCNPI       Status = 0x00000049 // source NPI is invalid
	ESME_RINVDSTTON       Status = 0x00000050 // destination TON is invalid
	ESME_RINVDSTNPI       Status = 0x00000051 // destination NPI is invalid
	ESME_RINVSYSTYP       Status = 0x00000053 // system type is invalid
	ESME_RINVREPFLAG      Status = 0x00000054 // replace_if_present is invalid
	ESME_RINVNUMMSGS      Status = 0x00000055 // number of messages is invalid
	ESME_RTHROTTLED       Status = 0x00000058 // above the allowed rate
	ESME_RINVSCHED        Status = 0x00000061 // scheduled delivery time is invalid
	ESME_RINVEXPIRY       Status = 0x00000062 // validity period is invalid
	ESME_RINVDFTMSGID     Status = 0x00000063 // predefined message is invalid or not found
	ESME_RX_T_APPN        Status = 0x00000064 // receiver: temporary error
	ESME_RX_P_APPN        Status = 0x00000065 // receiver: permanent error
	ESME_RX_R_APPN        Status = 0x00000066 // receiver: rejected
	ESME_RQUERYFAIL       Status = 0x00000067 // query_sm failed
	ESME_RINVOPTPARSTREAM Status = 0x000000C0 // optional part of the body is malformed
	ESME_ROPTPARNOTALLWD  Status = 0x000000C1 // optional parameter is not allowed
	ESME_RINVPARLEN       Status = 0x000000C2 // parameter length is invalid
	ESME_RMISSINGOPTPARAM Status = 0x000000C3 // expected optional parameter is missing
	ESME_RINVOPTPARAMVAL  Status = 0x000000C4 // optional parameter value is invalid
	ESME_RDELIVERYFAILURE Status = 0x000000FE // delivery failed
	ESME_RUNKNOWNERR      Status = 0x000000FF // unknown error
)

// The command_status values that SMPP 5.0 adds (5.0 §4.7.6).
const (
	ESME_RSERTYPUNAUTH       Status = 0x00000100 // not authorised for this service type
	ESME_RPROHIBITED         Status = 0x00000101 // prohibited operation
	ESME_RSERTYPUNAVAIL      Status = 0x00000102 // service type is unavailable
	ESME_RSERTYPDENIED       Status = 0x00000103 // service type is denied
	ESME_RINVDCS             Status = 0x00000104 // data_coding is invalid
	ESME_RINVSRCADDRSUBUNIT  Status = 0x00000105 // source_addr_subunit is invalid
	ESME_RINVDSTADDRSUBUNIT  Status = 0x00000106 // dest_addr_subunit is invalid
	ESME_RINVBCASTFREQINT    Status = 0x00000107 // broadcast_frequency_interval is invalid
	ESME_RINVBCASTALIAS_NAME Status = 0x00000108 // broadcast alias name is invalid
	ESME_RINVBCASTAREAFMT    Status = 0x00000109 // broadcast area format is invalid
	ESME_RINVNUMBCAST_AREAS  Status = 0x0000010A // number of broadcast areas is invalid
	ESME_RINVBCASTCNTTYPE    Status = 0x0000010B // broadcast_content_type is invalid
	ESME_RINVBCASTMSGCLASS   Status = 0x0000010C // broadcast_message_class is invalid
	ESME_RBCASTFAIL          Status = 0x0000010D // broadcast_sm failed
	ESME_RBCASTQUERYFAIL     Status = 0x0000010E // query_broadcast_sm failed
	ESME_RBCASTCANCELFAIL    Status = 0x0000010F // cancel_broadcast_sm failed
	ESME_RINVBCAST_REP       Status = 0x00000110 // broadcast_rep_num is invalid
	ESME_RINVBCASTSRVGRP     Status = 0x00000111 // broadcast_service_group is invalid
	ESME_RINVBCASTCHANIND    Status = 0x00000112 // broadcast_channel_indicator is invalid
)

var statusNames = map[Status]string{
	ESME_ROK:                 "ESME_ROK",
	ESME_RINVMSGLEN:          "ESME_RINVMSGLEN",
	ESME_RINVCMDLEN:          "ESME_RINVCMDLEN",
	ESME_RINVCMDID:           "ESME_RINVCMDID",
	ESME_RINVBNDSTS:          "ESME_RINVBNDSTS",
	ESME_RALYBND:             "ESME_RALYBND",
	ESME_RINVPRTFLG:          "ESME_RINVPRTFLG",
	ESME_RINVREGDLVFLG:       "ESME_RINVREGDLVFLG",
	ESME_RSYSERR:             "ESME_RSYSERR",
	ESME_RINVSRCADR:          "ESME_RINVSRCADR",
	ESME_RINVDSTADR:          "ESME_RINVDSTADR",
	ESME_RINVMSGID:           "ESME_RINVMSGID",
	ESME_RBINDFAIL:           "ESME_RBINDFAIL",
	ESME_RINVPASWD:           "ESME_RINVPASWD",
	ESME_RINVSYSID:           "ESME_RINVSYSID",
	ESME_RCANCELFAIL:         "ESME_RCANCELFAIL",
	ESME_RREPLACEFAIL:        "ESME_RREPLACEFAIL",
	ESME_RMSGQFUL:            "ESME_RMSGQFUL",
	ESME_RINVSERTYP:          "ESME_RINVSERTYP",
	ESME_RINVNUMDESTS:        "ESME_RINVNUMDESTS",
	ESME_RINVDLNAME:          "ESME_RINVDLNAME",
	ESME_RINVDESTFLAG:        "ESME_RINVDESTFLAG",
	ESME_RINVSUBREP:          "ESME_RINVSUBREP",
	ESME_RINVESMCLASS:        "ESME_RINVESMCLASS",
	ESME_RCNTSUBDL:           "ESME_RCNTSUBDL",
	ESME_RSUBMITFAIL:         "ESME_RSUBMITFAIL",
	ESME_RINVSRCTON:          "ESME_RINVSRCTON",
	ESME_RINVSRCNPI:          "ESME_RINVSRCNPI",
	ESME_RINVDSTTON:          "ESME_RINVDSTTON",
	ESME_RINVDSTNPI:          "ESME_RINVDSTNPI",
	ESME_RINVSYSTYP:          "ESME_RINVSYSTYP",
	ESME_RINVREPFLAG:         "ESME_RINVREPFLAG",
	ESME_RINVNUMMSGS:         "ESME_RINVNUMMSGS",
	ESME_RTHROTTLED:          "ESME_RTHROTTLED",
	ESME_RINVSCHED:           "ESME_RINVSCHED",
	ESME_RINVEXPIRY:          "ESME_RINVEXPIRY",
	ESME_RINVDFTMSGID:        "ESME_RINVDFTMSGID",
	ESME_RX_T_APPN:           "ESME_RX_T_APPN",
	ESME_RX_P_APPN:           "ESME_RX_P_APPN",
	ESME_RX_R_APPN:           "ESME_RX_R_APPN",
	ESME_RQUERYFAIL:          "ESME_RQUERYFAIL",
	ESME_RINVOPTPARSTREAM:    "ESME_RINVOPTPARSTREAM",
	ESME_ROPTPARNOTALLWD:     "ESME_ROPTPARNOTALLWD",
	ESME_RINVPARLEN:          "ESME_RINVPARLEN",
	ESME_RMISSINGOPTPARAM:    "ESME_RMISSINGOPTPARAM",
	ESME_RINVOPTPARAMVAL:     "ESME_RINVOPTPARAMVAL",
	ESME_RDELIVERYFAILURE:    "ESME_RDELIVERYFAILURE",
	ESME_RUNKNOWNERR:         "ESME_RUNKNOWNERR",
	ESME_RSERTYPUNAUTH:       "ESME_RSERTYPUNAUTH",
	ESME_RPROHIBITED:         "ESME_RPROHIBITED",
	ESME_RSERTYPUNAVAIL:      "ESME_RSERTYPUNAVAIL",
	ESME_RSERTYPDENIED:       "ESME_RSERTYPDENIED",
	ESME_RINVDCS:             "ESME_RINVDCS",
	ESME_RINVSRCADDRSUBUNIT:  "ESME_RINVSRCADDRSUBUNIT",
	ESME_RINVDSTADDRSUBUNIT:  "ESME_RINVDSTADDRSUBUNIT",
	ESME_RINVBCASTFREQINT:    "ESME_RINVBCASTFREQINT",
	ESME_RINVBCASTALIAS_NAME: "ESME_RINVBCASTALIAS_NAME",
	ESME_RINVBCASTAREAFMT:    "ESME_RINVBCASTAREAFMT",
	ESME_RINVNUMBCAST_AREAS:  "ESME_RINVNUMBCAST_AREAS",
	ESME_RINVBCASTCNTTYPE:    "ESME_RINVBCASTCNTTYPE",
	ESME_RINVBCASTMSGCLASS:   "ESME_RINVBCASTMSGCLASS",
	ESME_RBCASTFAIL:          "ESME_RBCASTFAIL",
	ESME_RBCASTQUERYFAIL:     "ESME_RBCASTQUERYFAIL",
	ESME_RBCASTCANCELFAIL:    "ESME_RBCASTCANCELFAIL",
	ESME_RINVBCAST_REP:       "ESME_RINVBCAST_REP",
	ESME_RINVBCASTSRVGRP:     "ESME_RINVBCASTSRVGRP",
	ESME_RINVBCASTCHANIND:    "ESME_RINVBCASTCHANIND",
}

// String returns the specification's name, as in "ESME_RTHROTTLED", or the number
// in hexadecimal for a vendor's code, as in "0x00000400".
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return fmt.Sprintf("0x%08X", uint32(s))
}

// Known says that SMPP 3.4 or 5.0 defines the code.
func (s Status) Known() bool {
	_, ok := statusNames[s]
	return ok
}

// Statuses returns every code that SMPP 3.4 and 5.0 define, in no order.
func Statuses() []Status {
	all := make([]Status, 0, len(statusNames))
	for s := range statusNames {
		all = append(all, s)
	}
	return all
}
