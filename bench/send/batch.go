package send

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"
)

// batch is several sends in one request.
type batch struct {
	l     *Load
	c     *client
	w     int
	sends []flying
}

// workBatch is one connection's loop with --batch: POST /v1/otp/send:batch takes so
// many lines at once. In an open loop a batch leaves when its last send is due, and
// each counts from when it was due itself.
func (l *Load) workBatch(ctx context.Context, w int, due <-chan job) {
	b := &batch{l: l, c: l.take(), w: w}
	defer func() { l.put(b.c) }()
	for b.gather(ctx, due) {
		b.send()
	}
}

// gather takes the next sends, fewer than a batch when the load ends; false when
// there are none.
func (b *batch) gather(ctx context.Context, due <-chan job) bool {
	b.sends = b.sends[:0]
	for len(b.sends) < b.l.c.Batch {
		at := time.Now()
		if due != nil {
			j, ok := <-due
			if !ok {
				break
			}
			at = j.at
		}
		if ctx.Err() == nil {
			b.sends = append(b.sends, flying{i: b.l.begin(at), at: at})
		} else if due == nil {
			break
		}
	}
	return len(b.sends) > 0
}

// send makes the request and counts what came of each line.
func (b *batch) send() {
	var err error
	if b.c == nil {
		if b.c, err = b.l.redial(); err != nil {
			b.fail("connect")
			return
		}
	}
	b.l.sent.Add(uint64(len(b.sends)))
	began := time.Now()
	refused, err := b.c.batch(b.sends)
	if err != nil {
		b.fail(b.l.errorKind(err, time.Since(began)))
		b.c.close()
		b.c = nil
		return
	}
	if refused != "" {
		b.fail(refused)
		return
	}
	answer := b.c.resp.Body()
	for n, f := range b.sends {
		line, rest, _ := bytes.Cut(answer, []byte{'\n'})
		answer = rest
		b.l.ended(b.w, f.i, f.at, lineCode(line, n+1))
	}
}

// fail counts all of the batch as failed, each from when it was due.
func (b *batch) fail(code string) {
	for _, f := range b.sends {
		b.l.ended(b.w, f.i, f.at, code)
	}
}

// batch makes one request of all sends. code is empty when it was answered line by
// line; then the answer stands in c.resp.
func (c *client) batch(sends []flying) (code string, err error) {
	c.body = c.body[:0]
	for _, f := range sends {
		c.body = append(c.t.plan.body(c.body, f.i), '\n')
	}
	first := sends[0].i
	b := append(c.out[:0], "POST /v1/otp/send:batch HTTP/1.1\r\nHost: "...)
	b = append(b, c.t.host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, c.t.plan.key(first)...)
	if c.t.idem {
		b = c.t.plan.idempotencyKey(append(b, "\r\nIdempotency-Key: "...), first)
	}
	b = append(b, "\r\nContent-Type: application/jsonl\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(c.body)), 10)
	b = append(b, "\r\n\r\n"...)
	c.out = append(b, c.body...)
	if err := c.conn.SetDeadline(time.Now().Add(c.t.timeout)); err != nil {
		return "", err
	}
	if err := c.flush(); err != nil {
		return "", err
	}
	return c.answer()
}

// lineCode is empty for a line whose send was accepted, else its status and the
// problem's code.
func lineCode(line []byte, n int) string {
	rest, ok := bytes.CutPrefix(line, fmt.Appendf(nil, `{"line":%d,"status":`, n))
	if !ok {
		return "line missing"
	}
	status, body, _ := bytes.Cut(rest, []byte{','})
	if string(status) == "202" {
		return ""
	}
	return string(status) + problemCode(body)
}
