package api

import (
	"bytes"
	"errors"
	"strconv"
	"sync"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

// A batch is JSON Lines: up to gateway.MaxBatch bodies of a send, one a line. Each is
// read, decided and refused as if it came alone; the answer is 200 with a line for
// each, in their order. An Idempotency-Key covers every line under the key, # and the
// line's number, so that a batch that was cut off can be repeated whole.

// jsonLines is the media type of a batch and of its answer.
const jsonLines = "application/jsonl"

// batchBodies is how many times the body of one send a batch may have.
const batchBodies = 16

func (s *Server) batchOTP(q *request) error  { return s.batch(q, store.KindOTP) }
func (s *Server) batchText(q *request) error { return s.batch(q, store.KindText) }

// lines are the requests of a batch. They are used again: see request.send.
type lines struct {
	bodies []sendBody
	good   []*gateway.SendRequest
	errs   []error // of a line that cannot be read; nil: it is among the good
}

var linePool = sync.Pool{New: func() any { return new(lines) }}

func (l *lines) release() {
	clear(l.bodies)
	clear(l.good)
	clear(l.errs)
	l.bodies, l.good, l.errs = l.bodies[:0], l.good[:0], l.errs[:0]
	linePool.Put(l)
}

func (s *Server) batch(q *request, kind store.Kind) error {
	l := linePool.Get().(*lines)
	defer l.release()
	if err := l.read(s, q, kind); err != nil {
		return err
	}
	ctx := s.deadline()
	defer ctx.end()
	sent := s.svc.SendMany(ctx, q.tenant, l.good)
	b := q.buf[:0]
	for i, err := range l.errs {
		var a *gateway.Accepted
		if err == nil {
			a, err = sent[0].Accepted, sent[0].Err
			sent = sent[1:]
		}
		b = s.appendLine(b, i+1, a, err, q)
	}
	q.reply(200, jsonLines, b)
	return nil
}

// read takes the body apart. A line that cannot be read is no error of the batch.
func (l *lines) read(s *Server, q *request, kind store.Kind) error {
	body := bytes.TrimRight(q.ctx.PostBody(), " \t\r\n")
	n := bytes.Count(body, []byte{'\n'}) + 1
	if len(body) == 0 || n > gateway.MaxBatch {
		return &gateway.Refusal{Code: gateway.CodeInvalidRequest, Detail: "send 1 to " + strconv.Itoa(gateway.MaxBatch) + " lines, one JSON object each"}
	}
	key, err := q.idempotencyKey()
	if err != nil {
		return err
	}
	if cap(l.bodies) < n {
		l.bodies = make([]sendBody, n)
	}
	l.bodies = l.bodies[:n]
	for i := range n {
		line, rest, _ := bytes.Cut(body, []byte{'\n'})
		body = rest
		r, err := decodeSend(&l.bodies[i], line, kind, s.cfg.AllowHTTPCallbacks)
		l.errs = append(l.errs, err)
		if err != nil {
			continue
		}
		if key != "" {
			q.idempotent(r, key+"#"+strconv.Itoa(i+1), line)
		}
		r.RequestID, r.TraceParent = q.rid, q.trace
		l.good = append(l.good, r)
	}
	return nil
}

// appendLine writes the answer to one line.
func (s *Server) appendLine(b []byte, line int, a *gateway.Accepted, err error, q *request) []byte {
	b = appendInt(append(b, `{"line":`...), int64(line))
	b = append(b, `,"status":`...)
	var again *gateway.Replay
	switch {
	case errors.As(err, &again):
		b = appendInt(b, int64(again.Status))
		b = append(append(b, `,"replayed":true,"body":`...), again.Body...)
	case err != nil:
		r, known := classify(err)
		if !known {
			s.log.Error("line of a batch failed", "request_id", q.rid, "line", line, "error", err)
		}
		b = appendInt(b, int64(meanings[r.Code].status))
		b = appendProblem(append(b, `,"body":`...), r, q.rid)
	default:
		b = appendAccepted(append(b, `202,"body":`...), a)
	}
	return append(b, "}\n"...)
}
