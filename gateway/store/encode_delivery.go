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
	b = appendUint(b, 12, d.Got)
	b = appendInt(b, 13, int64(d.First))
	b = appendBool(b, 14, d.Repeat)
	return appendInt(b, 15, int64(d.Throttled))
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
		case 13:
			d.First = int(r.int())
		case 14:
			d.Repeat = r.bool()
		case 15:
			d.Throttled = int(r.int())
		}
	}
	return d, r.done("delivery")
}

// stepNames are the usual names of steps, written as their number here. A name is
// never given another number.
var stepNames = [...]string{
	"", "accepted", "routed", "submitted", "delivered", "attempt", "fence", "receipt", "recovered",
	"undelivered", "expired", "rejected", "unknown", "canceled",
}

// stepCode is a name's number, 0 for a name that has none.
func stepCode(name string) uint64 {
	for code, n := range stepNames {
		if n == name {
			return uint64(code)
		}
	}
	return 0
}

func appendStep(b []byte, s *Step) []byte {
	b, mark := beginNested(b, 10)
	if code := stepCode(s.Name); code > 0 {
		b = appendUint(b, 6, code)
	} else {
		b = appendString(b, 1, s.Name)
	}
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
		case 6:
			if code := r.uint(); code < uint64(len(stepNames)) {
				s.Name = stepNames[code]
			} else {
				r.fail()
			}
		}
	}
	return s, r.done("timeline")
}
