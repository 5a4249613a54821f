package traffic

// identity is the record that the network answers for a number.
type identity struct {
	imsi, iccid, imei string
	lac, cid          uint32
	vlr, plmn         string
	lineType          string
	ported, recycled  millis // 0: not told
	roaming           bool
	unreachable       bool
	forwarded         bool
	absent            bool
}

// line is one subscription: a number, the network that it is with, and what
// that network would answer.
type line struct {
	number string // E.164
	op     *operator
	id     identity
	silent bool // no lookup answers for this number
	told   bool // the record was written
	area   area
	voip   bool
	fate   fate
}

// tell writes the line's record, as much of it as its network tells.
func (w *world) tell(l *line) {
	if l.silent || w.now >= w.end {
		return
	}
	l.told = true
	id, tells := l.id, l.op.tells
	w.out.begin(w.now, "identity")
	w.out.text("to", l.number)
	if id.absent {
		w.out.flag("absent", true)
		w.out.end()
		return
	}
	if tells >= tellsIMSI && !l.voip {
		w.out.text("imsi", id.imsi)
		w.out.text("vlr", id.vlr)
	}
	if tells >= tellsAll && !l.voip {
		w.out.text("iccid", id.iccid)
		w.out.text("imei", id.imei)
	}
	if tells >= tellsPlace && !l.voip {
		w.out.number("lac", id.lac)
		w.out.number("cid", id.cid)
	}
	w.out.text("mccmnc", id.plmn)
	w.tellDated("ported_at", id.ported)
	w.out.text("line_type", id.lineType)
	w.out.flag("roaming", id.roaming)
	if id.unreachable {
		w.out.buf = append(w.out.buf, `,"reachable":false`...)
	}
	w.out.flag("call_forwarding", id.forwarded)
	w.tellDated("recycled_at", id.recycled)
	w.out.end()
}

func (w *world) tellDated(name string, at millis) {
	if at != 0 {
		w.out.buf = append(append(append(w.out.buf, `,"`...), name...), `":"`...)
		w.out.buf = append(appendTime(w.out.buf, at), '"')
	}
}

// newSIM gives a line another card of its network.
func (d dice) newSIM(l *line) {
	l.id.imsi = d.imsi(l.op)
	l.id.iccid = d.iccid(l.op)
}

func (d dice) imsi(o *operator) string {
	b := append(make([]byte, 0, 15), o.plmn...)
	// cards are bought in lots: the digits after the PLMN are those of a few HLRs
	b = append(b, '0'+byte(d.IntN(4)), '0'+byte(d.IntN(10)))
	return string(d.digits(b, 15-len(b)))
}

// iccid is 19 digits: 89, the country, an issuer, a serial and a check digit (ITU-T E.118).
func (d dice) iccid(o *operator) string {
	b := append(make([]byte, 0, 20), "89"...)
	b = append(b, o.country.code...)
	b = append(b, o.plmn[3:]...)
	b = d.digits(b, 18-len(b))
	return string(append(b, luhn(b)))
}

// imei begins with the type allocation code of a model that is common where
// the subscriber lives.
func (d dice) imei(tac string) string {
	b := d.digits(append(make([]byte, 0, 15), tac...), 6)
	return string(append(b, luhn(b)))
}

// luhn is the check digit of the digits before it.
func luhn(digits []byte) byte {
	sum := 0
	for i := range digits {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return '0' + byte((10-sum%10)%10)
}

// fate is what becomes of messages to a line, other than the usual.
type fate int

const (
	fateUsual   fate = iota
	fateNowhere      // no such subscriber
	fateQuiet        // the network that has the number sends no receipts
)
