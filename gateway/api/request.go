package api

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/valyala/fasthttp"

	"tollgate/gateway"
)

// Media types of our answers.
const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
)

// request is one request on its way. It is pooled: nothing may keep it, nor
// what borrows from ctx, once its handler has returned.
type request struct {
	ctx    *fasthttp.RequestCtx
	tenant *gateway.Tenant
	route  *route
	id     string // the {id} of the path
	rid    string // X-Request-Id
	trace  string // traceparent
	buf    []byte

	ridText []byte   // rid, to be put in a header
	send    sendBody // that the handler decodes into
}

// handle answers one request and measures it.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	started := s.cfg.Now()
	q := s.requests.Get().(*request)
	q.ctx, q.trace = ctx, takeTraceParent(ctx.Request.Header.Peek("Traceparent"))
	s.inFlight.Add(1)
	s.metrics.inFlight.Inc()
	s.answer(q)
	s.metrics.inFlight.Dec()
	s.inFlight.Add(-1)
	s.finish(q, s.cfg.Now().Sub(started))
}

// answer runs the handler; whatever it dies of ends here.
func (s *Server) answer(q *request) {
	defer func() {
		if v := recover(); v != nil {
			s.log.Error("handler panicked", "request_id", q.rid, "panic", harmless(v), "stack", string(debug.Stack()))
			q.ctx.Response.Reset()
			s.fail(q, errors.New("panic"))
		}
	}()
	s.name(q)
	if err := s.dispatch(q); err != nil {
		s.fail(q, err)
	}
}

// name gives the request its id, the client's own where it has a good one.
func (s *Server) name(q *request) {
	var ok bool
	if q.rid, ok = takeRequestID(q.ctx.Request.Header.Peek("X-Request-Id")); !ok {
		q.rid = newRequestID()
	}
}

// dispatch asks, in this order: is there such a path, may the caller use it,
// is the method right, is there room, is the body one that we read.
func (s *Server) dispatch(q *request) error {
	if err := s.admit(q); err != nil {
		return err
	}
	h := q.route.handler(q.ctx.Method())
	if h == nil {
		q.ctx.Response.Header.Set("Allow", q.route.allow)
		return &gateway.Refusal{Code: codeMethod, Detail: "use " + q.route.allow}
	}
	if s.draining.Load() {
		q.ctx.SetConnectionClose()
		if s.base.Err() != nil {
			return &gateway.Refusal{Code: gateway.CodeOverloaded, RetryAfter: retryLater, Detail: "this node is shutting down"}
		}
	}
	if s.inFlight.Load() > int64(s.cfg.MaxInFlight) {
		return &gateway.Refusal{Code: gateway.CodeOverloaded, RetryAfter: retryLater, Detail: "too many requests at once; nothing was accepted"}
	}
	if q.ctx.IsPost() {
		if err := s.body(q); err != nil {
			return err
		}
	}
	return h(s, q)
}

// admit finds the route and the tenant.
func (s *Server) admit(q *request) error {
	r, id := s.router.find(q.ctx.Path())
	if r == nil {
		return &gateway.Refusal{Code: gateway.CodeNotFound, Detail: "there is no such path; GET /openapi.yaml lists all"}
	}
	q.route, q.id = r, string(id)
	if r.hook {
		return s.admitHook(q)
	}
	q.tenant = s.tenants.Find(bearer(q.ctx.Request.Header.Peek("Authorization")))
	if q.tenant == nil {
		q.ctx.Response.Header.Set("WWW-Authenticate", `Bearer realm="tollgate"`)
		return &gateway.Refusal{Code: codeUnauthorized, Detail: "send a known API key as Authorization: Bearer KEY"}
	}
	return nil
}

// body judges a body by its header and its size.
func (s *Server) body(q *request) error {
	if t := q.ctx.Request.Header.ContentType(); len(t) > 0 {
		media, _, _ := bytes.Cut(t, []byte(";"))
		if media = bytes.TrimSpace(media); !q.route.takes(media) {
			return &gateway.Refusal{Code: codeMediaType, Detail: "send Content-Type: " + q.route.mediaType()}
		}
	}
	if len(q.ctx.Request.Header.ContentEncoding()) > 0 {
		return &gateway.Refusal{Code: codeMediaType, Detail: "send the body without a Content-Encoding"}
	}
	if len(q.ctx.PostBody()) > s.limitOf(q.route) {
		return s.tooLarge(q.route)
	}
	return nil
}

func (r *route) mediaType() string {
	if r.batch {
		return jsonLines
	}
	return or(r.media, jsonType)
}

