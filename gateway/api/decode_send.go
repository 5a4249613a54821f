package api

import (
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// sendBody is a send on its way from JSON to the gateway's words.
type sendBody struct {
	gateway.SendRequest
	allowHTTP bool // callback_url
}

// What a code, a text and a score take, in the order of how often they are sent.
var (
	toField      = field[sendBody]{"to", func(r *reader, s *sendBody) { s.To = r.str() }}
	purposeField = field[sendBody]{"purpose", func(r *reader, s *sendBody) {
		s.Purpose = r.checkedWord(isPurpose, "must be 1 to 32 of a-z, 0-9 and _, starting with a letter")
	}}
	contextField = field[sendBody]{"context", func(r *reader, s *sendBody) { readObject(r, contextFields, &s.Context) }}
	accountField = field[sendBody]{"account_id", func(r *reader, s *sendBody) {
		s.AccountID = r.checked(isAccountID, "must be 1 to 128 octets without control characters")
	}}
	senderField = field[sendBody]{"sender", func(r *reader, s *sendBody) {
		s.Sender = r.checked(isSender, "must be 3 to 15 digits, or 1 to 11 letters and digits with a letter among them")
	}}
	callbackField = field[sendBody]{"callback_url", func(r *reader, s *sendBody) {
		s.CallbackURL = r.checked(func(u string) bool { return isCallback(u, s.allowHTTP) },
			"must be an absolute https URL without credentials or fragment")
	}}
	metadataField = field[sendBody]{"metadata", func(r *reader, s *sendBody) {
		s.Metadata = r.stringMap(maxMetadataKeys, maxMetadataKey, maxMetadata)
	}}
	assuranceField = field[sendBody]{"assurance", readAssurance}
	localeField    = field[sendBody]{"locale", func(r *reader, s *sendBody) {
		s.Locale = r.checked(isLocale, "must be a language tag such as de or pt-BR")
	}}
)

var otpFields = []field[sendBody]{
	toField, purposeField, contextField, accountField,
	{"code", func(r *reader, s *sendBody) { s.Code = r.checked(isCode, "must be 4 to 10 digits") }},
	{"ttl_s", func(r *reader, s *sendBody) { s.TTL = r.seconds(minTTL, maxTTL) }},
	{"template", func(r *reader, s *sendBody) {
		s.Template = r.checked(isTemplate, "must be 1 to 64 letters, digits, hyphens, dots and underscores")
	}},
	localeField, senderField, callbackField, metadataField, assuranceField,
}

var textFields = []field[sendBody]{
	toField,
	{"text", func(r *reader, s *sendBody) {
		s.Text = r.checked(func(t string) bool { return t != "" }, "must not be empty")
	}},
	purposeField, contextField, accountField,
	{"ttl_s", func(r *reader, s *sendBody) { s.TTL = r.seconds(minTTL, maxTextTTL) }},
	senderField, callbackField, metadataField, assuranceField,
}

var scoreFields = []field[sendBody]{toField, purposeField, contextField, accountField, assuranceField}

// decodeSend reads a code (KindOTP) or a text (KindText) to be sent into s, which
// must be zero, and returns what is in it.
func decodeSend(s *sendBody, body []byte, kind store.Kind, allowHTTP bool) (*gateway.SendRequest, error) {
	fields := otpFields
	if kind == store.KindText {
		fields = textFields
	}
	if err := decodeWith(s, body, fields, allowHTTP); err != nil {
		return nil, err
	}
	if s.Kind = kind; kind == store.KindText && s.Text == "" {
		return nil, missing("text")
	}
	return &s.SendRequest, nil
}

// decodeScore reads a number to be judged; nothing is sent to it.
func decodeScore(body []byte) (*gateway.SendRequest, error) {
	s := new(sendBody)
	if err := decodeWith(s, body, scoreFields, false); err != nil {
		return nil, err
	}
	s.Kind = store.KindOTP
	return &s.SendRequest, nil
}

func decodeWith(s *sendBody, body []byte, fields []field[sendBody], allowHTTP bool) error {
	r := reader{b: body}
	s.allowHTTP = allowHTTP
	readObject(&r, fields, s)
	r.end()
	switch {
	case r.err != nil:
		return r.err
	case s.To == "":
		return missing("to")
	case len(s.To) > maxTo:
		return &gateway.Refusal{Code: gateway.CodeInvalidNumber, Field: "to", Detail: "no number is that long"}
	}
	return nil
}

var assuranceFields = []field[gateway.Assurance]{
	{"factor", func(r *reader, a *gateway.Assurance) {
		a.Factor = r.checked(isFactor, "must be 1 to 64 of a-z, 0-9 and _-.:")
	}},
	{"verified_at", func(r *reader, a *gateway.Assurance) { a.VerifiedAt = r.time() }},
}

func readAssurance(r *reader, s *sendBody) {
	s.Assurance = new(gateway.Assurance)
	at := r.mark()
	readObject(r, assuranceFields, s.Assurance)
	if r.err == nil && (s.Assurance.Factor == "" || s.Assurance.VerifiedAt.IsZero()) {
		r.failAt(at, "needs both factor and verified_at")
	}
}

func (r *reader) seconds(low, high time.Duration) time.Duration {
	return time.Duration(r.integer(int64(low/time.Second), int64(high/time.Second))) * time.Second
}

func (r *reader) time() (t time.Time) {
	r.checked(func(s string) (ok bool) {
		var err error
		t, err = time.Parse(time.RFC3339, s)
		return err == nil
	}, "must be a time such as 2026-01-31T12:00:00Z (RFC 3339)")
	return t
}

func missing(name string) *gateway.Refusal {
	return &gateway.Refusal{Code: gateway.CodeInvalidRequest, Field: name, Detail: "is required"}
}
