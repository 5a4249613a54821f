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

// send posts one send for number i. code is empty when it was accepted, else
// the status and the problem's code.
func (c *client) send(n numbers, i uint64) (code string, err error) {
	c.body = append(c.body[:0], `{"to":"`...)
	c.body = n.append(c.body, i)
	c.body = append(c.body, `","purpose":`...)
	c.body = strconv.AppendQuote(c.body, c.t.purpose)
	c.body = append(c.body, '}')
	b := append(c.out[:0], "POST /v1/otp/send HTTP/1.1\r\nHost: "...)
	b = append(b, c.t.host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, c.t.key...)
	if c.t.idem {
		b = append(b, "\r\nIdempotency-Key: bench-"...)
		b = strconv.AppendUint(b, n.offset, 36)
		b = append(b, '-')
		b = strconv.AppendUint(b, i, 36)
	}
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(c.body)), 10)
	b = append(b, "\r\n\r\n"...)
	b = append(b, c.body...)
	c.out = b
	if err := c.conn.SetDeadline(time.Now().Add(c.t.timeout)); err != nil {
		return "", err
	}
	if _, err := c.conn.Write(b); err != nil {
		return "", err
	}
	if err := c.resp.ReadLimitBody(c.br, 1<<20); err != nil {
		return "", err
	}
	if s := c.resp.StatusCode(); s < 200 || s > 299 {
		return strconv.Itoa(s) + problemCode(c.resp.Body()), nil
	}
	return "", nil
}

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
