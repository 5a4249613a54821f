package api

import (
	"tollgate/gateway"
	"tollgate/gateway/store"
)

func (s *Server) feedbackOTP(q *request) error    { return s.feedback(q, prefixOTP, store.KindOTP) }
func (s *Server) feedbackText(q *request) error   { return s.feedback(q, prefixText, store.KindText) }
func (s *Server) feedbackReview(q *request) error { return s.feedback(q, prefixReview, 0) }

// feedback takes a tenant's word on a decision.
func (s *Server) feedback(q *request, prefix string, kind store.Kind) error {
	id, err := parseID(q.id, prefix)
	if err != nil {
		return err
	}
	v, err := decodeFeedback(q.ctx.PostBody())
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	err = s.svc.Feedback(ctx, q.tenant, &gateway.FeedbackRequest{ID: id, Kind: kind, Honest: v.label == "legit", Note: v.note})
	if err != nil {
		return err
	}
	b := append(append(q.buf[:0], `{"id":"`...), q.id...)
	b = append(appendMember(append(b, '"'), "label", v.label), '}')
	q.reply(200, jsonType, b)
	return nil
}

// word is what a tenant says of a decision.
type word struct{ label, note string }

var feedbackFields = []field[word]{
	{"label", func(r *reader, v *word) {
		v.label = r.checked(func(s string) bool { return s == "legit" || s == "fraud" }, "must be legit or fraud")
	}},
	{"note", func(r *reader, v *word) { v.note = r.short(maxNote) }},
}

func decodeFeedback(body []byte) (v word, err error) {
	r := reader{b: body}
	readObject(&r, feedbackFields, &v)
	r.end()
	if r.err != nil {
		return v, r.err
	}
	if v.label == "" {
		return v, missing("label")
	}
	return v, nil
}
