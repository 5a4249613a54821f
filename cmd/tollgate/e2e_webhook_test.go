package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/account"
)

// hook is an endpoint of a tenant: what came, by type.
type hook struct {
	*httptest.Server
	t      *testing.T
	mu     sync.Mutex
	secret string
	early  []hooked // what came before the secret was known
	events map[string][]map[string]any
	frozen map[string]time.Time // when number.frozen came, by number
}

type hooked struct {
	header http.Header
	body   []byte
	at     time.Time
}

// frozenAt is when the freeze of a number was told.
func (h *hook) frozenAt(number string) (at time.Time, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, ok = h.frozen[number]
	return at, ok
}

func newHook(t *testing.T) *hook {
	h := &hook{t: t, events: map[string][]map[string]any{}, frozen: map[string]time.Time{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *hook) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	at := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Errorf("reading a webhook: %v", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.early = append(h.early, hooked{r.Header.Clone(), body, at})
}

// take verifies what has come and sorts it.
func (h *hook) take() map[string][]map[string]any {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.early {
		if err := account.Verify(h.secret, e.header, e.body, time.Now()); err != nil {
			h.t.Errorf("%v: %s", err, e.body)
		}
		if account.Verify(h.secret, e.header, append(e.body, ' '), time.Now()) == nil {
			h.t.Error("a body that was changed is verified")
		}
		var event struct {
			Type      string
			Timestamp time.Time
			Data      map[string]any
		}
		if err := json.Unmarshal(e.body, &event); err != nil || event.Timestamp.IsZero() {
			h.t.Errorf("a webhook says %s: %v", e.body, err)
		}
		h.events[event.Type] = append(h.events[event.Type], event.Data)
		if to, ok := event.Data["to"].(string); ok && event.Type == "number.frozen" {
			h.frozen[to] = e.at
		}
	}
	h.early = nil
	return h.events
}

var secretLine = regexp.MustCompile(`signed with (whsec_\S+)`)

func TestWebhooks(t *testing.T) {
	t.Parallel()
	const to = "+4915112345678"
	n, h := newNetwork(t), newHook(t)
	n.set(t, to, 1)
	p := startDev(t, t.TempDir(), "--hlr", n.url(), "--webhook", h.URL)
	p.wait("the secret to be printed", func() bool { return secretLine.MatchString(p.out.String()) })
	h.secret = secretLine.FindStringSubmatch(p.out.String())[1]

	a := p.want(202, "", "POST", otpPath, object{"to": to, "purpose": "withdrawal", "account_id": "alice", "metadata": object{"order": "17"}})
	code := p.inbox(to, 1)
	p.want(200, "", "POST", "/v1/otp/check", object{"id": a.ID, "code": code})
	n.set(t, to, 2)
	frozen := p.want(423, "frozen", "POST", otpPath, object{"to": to, "purpose": "withdrawal", "account_id": "alice"})
	p.want(200, "", "POST", "/v1/reviews/"+frozen.Review, object{"resolution": "false_alarm"})

	for _, want := range []struct{ kind, member, value string }{
		{"message.submitted", "id", a.ID}, {"message.delivered", "id", a.ID}, {"message.delivered", "status", "delivered"},
		{"otp.approved", "id", a.ID}, {"number.frozen", "review_id", frozen.Review}, {"review.opened", "review_id", frozen.Review},
		{"review.resolved", "resolution", "false_alarm"},
	} {
		p.wait("the event "+want.kind, func() bool { return len(h.take()[want.kind]) > 0 })
		event := h.take()[want.kind][0]
		if event[want.member] != want.value || event["to"] != to || event["account_id"] != "alice" {
			t.Errorf("%s says %v, want %s %s", want.kind, event, want.member, want.value)
		}
	}
	for kind, events := range h.take() {
		text, err := json.Marshal(events)
		must(t, err)
		if len(events) != 1 || strings.Contains(string(text), code) {
			t.Errorf("%s came %d times, or shows the code: %s", kind, len(events), text)
		}
	}
}

// An endpoint that fails at first gets the same event again.
func TestWebhookIsTriedAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	ids := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if ids[r.Header.Get("webhook-id")]++; ids[r.Header.Get("webhook-id")] == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(s.Close)
	p := startDev(t, t.TempDir(), "--webhook", s.URL)
	p.send("+4915112345678", "login")
	p.wait("both events to come a second time", func() bool {
		mu.Lock()
		defer mu.Unlock()
		twice := 0
		for _, n := range ids {
			if n >= 2 {
				twice++
			}
		}
		return twice == 2 // submitted and delivered
	})
}
