package store

import (
	"bytes"

	"tollgate/hlr/subscriber"
)

// AppendReview appends the encoded review to b.
func AppendReview(b []byte, v *Review) []byte {
	b = appendID(b, 1, v.ID)
	b = appendUint(b, 2, v.Rev)
	b = appendString(b, 3, v.Tenant)
	b = appendString(b, 4, string(v.To))
	b = appendString(b, 5, v.AccountID)
	b = appendString(b, 6, v.Purpose)
	b = appendString(b, 7, string(v.Kind))
	b, mark := beginNested(b, 8)
	b = endNested(appendDecision(b, &v.Decision), mark)
	b = appendTime(b, 9, v.OpenedAt)
	b = appendTime(b, 10, v.ResolvedAt)
	b = appendString(b, 11, v.Resolution)
	b = appendString(b, 12, v.Note)
	b = appendString(b, 13, v.By)
	return appendBytes(b, 14, v.Facts)
}

// DecodeReview reads what AppendReview wrote.
func DecodeReview(b []byte) (*Review, error) {
	v := &Review{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			v.ID = r.id()
		case 2:
			v.Rev = r.uint()
		case 3:
			v.Tenant = r.string()
		case 4:
			v.To = subscriber.MSISDN(r.string())
		case 5:
			v.AccountID = r.string()
		case 6:
			v.Purpose = r.string()
		case 7:
			v.Kind = ReviewKind(r.string())
		case 8:
			v.Decision = nested(&r, decodeDecision)
		case 9:
			v.OpenedAt = r.time()
		case 10:
			v.ResolvedAt = r.time()
		case 11:
			v.Resolution = r.string()
		case 12:
			v.Note = r.string()
		case 13:
			v.By = r.string()
		case 14:
			v.Facts = bytes.Clone(r.bytes())
		}
	}
	return v, r.done("review")
}
