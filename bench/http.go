package bench

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

// target is where the load goes.
type target struct {
	addr    string // host:port
	host    string // of the Host header
	tls     *tls.Config
	key     string
	purpose string
	idem    bool
	timeout time.Duration
}

func newTarget(rawURL string, c *Config) (*target, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("the gateway's URL: %w", err)
	}
	t := &target{addr: u.Host, host: u.Host, key: c.Key, purpose: c.Purpose, idem: c.Idempotency, timeout: c.Timeout}
	port := "80"
	if u.Scheme == "https" {
		port = "443"
		t.tls = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	}
	if u.Port() == "" {
		t.addr = net.JoinHostPort(u.Hostname(), port)
	}
	return t, nil
}

// client is one keep-alive connection. The request is put together by hand:
// every microsecond of the generator is one that the gateway does not have.
type client struct {
	t    *target
	conn net.Conn
	br   *bufio.Reader
	out  []byte
	body []byte
	resp fasthttp.Response
}

func (t *target) dial() (*client, error) {
	nc, err := net.DialTimeout("tcp", t.addr, t.timeout)
	if err != nil {
		return nil, err
	}
	if t.tls != nil {
		nc = tls.Client(nc, t.tls)
	}
	return &client{t: t, conn: nc, br: bufio.NewReader(nc)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// send posts one send for number i, or a batch for count numbers from it. code is
// empty when all were accepted, else the status and the problem's code of one.
func (c *client) send(n numbers, i uint64, count int) (accepted int, code string, err error) {
	c.body = c.body[:0]
	for at := range uint64(count) {
		c.body = append(c.body, `{"to":"`...)
		c.body = n.append(c.body, i+at)
		c.body = append(c.body, `","purpose":`...)
		c.body = strconv.AppendQuote(c.body, c.t.purpose)
		c.body = append(c.body, "}\n"...)
	}
	path, media := "/v1/otp/send", "application/json"
	if count > 1 {
		path, media = "/v1/otp/send:batch", "application/jsonl"
	}
	b := append(c.out[:0], "POST "...)
	b = append(b, path...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, c.t.host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, c.t.key...)
	if c.t.idem {
		b = append(b, "\r\nIdempotency-Key: bench-"...)
		b = strconv.AppendUint(b, n.offset, 36)
		b = append(b, '-')
		b = strconv.AppendUint(b, i, 36)
	}
	b = append(b, "\r\nContent-Type: "...)
	b = append(b, media...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(c.body)), 10)
	b = append(b, "\r\n\r\n"...)
	b = append(b, c.body...)
	c.out = b
	if err := c.conn.SetDeadline(time.Now().Add(c.t.timeout)); err != nil {
		return 0, "", err
	}
	if _, err := c.conn.Write(b); err != nil {
		return 0, "", err
	}
	if err := c.resp.ReadLimitBody(c.br, 4<<20); err != nil {
		return 0, "", err
	}
	if s := c.resp.StatusCode(); s < 200 || s > 299 {
		return 0, strconv.Itoa(s) + problemCode(c.resp.Body()), nil
	}
	if count == 1 {
		return 1, "", nil
	}
	if accepted = bytes.Count(c.resp.Body(), acceptedLine); accepted < count {
		code = "200" + problemCode(c.resp.Body())
	}
	return accepted, code, nil
}

// acceptedLine stands in each line of a batch's answer that accepts.
var acceptedLine = []byte(`,"status":202,`)

// problemCode finds `"code":"..."` in a problem document.
func problemCode(body []byte) string {
	_, rest, ok := bytes.Cut(body, []byte(`"code":"`))
	if !ok {
		return ""
	}
	code, _, ok := bytes.Cut(rest, []byte{'"'})
	if !ok || len(code) > 40 {
		return ""
	}
	return " " + string(code)
}
