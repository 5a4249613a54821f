package store

import "tollgate/fraud"

// appendDecision encodes a decision so that it reads back bit for bit.
func appendDecision(b []byte, d *fraud.Decision) []byte {
	b = appendString(b, 1, string(d.Kind))
	b = appendFloat(b, 2, d.Score)
	for i := range d.Reasons {
		b = appendReason(b, &d.Reasons[i])
	}
	b = appendString(b, 4, d.Policy)
	b = appendString(b, 5, d.Rule)
	b = appendBool(b, 6, d.Freeze)
	b = appendString(b, 7, d.Refusal)
	b = appendString(b, 8, string(d.Observed))
	b = appendBool(b, 9, d.Explored)
	return appendUint(b, 10, uint64(d.Ranges))
}

func appendReason(b []byte, r *fraud.Reason) []byte {
	b, mark := beginNested(b, 3)
	b = appendString(b, 1, r.Code)
	b = appendFloat(b, 2, r.Points)
	b = appendString(b, 3, r.Evidence)
	return endNested(b, mark)
}

func decodeDecision(b []byte) (d fraud.Decision, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			d.Kind = fraud.Kind(r.string())
		case 2:
			d.Score = r.float()
		case 3:
			d.Reasons = append(d.Reasons, nested(&r, decodeReason))
		case 4:
			d.Policy = r.string()
		case 5:
			d.Rule = r.string()
		case 6:
			d.Freeze = r.bool()
		case 7:
			d.Refusal = r.string()
		case 8:
			d.Observed = fraud.Kind(r.string())
		case 9:
			d.Explored = r.bool()
		case 10:
			d.Ranges = uint8(r.uint())
		}
	}
	return d, r.done("decision")
}

func decodeReason(b []byte) (v fraud.Reason, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			v.Code = r.string()
		case 2:
			v.Points = r.float()
		case 3:
			v.Evidence = r.string()
		}
	}
	return v, r.done("reason")
}
