package httpjson

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

var (
	errBig      = fmt.Errorf("the vendor's answer has more than %d octets", bodyMax)
	errHTTP     = errors.New("the vendor's connection broke, or its answer was no HTTP")
	errTLS      = errors.New("the vendor's certificate is not trusted, or it speaks no TLS; a private one is named by request.ca_file")
	errNoNumber = errors.New("the vendor's answer does not say which number it is about")
	errSaid     = errors.New("the vendor's answer says that it is an error")
)

// Lookup asks the vendor about one number, within the context's time.
func (p *Provider) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeoutMax)
		defer cancel()
	}
	resp, err := p.request(ctx, n)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, bodyMax+1))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return hlr.Subscriber{}, p.refused(resp) // whatever its body was
	case err != nil:
		return hlr.Subscriber{}, reason(ctx, err)
	case len(data) > bodyMax:
		return hlr.Subscriber{}, errBig
	}
	tree, err := parseJSON(data)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	return p.judge(&reply{tree, n.Digits()})
}

func (p *Provider) request(ctx context.Context, n subscriber.MSISDN) (*http.Response, error) {
	var body io.Reader
	if p.body != nil {
		body = strings.NewReader(p.body.fill(n))
	}
	req, err := http.NewRequestWithContext(ctx, p.m.method, p.url.fill(n), body)
	if err != nil {
		return nil, errors.New("the mapping makes no valid request of this number")
	}
	for _, h := range p.headers {
		req.Header.Set(h.name, h.value.fill(n))
	}
	// A connection that the vendor closed while it was idle must not fail a
	// POST either: a lookup can be asked again. The header itself is not sent.
	req.Header["X-Idempotency-Key"] = nil
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, reason(ctx, err)
	}
	return resp, nil
}

// reason is why there is no answer, without the URL, which names the number,
// and without the octets that the vendor sent, which may.
func reason(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		cause := ctx.Err()
		if cause == nil {
			cause = context.DeadlineExceeded
		}
		return fmt.Errorf("the vendor did not answer in time: %w", cause)
	}
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" {
		return fmt.Errorf("reaching the vendor: %w", dial)
	}
	var unknown *tls.CertificateVerificationError
	if errors.As(err, &unknown) || errors.As(err, new(tls.RecordHeaderError)) {
		return errTLS
	}
	if tooBig := new(url.Error); errors.As(err, &tooBig) && strings.Contains(tooBig.Err.Error(), "server response headers exceeded") {
		return fmt.Errorf("the headers of the vendor's answer have more than %d octets", headersMax)
	}
	return errHTTP
}

// refused is what an HTTP status other than 2xx means.
func (p *Provider) refused(resp *http.Response) error {
	code := resp.StatusCode
	if code == http.StatusTooManyRequests {
		return &hlr.ThrottledError{RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	}
	switch p.m.status[code] {
	case outcomeAbsent:
		return hlr.ErrAbsent
	case outcomeNotCovered:
		return hlr.ErrNotCovered
	case outcomeThrottled:
		return &hlr.ThrottledError{RetryAfter: retryAfter(resp.Header.Get("Retry-After"), time.Now())}
	}
	switch {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fmt.Errorf("the vendor refused our credential (HTTP %d): check the provider's secret, and what the account may ask", code)
	case code >= 300 && code < 400:
		return fmt.Errorf("the vendor answered with a redirect (HTTP %d), which is not followed: write the URL that it leads to", code)
	case code >= 500:
		return fmt.Errorf("the vendor failed (HTTP %d)", code)
	}
	return fmt.Errorf("the vendor did not take the request (HTTP %d); the mapping's status can say what that means", code)
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

// judge says what a whole answer means for the number.
func (p *Provider) judge(r *reply) (hlr.Subscriber, error) {
	p.charge(r)
	switch {
	case anyHolds(p.m.throttled, r):
		return hlr.Subscriber{}, &hlr.ThrottledError{}
	case anyHolds(p.m.errors, r):
		return hlr.Subscriber{}, errSaid
	}
	if err := p.sameNumber(r); err != nil {
		return hlr.Subscriber{}, err
	}
	if anyHolds(p.m.notCovered, r) {
		return hlr.Subscriber{}, hlr.ErrNotCovered
	}
	s, err := p.facts(r)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	if anyHolds(p.m.absent, r) {
		return s, hlr.ErrAbsent
	}
	return s, nil
}

// facts takes all that the answer tells.
func (p *Provider) facts(r *reply) (hlr.Subscriber, error) {
	var a answer
	for _, f := range p.m.facts {
		err := f.take(r, &a)
		if errors.Is(err, errWord) {
			p.unknownWord(f.name)
			continue
		}
		if err != nil {
			return hlr.Subscriber{}, fmt.Errorf("the vendor's answer cannot be used: %w", err)
		}
	}
	if p.infer && a.original != "" && a.Home != "" {
		ported := a.original != string(a.Home)
		a.Ported = &ported
	}
	return a.Subscriber, nil
}

// unknownWord logs once for each fact; Note goes on to say it.
func (p *Provider) unknownWord(fact string) {
	if _, seen := p.strange.LoadOrStore(fact, true); !seen {
		p.log.Warn("a vendor's answer has a word that the mapping does not know; the fact counts as unknown", "provider", p.name, "fact", fact)
	}
}

// sameNumber holds the answer to the number that was asked for.
func (p *Provider) sameNumber(r *reply) error {
	if p.m.unnumbered {
		return nil
	}
	text, ok := scalar(p.m.number.find(r))
	if !ok || text == "" {
		return errNoNumber
	}
	if plain(text) != r.digits {
		return hlr.ErrOtherNumber
	}
	return nil
}

// plain leaves the digits of an international number however it is written.
func plain(number string) string {
	number = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(number)
	if after, ok := strings.CutPrefix(number, "+"); ok {
		return after
	}
	return strings.TrimPrefix(number, "00")
}

func (p *Provider) charge(r *reply) {
	if p.cost == nil {
		return
	}
	text, _ := scalar(p.m.cost.find(r))
	if price, err := strconv.ParseFloat(text, 64); err == nil && price > 0 && price < 1e6 {
		p.cost.Add(price)
	}
}

func anyHolds(list []condition, r *reply) bool {
	for i := range list {
		if list[i].holds(r) {
			return true
		}
	}
	return false
}

func (c *condition) holds(r *reply) bool {
	v := c.path.find(r)
	if c.exists {
		return v != nil
	}
	text, ok := scalar(v)
	text = strings.ToLower(strings.TrimSpace(text))
	if c.isNot != nil {
		return !ok || !has(c.isNot, text) // missing is not what it should be
	}
	return ok && has(c.is, text)
}
