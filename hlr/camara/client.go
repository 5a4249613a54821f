package camara

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tollgate/hlr"
)

// Client speaks with one network. It is safe for use by many goroutines.
type Client struct {
	cfg     Config
	log     *slog.Logger
	http    *http.Client
	tokens  *tokens
	apis    []*API
	closing sync.Once
	mixed   sync.Once // answers have come with another correlator
}

// New makes a client and begins to fetch its token.
func New(cfg Config, log *slog.Logger) (*Client, error) {
	cfg = cfg.withDefaults()
	c := &Client{cfg: cfg, log: log}
	err := cfg.validate()
	for _, name := range cfg.APIs {
		a, wrong := c.api(name)
		err = errors.Join(err, wrong)
		c.apis = append(c.apis, a)
	}
	if err != nil {
		return nil, err
	}
	if c.http, err = cfg.httpClient(); err != nil {
		return nil, err
	}
	c.tokens = newTokens(cfg.Name, credentials(&cfg, c.http), log)
	return c, nil
}

// Providers are the APIs that are asked, each one a provider.
func (c *Client) Providers() []hlr.Provider {
	list := make([]hlr.Provider, len(c.apis))
	for i, a := range c.apis {
		list[i] = a
	}
	return list
}

// Close ends the goroutine that fetches tokens, and the idle connections.
func (c *Client) Close() error {
	c.closing.Do(func() {
		c.tokens.close()
		c.http.CloseIdleConnections()
	})
	return nil
}

var (
	errUnauthorized = errors.New("the network refused our access token (HTTP 401); a new one is being fetched")
	errBig          = fmt.Errorf("the network's answer has more than %d octets", bodyMax)
)

// post asks one operation. An access token that is refused is replaced, and
// the request made once more, if a new one comes within the context's time.
func (c *Client) post(ctx context.Context, url string, ask any) (object, error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return nil, err
	}
	token, err := c.tokens.current()
	if err != nil {
		return nil, err
	}
	o, err := c.send(ctx, url, body, token)
	if errors.Is(err, errUnauthorized) {
		c.tokens.refused(token)
		if token, waited := c.tokens.await(ctx); waited == nil {
			if o, err = c.send(ctx, url, body, token); errors.Is(err, errUnauthorized) {
				c.tokens.refused(token)
			}
		}
	}
	return o, err
}

// send makes one request.
func (c *Client) send(ctx context.Context, url string, body []byte, token string) (object, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the base makes no valid URL")
	}
	mark := correlator()
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("x-correlator", mark)
	// A connection that the network closed while it was idle must not fail a
	// lookup, which can be asked again. The header itself is not sent.
	req.Header["X-Idempotency-Key"] = nil
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, reason(ctx, err, "the network")
	}
	defer resp.Body.Close()
	if echo := resp.Header.Get("x-correlator"); echo != "" && echo != mark {
		c.mixed.Do(func() {
			c.log.Warn("the network answers under another x-correlator than it was asked with; told once", "provider", c.cfg.Name)
		})
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, bodyMax+1))
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, c.refusal(resp, data)
	case err != nil:
		return nil, reason(ctx, err, "the network")
	case len(data) > bodyMax:
		return nil, errBig
	}
	c.tokens.accepted()
	return parse(data)
}

// correlator is a random UUID (RFC 9562, version 4), which fits the patterns
// of every API.
func correlator() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// notCovered are the codes that say "not our number, or not for it", those of
// Commonalities r3 and their names before.
var notCovered = map[int][]string{
	http.StatusNotFound: {"IDENTIFIER_NOT_FOUND", "DEVICE_NOT_FOUND"},
	http.StatusUnprocessableEntity: {"SERVICE_NOT_APPLICABLE", "UNSUPPORTED_IDENTIFIER",
		"DEVICE_NOT_APPLICABLE", "UNSUPPORTED_DEVICE_IDENTIFIERS"},
}

// refusal is what a status other than 200 means.
func (c *Client) refusal(resp *http.Response, data []byte) error {
	status := resp.StatusCode
	code := errorCode(data)
	switch {
	case status == http.StatusUnauthorized:
		return errUnauthorized
	case status == http.StatusTooManyRequests:
		return &hlr.ThrottledError{RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	case slices.Contains(notCovered[status], code):
		c.tokens.accepted()
		return hlr.ErrNotCovered
	case status == http.StatusForbidden:
		return errors.New("the network does not let us ask this (HTTP 403): check the scopes, and what the contract covers")
	case status >= 300 && status < 400:
		return fmt.Errorf("the network answered with a redirect (HTTP %d), which is not followed: write the URL that it leads to", status)
	case code == "OUT_OF_RANGE":
		return errors.New("the network does not look back so far (HTTP 400): lower max_age or recycled_days")
	case code == "MISSING_IDENTIFIER" || code == "UNNECESSARY_IDENTIFIER":
		return fmt.Errorf("the network wants a token for one subscriber (HTTP %d, %s): ask for client credentials without a user", status, code)
	case status >= 500:
		return fmt.Errorf("the network failed (HTTP %d)", status)
	}
	return fmt.Errorf("the network did not take the request (HTTP %d): check the base and the API's version", status)
}

// errorCode is the code of an ErrorInfo, "" when the body is none.
func errorCode(data []byte) string {
	if len(data) > bodyMax {
		return ""
	}
	o, err := parse(data)
	if err != nil {
		return ""
	}
	code, _, _ := o.text("code")
	return code
}

// retryAfter reads seconds or a date (RFC 9110 §10.2.3); 0 is not told.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
		return time.Duration(min(max(n, 0), 86400)) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// reason is why there is no answer, without the octets that came, which may
// hold anything.
func reason(ctx context.Context, err error, who string) error {
	var dial *net.OpError
	var untrusted *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s did not answer in time: %w", who, ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s did not answer in time: %w", who, context.DeadlineExceeded)
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("reaching %s: %w", who, dial)
	case errors.As(err, &untrusted) || errors.As(err, new(tls.RecordHeaderError)):
		return fmt.Errorf("%s's certificate is not trusted, or it speaks no TLS; a private one is named by ca", who)
	}
	return fmt.Errorf("%s's connection broke, or its answer was no HTTP", who)
}
