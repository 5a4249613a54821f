package httpjson

import (
	"errors"
	"fmt"

	"tollgate/hlr"
)

func is(err, want error) bool {
	if want == nil {
		return err == nil
	}
	return errors.Is(err, want)
}

// describe shows an answer of a test with the identity that its type hides.
func describe(s hlr.Subscriber) string {
	flag := func(b *bool) string {
		if b == nil {
			return "-"
		}
		return fmt.Sprint(*b)
	}
	return fmt.Sprintf("imsi=%s iccid=%s imei=%s vlr=%s network=%s home=%s ported=%s,%v recycled=%v line=%s roaming=%s reachable=%s forwarding=%s absent=%v",
		s.IMSI, s.ICCID, s.IMEI, s.VLR, s.PLMN, s.Home, flag(s.Ported), s.PortedAt, s.RecycledAt, s.LineType,
		flag(s.Roaming), flag(s.Reachable), flag(s.CallForwarding), s.Absent)
}

func same(a, b hlr.Subscriber) bool { return describe(a) == describe(b) }
