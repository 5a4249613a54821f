package send

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// target is where the load goes.
type target struct {
	addr    string // host:port
	host    string // of the Host header
	tls     *tls.Config
	plan    *plan
	request func(t *target, c *client, i uint64) // appends the request of send i to c.out
	idem    bool
	timeout time.Duration
}

func newTarget(rawURL string, c *Config, p *plan) (*target, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("the gateway's URL: %w", err)
	}
	t := &target{addr: u.Host, host: u.Host, plan: p, idem: c.Idempotency, timeout: c.Timeout, request: otpSend}
	if c.Dialect == "kannel" {
		t.request = sendsms
	}
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

// send makes the request of send i. code is empty when it was accepted, else the
// status and the problem's code.
func (c *client) send(i uint64) (code string, err error) {
	c.out = c.out[:0]
	c.t.request(c.t, c, i)
	if err := c.conn.SetDeadline(time.Now().Add(c.t.timeout)); err != nil {
		return "", err
	}
	if err := c.flush(); err != nil {
		return "", err
	}
	return c.answer()
}

// flush writes the requests that were put together.
func (c *client) flush() error {
	_, err := c.conn.Write(c.out)
	c.out = c.out[:0]
	return err
}

// answer reads the next response.
func (c *client) answer() (code string, err error) {
	if err := c.resp.ReadLimitBody(c.br, 1<<20); err != nil {
		return "", err
	}
	if s := c.resp.StatusCode(); s < 200 || s > 299 {
		return strconv.Itoa(s) + problemCode(c.resp.Body()), nil
	}
	return "", nil
}

// otpSend is POST /v1/otp/send.
func otpSend(t *target, c *client, i uint64) {
	c.body = t.plan.body(c.body[:0], i)
	b := append(c.out, "POST /v1/otp/send HTTP/1.1\r\nHost: "...)
	b = append(b, t.host...)
	b = append(b, "\r\nAuthorization: Bearer "...)
	b = append(b, t.plan.key(i)...)
	if t.idem {
		b = t.plan.idempotencyKey(append(b, "\r\nIdempotency-Key: "...), i)
	}
	b = append(b, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(c.body)), 10)
	b = append(b, "\r\n\r\n"...)
	c.out = append(b, c.body...)
}

// sendsms is Kannel's way to send a text.
func sendsms(t *target, c *client, i uint64) {
	user, password, _ := strings.Cut(t.plan.key(i), ":")
	b := append(c.out, "GET /cgi-bin/sendsms?username="...)
	b = append(b, url.QueryEscape(user)...)
	b = append(b, "&password="...)
	b = append(b, url.QueryEscape(password)...)
	b = append(b, "&from=Tollgate&to=%2B"...)
	at := len(b)
	b = t.plan.to(b, i)
	b = append(b[:at], b[at+1:]...) // the plus is there already
	b = append(b, "&text=123456+is+your+Tollgate+code.+It+is+valid+for+5+minutes. HTTP/1.1\r\nHost: "...)
	b = append(b, t.host...)
	c.out = append(b, "\r\n\r\n"...)
}

// userPassword says that a key is good for Kannel.
func userPassword(key string) bool {
	user, password, ok := strings.Cut(key, ":")
	return ok && user != "" && password != ""
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
