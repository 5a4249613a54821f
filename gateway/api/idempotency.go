package api

import (
	"crypto/sha256"

	"tollgate/gateway"
	"tollgate/gateway/store"
)

const maxIdempotencyKey = 255

// idempotent fills in what the service needs to answer a repeat of this
// request as it answers the request itself. Requests are the same when
// method, path and body are, to the octet.
func (q *request) idempotent(r *gateway.SendRequest, key string, body []byte) {
	r.Idempotency = &store.Answer{Tenant: q.tenant.ID, Key: key, Body: q.fingerprint(body)}
	rid := q.rid
	r.Render = func(a *gateway.Accepted, err error) (int, []byte) { return render(a, err, rid) }
}

// idempotencyKey is the client's key, "" when it sent none.
func (q *request) idempotencyKey() (string, error) {
	key := string(q.ctx.Request.Header.Peek("Idempotency-Key"))
	if len(key) > maxIdempotencyKey || key != "" && !printableASCII(key) {
		return "", &gateway.Refusal{Code: gateway.CodeInvalidRequest, Field: "Idempotency-Key",
			Detail: "must be at most 255 printable ASCII characters"}
	}
	return key, nil
}

func (q *request) fingerprint(body []byte) (sum [32]byte) {
	h := sha256.New()
	h.Write(q.ctx.Method())
	h.Write([]byte{' '})
	h.Write(q.ctx.Path())
	h.Write([]byte{'\n'})
	h.Write(body)
	h.Sum(sum[:0])
	return sum
}

// render is the answer to a send, as it is stored.
func render(a *gateway.Accepted, err error, requestID string) (status int, body []byte) {
	if err == nil {
		return 202, appendAccepted(nil, a)
	}
	r, _ := classify(err)
	return meanings[r.Code].status, appendProblem(nil, r, requestID)
}

// replay writes a stored answer out as it was.
func (q *request) replay(a *gateway.Replay) {
	mediaType := jsonType
	if a.Status >= 400 {
		mediaType = problemType
	}
	q.ctx.Response.Header.Set("Idempotency-Replayed", "true")
	q.reply(a.Status, mediaType, append(q.buf[:0], a.Body...))
}