// takes says whether a body of a media type is read. JSON Lines have another name
// beside the usual one.
func (r *route) takes(media []byte) bool {
	return bytes.EqualFold(media, []byte(r.mediaType())) || bytes.EqualFold(media, curlType) ||
		r.batch && bytes.EqualFold(media, ndjsonType) || r.media != "" && bytes.EqualFold(media, []byte(jsonType))
}

var ndjsonType = []byte("application/x-ndjson")

// limitOf is the largest body of a route, in octets.
func (s *Server) limitOf(r *route) int {
	if r != nil && r.batch {
		return batchBodies * s.cfg.BodyLimit
	}
	return s.cfg.BodyLimit
}

// curlType is what curl -d sends unasked. It is read as JSON like any other: with
// the key in a header there is no cross-site form to be afraid of.
var curlType = []byte("application/x-www-form-urlencoded")

func (s *Server) tooLarge(r *route) error {
	return &gateway.Refusal{Code: codeTooLarge, Detail: fmt.Sprintf("a body has at most %d octets", s.limitOf(r))}
}

// unreadable answers what fasthttp could not read as a request. A body that
// is far too large comes here too: its path and its key are judged first.
func (s *Server) unreadable(ctx *fasthttp.RequestCtx, err error) {
	started := s.cfg.Now()
	q := s.requests.Get().(*request)
	q.ctx = ctx
	s.name(q)
	var small *fasthttp.ErrSmallBuffer
	var timeout net.Error
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		err = s.flood(q)
	case errors.As(err, &small):
		linger(ctx.Conn(), -1)
		err = &gateway.Refusal{Code: codeHeadersTooLarge, Detail: "a header has at most 8192 octets"}
	case errors.As(err, &timeout) && timeout.Timeout():
		err = &gateway.Refusal{Code: codeRequestTimeout, Detail: "send the whole request at once"}
	default:
		err = &gateway.Refusal{Code: gateway.CodeInvalidRequest, Detail: "this is not an HTTP/1.1 request"}
	}
	s.fail(q, err)
	s.finish(q, s.cfg.Now().Sub(started))
}

// flood answers a body that is far too large. Of one that came in chunks
// fasthttp has dropped the header by now, so that neither path nor key can be
// judged any more.
func (s *Server) flood(q *request) error {
	h := &q.ctx.Request.Header
	if len(h.RawHeaders()) == 0 {
		linger(q.ctx.Conn(), -1)
		return s.tooLarge(nil)
	}
	linger(q.ctx.Conn(), h.ContentLength())
	if err := s.admit(q); err != nil {
		return err
	}
	return s.tooLarge(q.route)
}

// finish measures and logs a request and gives its memory back.
func (s *Server) finish(q *request, took time.Duration) {
	observer, path := s.unknown, unknownRoute
	if q.route != nil {
		observer, path = q.route.observer, q.route.path
	}
	status := q.ctx.Response.StatusCode()
	observer.observe(status, took, traceID(q.trace))
	if s.log.Enabled(s.base, slog.LevelDebug) {
		tenant := ""
		if q.tenant != nil {
			tenant = q.tenant.ID
		}
		s.log.Debug("http", "method", string(q.ctx.Method()), "route", path, "status", status,
			"took", took, "tenant", tenant, "request_id", q.rid)
	}
	*q = request{buf: q.buf[:0], ridText: q.ridText[:0]}
	s.requests.Put(q)
}

var requestIDHeader = []byte("X-Request-Id")

// ridOctets is the request id as octets, in the request's own memory.
func (q *request) ridOctets() []byte {
	q.ridText = append(q.ridText[:0], q.rid...)
	return q.ridText
}

// reply writes an answer. body may be q.buf: the server copies it.
func (q *request) reply(status int, mediaType string, body []byte) {
	q.ctx.Response.Header.SetCanonical(requestIDHeader, q.ridOctets())
	q.ctx.SetStatusCode(status)
	q.ctx.SetContentType(mediaType)
	q.ctx.SetBody(body)
	q.buf = body[:0]
}

// fail writes the problem document of an error, and logs what the client must
// not read.
func (s *Server) fail(q *request, err error) {
	r, known := classify(err)
	if !known {
		s.log.Error("request failed", "request_id", q.rid, "route", q.routePath(), "error", err)
	}
	m := meanings[r.Code]
	if after := retryAfter(m, r); after > 0 {
		q.ctx.Response.Header.Set("Retry-After", string(appendInt(nil, after)))
	}
	q.reply(m.status, problemType, appendProblem(q.buf[:0], r, q.rid))
}

func (q *request) routePath() string {
	if q.route == nil {
		return unknownRoute
	}
	return q.route.path
}

// harmless is what may be logged of a panic's value: the runtime's own words,
// else only its type, since it may hold anything.
func harmless(v any) string {
	if e, ok := v.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("%T", v)
}
