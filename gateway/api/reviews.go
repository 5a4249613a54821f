package api

import (
	"strconv"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// A page of reviews, when the client does not say and at most.
const (
	defaultPage = 50
	maxPage     = 500
)

// reviews lists the tenant's reviews, newest first: the open ones, or with
// status=all every one.
func (s *Server) reviews(q *request) error {
	open, after, limit, err := q.page()
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	page, err := s.svc.Reviews(ctx, q.tenant, open, after, limit+1) // one more tells whether there is a next page
	if err != nil {
		return err
	}
	more := len(page) > limit
	if more {
		page = page[:limit]
	}
	q.reply(200, jsonType, appendReviews(q.buf[:0], page, more))
	return nil
}

// page reads the query of a listing.
func (q *request) page() (open bool, after store.ID, limit int, err error) {
	args := q.ctx.QueryArgs()
	switch status := string(args.Peek("status")); status {
	case "", "open":
		open = true
	case "all":
	default:
		return false, after, 0, badQuery("status", "must be open or all")
	}
	if id := string(args.Peek("after")); id != "" {
		if after, err = parseID(id, prefixReview); err != nil {
			return false, after, 0, badQuery("after", "must be the next of the page before")
		}
	}
	limit = defaultPage
	if n := string(args.Peek("limit")); n != "" {
		if limit, err = strconv.Atoi(n); err != nil || limit < 1 || limit > maxPage {
			return false, after, 0, badQuery("limit", "must be a number from 1 to "+strconv.Itoa(maxPage))
		}
	}
	return open, after, limit, nil
}

func badQuery(name, detail string) error {
	return &gateway.Refusal{Code: gateway.CodeInvalidRequest, Field: name, Detail: detail}
}

func (s *Server) review(q *request) error {
	id, err := parseID(q.id, prefixReview)
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	r, err := s.svc.Review(ctx, q.tenant, id)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendReview(q.buf[:0], r))
	return nil
}

// resolve takes a person's answer to a review, once.
func (s *Server) resolve(q *request) error {
	id, err := parseID(q.id, prefixReview)
	if err != nil {
		return err
	}
	v, err := decodeResolution(q.ctx.PostBody())
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	r, err := s.svc.Resolve(ctx, q.tenant, id, v.is, v.note)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendReview(q.buf[:0], r))
	return nil
}
