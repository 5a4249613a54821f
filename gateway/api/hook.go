package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"tollgate/gateway"
)

// eventType is a CloudEvent in structured JSON mode (CloudEvents 1.0.2).
const eventType = "application/cloudevents+json"

// Hook is one who may push events to us. Receive's errors are answered as the
// service's are; nil is 204, and the event may be forgotten at its source.
type Hook struct {
	TokenHash [32]byte // SHA-256 of the bearer token
	Receive   func(ctx context.Context, event []byte) error
}

// admitHook judges the token of one who pushes. Whether there is such a hook
// is not told to those without it.
func (s *Server) admitHook(q *request) error {
	h, known := s.cfg.Hooks[q.id]
	token := sha256.Sum256(bearer(q.ctx.Request.Header.Peek("Authorization")))
	if same := subtle.ConstantTimeCompare(token[:], h.TokenHash[:]) == 1; !known || !same {
		q.ctx.Response.Header.Set("WWW-Authenticate", `Bearer realm="tollgate events"`)
		return &gateway.Refusal{Code: codeUnauthorized, Detail: "send the access token of the subscription's sinkCredential as Authorization: Bearer TOKEN"}
	}
	if c := q.ctx.Request.Header.Peek("x-correlator"); isCorrelator(c) {
		q.ctx.Response.Header.SetBytesV("x-correlator", c)
	}
	return nil
}

// receive takes an event.
func (s *Server) receive(q *request) error {
	ctx := s.deadline()
	defer ctx.end()
	event := append([]byte(nil), q.ctx.PostBody()...)
	if err := s.cfg.Hooks[q.id].Receive(ctx, event); err != nil {
		return err
	}
	q.reply(204, "", q.buf[:0])
	return nil
}

// isCorrelator goes by the pattern of CAMARA's x-correlator.
func isCorrelator(b []byte) bool {
	for _, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		default:
			if !correlatorMarks[c] {
				return false
			}
		}
	}
	return len(b) > 0 && len(b) <= 256
}

var correlatorMarks = [256]bool{'-': true, '_': true, ':': true, ';': true, '.': true, '/': true, '<': true, '>': true, '{': true, '}': true}
