package camara

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

var errNoToken = errors.New("there is no valid access token yet; it is being fetched in the background")

const (
	fetchTimeout = 10 * time.Second
	backOffMin   = time.Second // between two fetches, also of tokens that are refused at once
	backOffMax   = time.Minute
	tokenMax     = 16 << 10         // octets
	untold       = 10 * time.Minute // when a token is fetched anew whose end is not told
	leeway       = time.Second      // a token is not used in its last second
)

// token is one access token; never logged.
type token struct {
	value   string
	got     time.Time
	expires time.Time // zero: not told
}

func (k *token) valid(now time.Time) bool {
	return k.value != "" && (k.expires.IsZero() || now.Before(k.expires.Add(-leeway)))
}

// refresh is when its successor is fetched: after four fifths of its life.
func (k *token) refresh() time.Time {
	if k.expires.IsZero() {
		return k.got.Add(untold)
	}
	return k.got.Add(k.expires.Sub(k.got) * 4 / 5)
}

// tokens keeps one access token fresh, in a goroutine that makes one fetch at
// a time and waits ever longer while they fail.
type tokens struct {
	fetch func(context.Context) (token, error)
	log   *slog.Logger
	name  string
	stop  context.CancelFunc
	ended chan struct{}
	kick  chan struct{} // a fetch is wanted before its time

	mu      sync.Mutex
	token   token
	err     error         // of the latest fetch
	backOff time.Duration // before the next one; 0 when all is well
	next    time.Time     // no fetch before
	news    chan struct{} // closed at the end of each fetch
}

func newTokens(name string, fetch func(context.Context) (token, error), log *slog.Logger) *tokens {
	ctx, stop := context.WithCancel(context.Background())
	t := &tokens{fetch: fetch, log: log, name: name, stop: stop,
		ended: make(chan struct{}), kick: make(chan struct{}, 1), news: make(chan struct{})}
	go t.run(ctx)
	return t
}

func (t *tokens) close() {
	t.stop()
	<-t.ended
}

// run fetches at the start, before each token's end, and when kicked.
func (t *tokens) run(ctx context.Context) {
	defer close(t.ended)
	for ctx.Err() == nil {
		t.renew(ctx)
		early := t.sleep(ctx, t.nextRefresh(), t.kick)
		if early {
			t.mu.Lock()
			until := t.next
			t.mu.Unlock()
			t.sleep(ctx, until, nil)
		}
	}
}

func (t *tokens) nextRefresh() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := t.token.refresh(); t.err == nil && t.token.value != "" && at.After(t.next) {
		return at
	}
	return t.next
}

func (t *tokens) sleep(ctx context.Context, until time.Time, kick <-chan struct{}) (kicked bool) {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-kick:
		return true
	}
	return false
}

// renew makes one fetch. A failed one leaves the former token in use.
func (t *tokens) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	got, err := t.fetch(ctx)
	now := time.Now()
	if err == nil && !got.valid(now) {
		err = errors.New("the token endpoint gave a token that has ended")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	failed := t.err != nil
	t.err = err
	if err == nil {
		t.token = got
		t.next = now.Add(max(t.backOff, backOffMin))
	} else {
		t.grow()
		t.next = now.Add(t.backOff - time.Duration(rand.Int64N(int64(t.backOff/4)+1)))
	}
	if failed != (err != nil) {
		t.tell(err)
	}
	close(t.news)
	t.news = make(chan struct{})
}

func (t *tokens) grow() { t.backOff = min(max(2*t.backOff, backOffMin), backOffMax) }

func (t *tokens) tell(err error) {
	if err != nil {
		t.log.Warn("no access token can be fetched; the provider's facts are unknown once the former has ended", "provider", t.name, "err", err)
		return
	}
	t.log.Info("an access token was fetched again", "provider", t.name)
}

// current is the token in use, or why there is none; then one is fetched.
func (t *tokens) current() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token.valid(time.Now()) {
		return t.token.value, nil
	}
	t.wake()
	if t.err != nil {
		return "", fmt.Errorf("there is no valid access token: %w", t.err)
	}
	return "", errNoToken
}

func (t *tokens) wake() {
	select {
	case t.kick <- struct{}{}:
	default: // it is coming already
	}
}

// refused drops a token that the network did not take. One that was refused
// soon after it came makes the next wait longer, so that a network that takes
// none is no flood at its token endpoint.
func (t *tokens) refused(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token.value != value || value == "" {
		return // another lookup was first
	}
	if now := time.Now(); now.Sub(t.token.got) < backOffMax {
		t.grow()
		t.next = t.token.got.Add(t.backOff)
	}
	t.token = token{}
	t.wake()
}

// accepted says that the network took a token.
func (t *tokens) accepted() {
	t.mu.Lock()
	t.backOff = 0
	t.mu.Unlock()
}

// await waits for a token within the context's time, or until a fetch fails.
func (t *tokens) await(ctx context.Context) (string, error) {
	for {
		t.mu.Lock()
		value, valid, news := t.token.value, t.token.valid(time.Now()), t.news
		t.mu.Unlock()
		if valid {
			return value, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return "", errNoToken
		}
		t.mu.Lock()
		err := t.err
		t.mu.Unlock()
		if err != nil {
			return "", err
		}
	}
}

// note is what health checks show.
func (t *tokens) note() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		return ""
	}
	return "no access token can be fetched: " + t.err.Error()
}

// credentials fetches tokens by OAuth 2 client credentials (RFC 6749 §4.4).
func credentials(c *Config, client *http.Client) func(context.Context) (token, error) {
	cc := &clientcredentials.Config{ClientID: c.ClientID, ClientSecret: c.Secret, TokenURL: c.TokenURL, Scopes: c.Scopes,
		AuthStyle: map[string]oauth2.AuthStyle{"basic": oauth2.AuthStyleInHeader, "post": oauth2.AuthStyleInParams}[c.Auth]}
	return func(ctx context.Context) (token, error) {
		began := time.Now()
		t, err := cc.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
		if err != nil {
			return token{}, tokenError(ctx, err)
		}
		if t.Type() != "Bearer" || len(t.AccessToken) > tokenMax || strings.ContainsFunc(t.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return token{}, errors.New("the token endpoint gave no bearer token that can be sent")
		}
		return token{t.AccessToken, began, t.Expiry}, nil
	}
}

// oauthCodes are the errors of RFC 6749 §5.2, the only words of the server's
// that are repeated.
var oauthCodes = []string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}

func tokenError(ctx context.Context, err error) error {
	var refused *oauth2.RetrieveError
	switch {
	case !errors.As(err, &refused):
		return reason(ctx, err, "the token endpoint")
	case refused.Response == nil || refused.Response.StatusCode == http.StatusOK:
		return errors.New("the token endpoint's answer is no token")
	case slices.Contains(oauthCodes, refused.ErrorCode):
		return fmt.Errorf("the token endpoint refused us (HTTP %d, %s): check client_id, secret, scope and auth", refused.Response.StatusCode, refused.ErrorCode)
	}
	return fmt.Errorf("the token endpoint refused us (HTTP %d)", refused.Response.StatusCode)
}
