package replay

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// The fields that a line must have, as bits of Event.has.
const (
	hasAt uint8 = 1 << iota
	hasEvent
	hasID
	hasTo
	hasResult
)

// decoder reads events. Ignored counts optional fields whose value is of no use
// (a wrong type, a number out of range): they count as not told.
type decoder struct {
	scanner
	ignored int64
	e       *Event
}

// decode reads one line. e is overwritten, and borrows from line until the next
// call. What is wrong names a column or a field, never a value.
func (d *decoder) decode(line []byte, e *Event) error {
	*e = Event{}
	d.b, d.i, d.e = line, 0, e
	t, err := d.next()
	if err == nil && t.kind != '{' {
		err = errors.New("it is no JSON object")
	}
	if err == nil {
		err = d.each(d.field)
	}
	if err != nil {
		return err
	}
	if d.space(); d.i < len(d.b) {
		return d.fail("something stands behind the object")
	}
	return e.complete()
}

// complete says what a line lacks. Without a time of use it is an event still:
// whoever wrote it sent a message, or typed a code in.
func (e *Event) complete() error {
	e.Undated = e.has&hasAt == 0
	need := hasEvent
	switch e.Kind {
	case SendEvent: // whatever it lacks, it is decided: a number that is none is refused
	case CheckEvent, ReceiptEvent:
		need |= hasID | hasResult
	case IdentityEvent:
		need |= hasTo
	}
	for i, name := range []string{"at", "event", "id", "to", "result"} {
		if bit := uint8(1) << i; need&bit != 0 && e.has&bit == 0 {
			return fmt.Errorf("%q is missing, or no value that it can have", name)
		}
	}
	return nil
}

func (d *decoder) field(key []byte, t token) error {
	e := d.e
	switch string(key) {
	case "at":
		if at, ok := parseTime(t.text); ok && t.kind == '"' {
			e.At = at
			e.has |= hasAt
			return nil
		}
		e.At, e.has = time.Time{}, e.has&^hasAt
	case "event":
		if t.kind == '"' {
			e.Kind = eventKind(t.text)
			e.has |= hasEvent
			return nil
		}
	case "id":
		return d.required(&e.ID, t, hasID)
	case "to":
		return d.required(&e.To, t, hasTo)
	case "result":
		return d.required(&e.Result, t, hasResult)
	case "tenant":
		return d.text(&e.Tenant, t)
	case "purpose":
		return d.text(&e.Purpose, t)
	case "account_id":
		return d.text(&e.Account, t)
	case "label":
		return d.text(&e.Label, t)
	case "carrier":
		return d.text(&e.Carrier, t)
	case "context":
		return d.object(t, d.context)
	case "assurance":
		return d.object(t, d.assurance)
	default:
		return d.recordField(key, t)
	}
	return d.skip(t, 0)
}

func eventKind(word []byte) Kind {
	switch string(word) {
	case "send":
		return SendEvent
	case "check":
		return CheckEvent
	case "receipt":
		return ReceiptEvent
	case "identity":
		return IdentityEvent
	}
	return UnknownEvent
}

// object reads the members of an object by take; null is none.
func (d *decoder) object(t token, take func([]byte, token) error) error {
	if t.kind == '{' {
		return d.each(take)
	}
	return d.ignore(t)
}

// ignore passes a value that is of no use.
func (d *decoder) ignore(t token) error {
	if t.kind != 'n' {
		d.ignored++
	}
	return d.skip(t, 0)
}

// text takes a string, or a number as it is written: identifiers are digits,
// and some writers leave their quotes out.
func (d *decoder) text(to *[]byte, t token) error {
	if t.kind == '"' || t.kind == '0' {
		*to = t.text
		return nil
	}
	return d.ignore(t)
}

func (d *decoder) required(to *[]byte, t token, bit uint8) error {
	if (t.kind == '"' || t.kind == '0') && len(t.text) > 0 {
		*to = t.text
		d.e.has |= bit
		return nil
	}
	*to, d.e.has = nil, d.e.has&^bit
	return d.skip(t, 0)
}

// number takes an integer of 32 bits, also one in quotes.
func (d *decoder) number(to *uint32, t token) (told bool, err error) {
	if t.kind == '"' || t.kind == '0' {
		if v, err := strconv.ParseUint(string(t.text), 10, 32); err == nil {
			*to = uint32(v)
			return true, nil
		}
		if f, err := strconv.ParseFloat(string(t.text), 64); err == nil && f == math.Trunc(f) && f >= 0 && f <= math.MaxUint32 {
			*to = uint32(f)
			return true, nil
		}
	}
	return false, d.ignore(t)
}

func (d *decoder) tri(to *Tri, t token) error {
	switch {
	case t.kind == 't' || t.kind == '"' && string(t.text) == "true":
		*to = Yes
	case t.kind == 'f' || t.kind == '"' && string(t.text) == "false":
		*to = No
	default:
		return d.ignore(t)
	}
	return nil
}
