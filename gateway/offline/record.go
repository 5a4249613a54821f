package offline

import (
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// subscriberOf is what the network answers by a record.
func subscriberOf(r *replay.Record) hlr.Subscriber {
	s := hlr.Subscriber{
		Identity: subscriber.Identity{
			IMSI: text(r.IMSI), ICCID: text(r.ICCID), IMEI: text(r.IMEI), LAC: r.LAC, CID: r.CID, VLR: text(r.VLR),
			PLMN: plmn(r.PLMN),
		},
		Home: plmn(r.Home), LineType: string(lineType(r.LineType)),
		Ported: flag(r.Ported), PortedAt: r.PortedAt, RecycledAt: r.RecycledAt,
		Roaming: flag(r.Roaming), Reachable: flag(r.Reachable), CallForwarding: flag(r.Forwarding),
		Absent: r.Absent,
	}
	if r.Place {
		s.Told |= hlr.FieldLocation // though both may be 0
	}
	if r.Absent {
		s.IMSI, s.ICCID = "", ""
	}
	return s
}

// maxText bounds an identifier that is kept, in octets: none that a network gives
// has more than 22.
const maxText = 64

// text is an identifier. Of one that is too long its hash is kept, so that a
// change of it shows.
func text(b []byte) string {
	if len(b) <= maxText {
		return string(b)
	}
	return strconv.FormatUint(xxhash.Sum64(b), 16)
}

var yes, no = true, false

func flag(t replay.Tri) *bool {
	switch t {
	case replay.Yes:
		return &yes
	case replay.No:
		return &no
	}
	return nil
}

// plmn takes MCC and MNC joined; anything else is not told.
func plmn(b []byte) subscriber.PLMN {
	s := strings.ReplaceAll(string(b), "-", "")
	if len(s) != 5 && len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return subscriber.PLMN(s)
}

// lineType takes the words of fraud.LineType in any case; others are not told.
func lineType(b []byte) fraud.LineType {
	switch t := fraud.LineType(strings.ToLower(string(b))); t {
	case fraud.LineMobile, fraud.LineFixed, fraud.LineFixedOrMobile, fraud.LineVoIP, fraud.LinePremium, fraud.LineTollFree,
		fraud.LineSharedCost, fraud.LinePager, fraud.LinePersonal, fraud.LineUAN, fraud.LineVoicemail:
		return t
	}
	return fraud.LineUnknown
}
