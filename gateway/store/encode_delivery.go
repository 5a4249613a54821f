package store

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// AppendDelivery appends the encoded delivery to b.
func AppendDelivery(b []byte, d *Delivery) []byte {
	b = appendID(b, 1, d.ID)
	b = appendUint(b, 2, uint64(d.Status))
	b = appendString(b, 3, d.Carrier)
	for _, id := range d.CarrierIDs { // an empty one keeps its place
		b = protowire.AppendTag(b, 4, protowire.BytesType)
		b = protowire.AppendString(b, id)
	}
	b = appendInt(b, 5, int64(d.Attempts))
	b = appendBool(b, 6, d.Sending)
	b = appendTime(b, 7, d.SubmittedAt)
	b = appendTime(b, 8, d.DoneAt)
	b = appendString(b, 9, d.Reason)
	for i := range d.Timeline {
		b = appendStep(b, &d.Timeline[i])
	}
	b = appendTime(b, 11, d.ExpiresAt)
	return appendUint(b, 12, d.Got)
}

// DecodeDelivery reads what AppendDelivery wrote.
func DecodeDelivery(b []byte) (*Delivery, error) {
	d := &Delivery{}
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			d.ID = r.id()
		case 2:
			d.Status = Status(r.uint())
		case 3:
			d.Carrier = r.string()
		case 4:
			d.CarrierIDs = append(d.CarrierIDs, r.string())
		case 5:
			d.Attempts = int(r.int())
		case 6:
			d.Sending = r.bool()
		case 7:
			d.SubmittedAt = r.time()
		case 8:
			d.DoneAt = r.time()
		case 9:
			d.Reason = r.string()
		case 10:
			d.Timeline = append(d.Timeline, nested(&r, decodeStep))
		case 11:
			d.ExpiresAt = r.time()
		case 12:
			d.Got = r.uint()
		}
	}
	return d, r.done("delivery")
}

func appendStep(b []byte, s *Step) []byte {
	b, mark := beginNested(b, 10)
	b = appendString(b, 1, s.Name)
	b = appendTime(b, 2, s.At)
	b = appendString(b, 3, s.Carrier)
	b = appendInt(b, 4, int64(s.Latency))
	b = appendString(b, 5, s.Detail)
	return endNested(b, mark)
}

func decodeStep(b []byte) (s Step, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			s.Name = r.string()
		case 2:
			s.At = r.time()
		case 3:
			s.Carrier = r.string()
		case 4:
			s.Latency = time.Duration(r.int())
		case 5:
			s.Detail = r.string()
		}
	}
	return s, r.done("timeline")
}
