package httpjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// object is a JSON object. Beside it a tree has []any, string, json.Number,
// bool and nil.
type object = map[string]any

const depthMax = 32

var (
	errNotJSON = errors.New("the vendor's answer is not JSON")
	errDeep    = errors.New("the vendor's answer is nested too deeply")
	errTwice   = errors.New("the vendor's answer has a key twice: it could mean either")
)

// parseJSON reads one value and nothing behind it. Numbers keep their digits.
func parseJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := value(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errNotJSON
	}
	return v, nil
}

func value(dec *json.Decoder, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, errNotJSON // the decoder's text quotes the answer
	}
	if depth == depthMax {
		return nil, errDeep
	}
	switch token {
	case json.Delim('{'):
		return members(dec, depth)
	case json.Delim('['):
		return elements(dec, depth)
	}
	return token, nil
}

func members(dec *json.Decoder, depth int) (any, error) {
	o := object{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errNotJSON
		}
		if _, twice := o[name]; twice {
			return nil, errTwice
		}
		if o[name], err = value(dec, depth+1); err != nil {
			return nil, err
		}
	}
	return o, end(dec)
}

func elements(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := value(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, end(dec)
}

// end takes the closing bracket.
func end(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return errNotJSON
	}
	return nil
}

// scalar is the text of a string, a number or a bool.
func scalar(v any) (text string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}
