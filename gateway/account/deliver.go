package account

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// pauses are before each attempt (Standard Webhooks' recommendation). Past the
// end the last one repeats.
var pauses = [...]time.Duration{
	0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// maxResponse is how much of an answer is read, only to reuse the connection.
const maxResponse = 4 << 10

func newTransport(cfg *NotifierConfig) *http.Transport {
	dialer := &net.Dialer{Timeout: cfg.Timeout / 2}
	if !cfg.AllowPrivate {
		dialer.Control = guardDial
	}
	return &http.Transport{ // no Proxy: it would resolve the name out of the guard's sight
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    cfg.Timeout / 2,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    cfg.PerEndpoint,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 16 << 10,
		DisableCompression:     true,
	}
}

// newClient follows no redirect: the signature was made for one receiver.
func newClient(cfg *NotifierConfig) *http.Client {
	return &http.Client{
		Transport: cfg.transport,
		Timeout:   cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

func (n *Notifier) work() {
	for j := range n.ready {
		n.serve(j)
	}
}

// serve makes one attempt, or parks the job when its endpoint has enough.
func (n *Notifier) serve(j *job) {
	n.mu.Lock()
	if _, gone := n.gone[j.endpoint.key]; gone {
		n.unpark(j.endpoint)
		n.finish(j, resultGone)
		n.mu.Unlock()
		return
	}
	if j.endpoint.inFlight >= n.cfg.PerEndpoint {
		j.endpoint.parked = append(j.endpoint.parked, j)
		n.mu.Unlock()
		return
	}
	j.endpoint.inFlight++
	n.mu.Unlock()

	status, err := n.post(j)

	n.mu.Lock()
	j.endpoint.inFlight--
	j.attempts++
	n.unpark(j.endpoint)
	failed := n.settle(j, status, err)
	n.mu.Unlock()
	if failed != "" { // not under the lock, which every send waits for
		n.warn(j, failed, status, err)
	}
}

// settle decides what an attempt's answer means. It returns what to log of an
// event that came to a bad end.
func (n *Notifier) settle(j *job, status int, err error) (failed string) {
	switch {
	case err == nil && status/100 == 2:
		n.finish(j, resultDelivered)
	case err == nil && status == http.StatusGone:
		n.markGone(j.endpoint)
		n.finish(j, resultGone)
		return "webhook receiver is gone; nothing more is posted to it"
	case errors.Is(err, errGuarded):
		n.finish(j, resultRefused)
		return "webhook not sent"
	case n.closed:
		n.finish(j, resultAbandoned)
		return "webhook abandoned, the process ends"
	case j.attempts >= n.cfg.MaxAttempts:
		n.finish(j, resultGaveUp)
		return "webhook given up"
	default:
		n.count(resultRetried)
		n.wait(j)
	}
	return ""
}

// wait brings a job back for its next attempt. Up to a fifth is added to the
// pause, so that events that failed together do not come back together.
func (n *Notifier) wait(j *job) {
	pause := pauses[min(j.attempts, len(pauses)-1)]
	var random [4]byte
	if _, err := io.ReadFull(n.cfg.Random, random[:]); err == nil {
		pause += pause / 5 * time.Duration(binary.BigEndian.Uint32(random[:])>>16) >> 16
	}
	n.waiting[j] = time.AfterFunc(pause, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.resume(j)
	})
}

// resume makes a waiting job ready, once.
func (n *Notifier) resume(j *job) {
	timer, ok := n.waiting[j]
	if !ok {
		return
	}
	timer.Stop()
	delete(n.waiting, j)
	n.ready <- j
}

// post makes one attempt. The timestamp is the attempt's own, so that a late
// one is not taken for a replay.
func (n *Notifier) post(j *job) (status int, err error) {
	req, err := http.NewRequestWithContext(n.ctx, http.MethodPost, j.url, bytes.NewReader(j.body))
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", withoutURL(err))
	}
	timestamp := strconv.FormatInt(n.cfg.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tollgate-webhook/1")
	req.Header.Set(headerID, j.id)
	req.Header.Set(headerTimestamp, timestamp)
	req.Header.Set(headerSignature, signatures(j.keys, j.id, timestamp, j.body))
	resp, err := n.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("webhook: posting: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	// The status is the answer; a body that breaks off changes nothing.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxResponse))
	return resp.StatusCode, nil
}

// withoutURL drops the URL from an error of net/http: its path or query may
// hold a token.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

func (n *Notifier) warn(j *job, msg string, status int, err error) {
	attrs := []any{"tenant", j.tenant, "host", j.host, "type", j.kind, "webhook_id", j.id, "attempts", j.attempts}
	if status != 0 {
		attrs = append(attrs, "status", status)
	}
	if err != nil {
		attrs = append(attrs, "err", err)
	}
	n.log.Warn(msg, attrs...)
}
