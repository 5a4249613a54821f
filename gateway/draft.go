package gateway

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tollgate/fraud/numbering"
	"tollgate/gateway/otp"
	"tollgate/gateway/store"
	"tollgate/smpp/coding"
)

// Lives of a code. A plain text lives as long unless the request says more.
const defaultTTL = 300 * time.Second

// parseNumber reads the destination in any spelling.
func parseNumber(raw string, t *Tenant) (numbering.Number, error) {
	n, err := numbering.Parse(raw, t.DefaultRegion)
	if err != nil {
		return n, &Refusal{Code: CodeInvalidNumber, Field: "to", Detail: err.Error()}
	}
	return n, nil
}

// draft fills in what the request left open and writes the text, so that a
// request that can never be sent is refused before anything is asked or
// counted.
func (s *Service) draft(q *sending) (err error) {
	r, d := q.r, &q.draft
	if r.Purpose == "" {
		r.Purpose = "login"
	}
	if r.TTL == 0 {
		r.TTL = defaultTTL
	}
	if r.Sender, err = s.sender(q.t, r.Sender); err != nil {
		return err
	}
	if r.CallbackURL != "" && q.t.WebhookSecret == "" {
		return &Refusal{Code: CodeInvalidRequest, Field: "callback_url", Detail: "this tenant has no webhook secret to sign a callback with"}
	}
	if a := r.Assurance; a != nil && a.VerifiedAt.After(q.began.Add(time.Minute)) {
		return &Refusal{Code: CodeInvalidRequest, Field: "assurance.verified_at", Detail: "lies in the future"}
	}
	if d.id, err = s.newID(q.number.MSISDN, q.began); err != nil {
		return err
	}
	d.expires = q.began.Add(r.TTL)
	if r.Kind == store.KindText {
		d.text = r.Text
	} else if err := s.writeCode(q); err != nil {
		return err
	}
	return textError(s.Dispatcher.encodable(d.text), s.Dispatcher.cfg.MaxParts)
}

// sender picks the source address: the request's where the tenant may use it,
// else the tenant's, else the gateway's.
func (s *Service) sender(t *Tenant, asked string) (string, error) {
	switch {
	case asked == "" && t.Sender != "":
		return t.Sender, nil
	case asked == "":
		return s.cfg.Sender, nil
	case len(t.Senders) > 0 && asked != t.Sender && !slices.Contains(t.Senders, asked):
		return "", &Refusal{Code: CodeInvalidRequest, Field: "sender", Detail: "is not one of this tenant's senders"}
	}
	return asked, nil
}

// writeCode draws the code, unless the request brought one, and renders its text.
func (s *Service) writeCode(q *sending) (err error) {
	d := &q.draft
	if d.code = q.r.Code; d.code == "" {
		if d.code, err = otp.NewCode(s.Rand, q.t.CodeLength); err != nil {
			return err
		}
	}
	locale := q.r.Locale
	if locale == "" {
		locale = q.t.Locale
	}
	catalog, err := s.catalog(q.t)
	if err != nil {
		return err
	}
	d.text, err = catalog.Render(otp.Request{
		Template: q.r.Template, Purpose: q.r.Purpose, Locale: locale, Code: d.code, Brand: q.t.Brand, TTL: q.r.TTL,
	})
	switch {
	case errors.Is(err, otp.ErrUnknownTemplate):
		return &Refusal{Code: CodeUnknownTemplate, Field: "template", Detail: err.Error()}
	case errors.Is(err, otp.ErrLocale):
		return &Refusal{Code: CodeInvalidRequest, Field: "locale", Detail: err.Error()}
	}
	return err
}

// catalog is the tenant's templates over the built-in ones, read once for as
// long as the tenant's configuration stands.
func (s *Service) catalog(t *Tenant) (*otp.Catalog, error) {
	if c, ok := s.catalogs.Load(t); ok {
		return c.(*otp.Catalog), nil
	}
	c, err := otp.NewCatalog(t.Templates)
	if err != nil {
		return nil, fmt.Errorf("tenant %s: %w", t.ID, err)
	}
	s.catalogs.Store(t, c)
	return c, nil
}

// textError explains a text that cannot be sent; it is never cut.
func textError(err error, maxParts int) error {
	if err == nil {
		return nil
	}
	var long *coding.TooLongError
	var odd *coding.NotEncodableError
	switch {
	case errors.As(err, &long):
		return refuse(CodeTextTooLong, "the text needs more than %d segments", maxParts)
	case errors.As(err, &odd):
		return refuse(CodeTextNotEncodable, "%v", err)
	}
	return refuse(CodeInvalidRequest, "%v", err)
}
