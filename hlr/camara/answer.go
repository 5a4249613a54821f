package camara

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

var errJSON = errors.New("the network's answer is no JSON object, or has a key twice")

// object is a JSON object (RFC 8259 §4) whose members are not read yet.
type object map[string]json.RawMessage

// parse reads one object and nothing behind it. A key that stands there twice
// is refused: its readers would differ on which one counts.
func parse(data []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || !utf8.Valid(data) {
		return nil, errJSON
	}
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, errJSON
		}
		var value json.RawMessage
		name := key.(string) // of an object there is no other
		if _, twice := o[name]; twice || d.Decode(&value) != nil {
			return nil, errJSON
		}
		o[name] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, errJSON
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	return o, nil
}

func wrong(key, want string) error {
	return fmt.Errorf("the network's answer cannot be used: %s is no %s", key, want)
}

// boolean is a member that must be there.
func (o object) boolean(key string) (bool, error) {
	switch string(o[key]) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, wrong(key, "boolean")
}

// text is a string; told is false where it is missing or null.
func (o object) text(key string) (s string, told bool, err error) {
	raw, there := o[key]
	if !there || string(raw) == "null" {
		return "", false, nil
	}
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return "", false, wrong(key, "string")
	}
	return s, true, nil
}

// inner is an object within; nil where there is none.
func (o object) inner(key string) (object, error) {
	raw, there := o[key]
	if !there || string(raw) == "null" {
		return nil, nil
	}
	return parse(raw)
}

// days is a whole number from 1 on; 0 where it is missing, null or 0.
func (o object) days(key string) (int, error) {
	raw, there := o[key]
	if !there || string(raw) == "null" {
		return 0, nil
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 || n > 36500 {
		return 0, wrong(key, "number of days")
	}
	return n, nil
}

// date is a member that must be there; told is false where it is null.
func (o object) date(key string, now time.Time, skew time.Duration) (at time.Time, told bool, err error) {
	if _, there := o[key]; !there {
		return at, false, fmt.Errorf("the network's answer cannot be used: %s is missing", key)
	}
	text, told, err := o.text(key)
	if err != nil || !told {
		return at, false, err
	}
	if at, err = time.Parse(time.RFC3339, text); err != nil {
		return at, false, wrong(key, "time with its zone (RFC 3339)")
	}
	if at.Year() < 1985 {
		return at, false, wrong(key, "time since there are mobile phones")
	}
	if at.After(now.Add(skew)) {
		return at, false, fmt.Errorf("the network's answer cannot be used: %s is in the future; compare the clocks", key)
	}
	return at.UTC(), true, nil
}

// about holds an answer that names its number to the one that was asked for.
// Most name none.
func (o object) about(n subscriber.MSISDN) error {
	device, err := o.inner("device")
	if err != nil {
		return err
	}
	for _, from := range []object{o, device} {
		number, told, err := from.text("phoneNumber")
		if err != nil {
			return err
		}
		if told && number != string(n) {
			return hlr.ErrOtherNumber
		}
	}
	return nil
}
