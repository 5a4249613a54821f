package api

import (
	"errors"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

func (s *Server) sendOTP(q *request) error  { return s.send(q, store.KindOTP) }
func (s *Server) sendText(q *request) error { return s.send(q, store.KindText) }

// send takes a code or a text. 202 means that it is on disk.
func (s *Server) send(q *request, kind store.Kind) error {
	r, err := decodeSend(&q.send, q.ctx.PostBody(), kind, s.cfg.AllowHTTPCallbacks)
	if err != nil {
		return err
	}
	key, err := q.idempotencyKey()
	if err != nil {
		return err
	}
	if key != "" {
		q.idempotent(r, key, q.ctx.PostBody())
	}
	r.RequestID, r.TraceParent = q.rid, q.trace
	ctx := s.deadline()
	defer ctx.end()
	a, err := s.svc.Send(ctx, q.tenant, r)
	var again *gateway.Replay
	if errors.As(err, &again) {
		q.replay(again)
		return nil
	}
	if err != nil {
		return err
	}
	q.reply(202, jsonType, appendAccepted(q.buf[:0], a))
	return nil
}

// check takes a code that was typed in.
func (s *Server) check(q *request) error {
	r, err := decodeCheck(q.ctx.PostBody())
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	c, err := s.svc.Check(ctx, q.tenant, r)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendChecked(q.buf[:0], c))
	return nil
}

func (s *Server) viewOTP(q *request) error  { return s.view(q, store.KindOTP) }
func (s *Server) viewText(q *request) error { return s.view(q, store.KindText) }

// view tells how far a message has come.
func (s *Server) view(q *request, kind store.Kind) error {
	id, err := parseID(q.id, prefixOf(kind))
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	v, err := s.svc.View(ctx, q.tenant, id, kind)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendView(q.buf[:0], v))
	return nil
}

// cancel stops a code that was not submitted yet, and its challenge.
func (s *Server) cancel(q *request) error {
	id, err := parseID(q.id, prefixOTP)
	if err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	v, err := s.svc.Cancel(ctx, q.tenant, id)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendView(q.buf[:0], v))
	return nil
}

// score judges a number without sending to it.
func (s *Server) score(q *request) error {
	r, err := decodeScore(q.ctx.PostBody())
	if err != nil {
		return err
	}
	r.RequestID, r.TraceParent = q.rid, q.trace
	ctx := s.deadline()
	defer ctx.end()
	v, err := s.svc.Score(ctx, q.tenant, r)
	if err != nil {
		return err
	}
	q.reply(200, jsonType, appendScore(q.buf[:0], v))
	return nil
}
