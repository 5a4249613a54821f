package api

import (
	"tollgate/gateway"
	"tollgate/gateway/store"
)

// checkBody is a typed code on its way from JSON to the gateway's words.
type checkBody struct {
	gateway.CheckRequest
	id string
}

var checkFields = []field[checkBody]{
	{"id", func(r *reader, c *checkBody) { c.id = r.str() }},
	{"code", func(r *reader, c *checkBody) { c.Code = r.checked(isCode, "must be 4 to 10 digits") }},
	{"context", func(r *reader, c *checkBody) { readObject(r, contextFields, &c.Context) }},
}

// decodeCheck reads a code that an end user typed in.
func decodeCheck(body []byte) (*gateway.CheckRequest, error) {
	r, c := reader{b: body}, new(checkBody)
	readObject(&r, checkFields, c)
	r.end()
	switch {
	case r.err != nil:
		return nil, r.err
	case c.id == "":
		return nil, missing("id")
	case c.Code == "":
		return nil, missing("code")
	}
	var err error
	c.ID, err = parseID(c.id, prefixOTP)
	return &c.CheckRequest, err
}

// resolution is a person's answer to a review.
type resolution struct{ is, note string }

var resolutionFields = []field[resolution]{
	{"resolution", func(r *reader, v *resolution) {
		v.is = r.checked(isResolution, "must be confirm_new_sim, fraud or false_alarm")
	}},
	{"note", func(r *reader, v *resolution) { v.note = r.short(maxNote) }},
}

func isResolution(s string) bool {
	return s == "confirm_new_sim" || s == "fraud" || s == "false_alarm"
}

func decodeResolution(body []byte) (v resolution, err error) {
	r := reader{b: body}
	readObject(&r, resolutionFields, &v)
	r.end()
	if r.err != nil {
		return v, r.err
	}
	if v.is == "" {
		return v, missing("resolution")
	}
	return v, nil
}

// What an id names stands before it.
const (
	prefixOTP    = "otp_"
	prefixText   = "msg_"
	prefixReview = "rev_"
)

func prefixOf(k store.Kind) string {
	if k == store.KindText {
		return prefixText
	}
	return prefixOTP
}

// parseID reads an id as it was given out. One that cannot be ours names
// nothing, so it is not found.
func parseID(s, prefix string) (store.ID, error) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		if id, err := store.ParseID(s[len(prefix):]); err == nil {
			return id, nil
		}
	}
	return store.ID{}, &gateway.Refusal{Code: gateway.CodeNotFound, Detail: "nothing has this id"}
}
