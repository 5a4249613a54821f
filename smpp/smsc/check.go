package smsc

import (
	"strings"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// Limits of one short message.
const (
	octetsMax  = 140 // of user data (3GPP TS 23.040 §9.2.3.24)
	septetsMax = 160 // characters of data_coding 0, one an octet on the wire
	alphaMax   = 11  // characters of an alphanumeric source (3GPP TS 23.040 §9.1.2.5)
)

// check refuses what strict carriers refuse (SMPP 3.4 §5.1.3).
func (p *Profile) check(sm *pdu.SubmitSM, epoch time.Time, now int64) pdu.Status {
	if p.RefuseValidity && sm.ValidityPeriod != "" {
		return pdu.ESME_RINVEXPIRY
	}
	if p.Lenient {
		return pdu.ESME_ROK
	}
	switch {
	case !validNumber(sm.Dest.Addr) || sm.Dest.TON == pdu.TONAlphanumeric:
		return pdu.ESME_RINVDSTADR
	case !validSource(sm.Source):
		return pdu.ESME_RINVSRCADR
	case sm.PriorityFlag > 3:
		return pdu.ESME_RINVPRTFLG
	case sm.RegisteredDelivery&0x03 == 0x03 || sm.RegisteredDelivery&0xE0 != 0:
		return pdu.ESME_RINVREGDLVFLG
	case sm.ReplaceIfPresent > 1:
		return pdu.ESME_RINVREPFLAG
	}
	if status := checkText(sm); status != pdu.ESME_ROK {
		return status
	}
	return checkTimes(sm, epoch, now)
}

func checkText(sm *pdu.SubmitSM) pdu.Status {
	text := sm.Message()
	if len(sm.ShortMessage) > 0 {
		if _, both := sm.TLVs.Get(pdu.TagMessagePayload); both {
			return pdu.ESME_RINVMSGLEN
		}
		if limit := textMax(sm); len(text) > limit {
			return pdu.ESME_RINVMSGLEN
		}
	}
	head := 0
	if sm.ESMClass&pdu.ESMClassUDHI != 0 {
		if len(text) == 0 || int(text[0])+1 > len(text) {
			return pdu.ESME_RINVESMCLASS
		}
		head = int(text[0]) + 1
	}
	if coding.CodingOf(sm.DataCoding) == coding.UCS2 && (len(text)-head)%2 != 0 {
		return pdu.ESME_RINVMSGLEN
	}
	return pdu.ESME_ROK
}

// textMax is how many octets short_message may have. The default alphabet
// comes one septet an octet; with a header of h octets 7 bits a septet remain.
func textMax(sm *pdu.SubmitSM) int {
	if coding.CodingOf(sm.DataCoding) != coding.GSM7 {
		return octetsMax
	}
	if sm.ESMClass&pdu.ESMClassUDHI == 0 || len(sm.ShortMessage) == 0 {
		return septetsMax
	}
	head := int(sm.ShortMessage[0]) + 1
	return head + (octetsMax-head)*8/7
}

func checkTimes(sm *pdu.SubmitSM, epoch time.Time, now int64) pdu.Status {
	if sm.ValidityPeriod == "" && sm.ScheduleDeliveryTime == "" {
		return pdu.ESME_ROK
	}
	at := epoch.Add(time.Duration(now))
	if until, err := pdu.ParseTime(sm.ValidityPeriod, at); err != nil || !until.IsZero() && !until.After(at) {
		return pdu.ESME_RINVEXPIRY
	}
	if _, err := pdu.ParseTime(sm.ScheduleDeliveryTime, at); err != nil {
		return pdu.ESME_RINVSCHED
	}
	return pdu.ESME_ROK
}

// validNumber is 1 to 20 digits, E.164 with room for the prefixes in use.
func validNumber(addr string) bool {
	return addr != "" && len(addr) <= 20 && strings.Trim(addr, "0123456789") == ""
}

// validSource is empty (the account's own), a number, or a name of at most 11
// characters with the TON that says so: others accept a name under TON 1 and
// never send it.
func validSource(a pdu.Address) bool {
	if a.TON == pdu.TONAlphanumeric {
		return a.Addr != "" && len(a.Addr) <= alphaMax
	}
	return a.Addr == "" || validNumber(strings.TrimPrefix(a.Addr, "+"))
}
