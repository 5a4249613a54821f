package main

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// mobile is a network with CAMARA APIs and a token endpoint, over TLS with a
// certificate of its own.
type mobile struct {
	*httptest.Server
	dir    string // ca.pem, client.secret, events.token
	events string // the token that it pushes with

	mu      sync.Mutex
	down    bool
	swapped map[string]time.Time // by number
	since   time.Time            // that of all other SIMs
}

func newMobile(t *testing.T) *mobile {
	t.Helper()
	m := &mobile{dir: t.TempDir(), swapped: map[string]time.Time{}, since: time.Now().AddDate(-2, 0, 0)}
	secret := fmt.Sprintf("of-the-test-%d", time.Now().UnixNano())
	m.events = "pushes-" + secret
	mux := http.NewServeMux()
	mux.HandleFunc("POST /base/oauth2/token", func(w http.ResponseWriter, r *http.Request) {
		if id, got, _ := r.BasicAuth(); id != "shop" || got != secret {
			w.WriteHeader(401)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":300}`, "for-"+secret)
	})
	mux.HandleFunc("POST /base/sim-swap/v2/retrieve-date", m.simSwap("for-"+secret))
	mux.HandleFunc("POST /base/call-forwarding-signal/v0.3/unconditional-call-forwardings", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(503) // always
	})
	m.Server = httptest.NewUnstartedServer(mux)
	m.Config.ErrorLog = log.New(io.Discard, "", 0)
	m.StartTLS()
	t.Cleanup(m.Close)
	for name, text := range map[string]string{
		"ca.pem":        string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.Certificate().Raw})),
		"client.secret": secret + "\n", "events.token": m.events + "\n",
	} {
		must(t, os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600))
	}
	return m
}

func (m *mobile) simSwap(token string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var ask struct{ PhoneNumber string }
		if json.NewDecoder(r.Body).Decode(&ask) != nil || r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(401)
			return
		}
		m.mu.Lock()
		at, ok := m.swapped[ask.PhoneNumber]
		down := m.down
		m.mu.Unlock()
		if down {
			w.WriteHeader(503)
			return
		}
		if !ok {
			at = m.since
		}
		fmt.Fprintf(w, `{"latestSimChange":%q}`, at.UTC().Format(time.RFC3339))
	}
}

func (m *mobile) set(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}

// url is the provider's, with its files at dir.
func (m *mobile) url(dir string) string {
	return "camara+" + m.URL + "/base?client_id=shop&apis=sim-swap,call-forwarding-signal&ca=" + filepath.Join(dir, "ca.pem")
}

// push sends the event of a swap as the network does.
func (m *mobile) push(p *process, id, to string, at time.Time) *reply {
	p.t.Helper()
	event := fmt.Sprintf(`{"id":%q,"source":"https://net.example","specversion":"1.0","type":"org.camaraproject.sim-swap-subscriptions.v0.swapped",
		"datacontenttype":"application/json","time":%q,"data":{"phoneNumber":%q,"subscriptionId":"s-1"}}`, id, at.UTC().Format(time.RFC3339Nano), to)
	a, err := p.do(request{method: "POST", path: "/hooks/camara/sim-swap/camara", body: event, key: m.events,
		header: map[string]string{"Content-Type": "application/cloudevents+json"}})
	must(p.t, err)
	return a
}

func (m *mobile) serve(t *testing.T, carrier string) *process {
	t.Helper()
	file := configuration{carrier: carrier, rest: fmt.Sprintf(`hlr:
  budget: 2s
  ttl: {error: 1ms}
  providers:
    - {url: %q, secret_file: client.secret, events_token_file: events.token, facts: [sim_change]}
`, m.url(""))}.write(t, m.dir)
	wantExit(t, 0, []string{"is good"}, "check-config", file)
	return startServe(t, file)
}

// A SIM that the network dates to an hour ago freezes a withdrawal, and one
// that it pushes does so while its API is down.
func TestCAMARASwap(t *testing.T) {
	t.Parallel()
	m := newMobile(t)
	p := m.serve(t, newCarrier(t, nil).addr)
	const asked, told = "+4915112345678", "+4915112345679"
	p.deliver(asked, "withdrawal")
	p.deliver(told, "withdrawal")

	m.set(func() { m.swapped[asked] = time.Now().Add(-time.Hour) })
	frozen := p.want(423, "frozen", "POST", otpPath, object{"to": asked, "purpose": "withdrawal"})
	if s := string(frozen.body); !strings.Contains(s, "SIM_IMSI_CHANGED") || !strings.Contains(s, "the network dates a change of the SIM 1h") {
		t.Errorf("a withdrawal an hour after a swap: %s", s)
	}

	m.set(func() { m.down = true })
	at := time.Now().Add(-time.Hour)
	for range 2 { // networks repeat themselves
		if a := m.push(p, "e-1", told, at); a.status != 204 {
			t.Fatalf("the event is answered %d %s", a.status, a.body)
		}
	}
	frozen = p.want(423, "frozen", "POST", otpPath, object{"to": told, "purpose": "withdrawal"})
	if s := string(frozen.body); !strings.Contains(s, "the network dates a change of the SIM 1h") {
		t.Errorf("a withdrawal after a swap was pushed: %s", s)
	}
	p.want(401, "unauthorized", "POST", "/hooks/camara/sim-swap/camara", object{})
	if a, err := p.do(request{method: "POST", path: "/hooks/camara/sim-swap/camara", body: `{"id":"x"}`, key: m.events}); err != nil || a.status != 400 || a.Code != "invalid_request" {
		t.Errorf("an event that is none: %+v, %v", a, err)
	}
	if strings.Contains(p.out.String(), m.events) {
		t.Error("a secret was logged")
	}
}

// A swap that is pushed between the decision and the fence stops the message,
// for a login too, although the API has not heard of it.
func TestCAMARAPushStopsAtTheFence(t *testing.T) {
	t.Parallel()
	m := newMobile(t)
	addr := deadAddr(t)
	p := m.serve(t, addr)
	const user = "+4915112345670"
	var ids []string
	for _, purpose := range []string{"login", "withdrawal"} {
		ids = append(ids, p.send(user, purpose))
	}
	if a := m.push(p, "e-2", user, time.Now()); a.status != 204 {
		t.Fatalf("the event is answered %d %s", a.status, a.body)
	}
	c := listenCarrier(t, addr, nil)
	for _, id := range ids {
		if v := p.await(id, "rejected"); v.Reason != "fence" {
			t.Errorf("rejected for %q: %v", v.Reason, v.Timeline)
		}
	}
	if n := c.total(); n != 0 {
		t.Errorf("%d messages went to the new SIM", n)
	}
	p.want(423, "frozen", "POST", otpPath, object{"to": user, "purpose": "withdrawal"})
}

// lookup shows what one API tells and why another's fact is unknown; dev takes
// the network by its URL alone, its secrets from files.
func TestCAMARALookup(t *testing.T) {
	t.Parallel()
	m := newMobile(t)
	const number = "+4915112345678"
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	m.set(func() { m.swapped[number] = at })
	url := m.url(m.dir) + "&secret_file=" + filepath.Join(m.dir, "client.secret")
	out := wantExit(t, 0, []string{"sim_change", at.Format(time.RFC3339), "call_forwarding", "unknown", "the network failed (HTTP 503)"}, "lookup", "--hlr", url, number)
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); f[0] == "sim_change" && f[2] != "camara" || f[0] == "call_forwarding" && f[2] != "camara/call-forwarding-signal" {
			t.Errorf("the source of %s", line)
		}
	}
	wrong := strings.Replace(url, "client.secret", "events.token", 1)
	wantExit(t, 0, []string{"unknown", "the token endpoint refused us (HTTP 401)"}, "lookup", "--hlr", wrong, number)
	system := strings.Replace(url, "&ca="+filepath.Join(m.dir, "ca.pem"), "", 1)
	wantExit(t, 0, []string{"unknown", "certificate is not trusted"}, "lookup", "--hlr", system, number)
	wantExit(t, 2, []string{"does not belong into a URL"}, "lookup", "--hlr", m.url(m.dir)+"&client_secret=x", number)
	wantExit(t, 2, []string{"secret_file", "client_id"}, "lookup", "--hlr", "camara+"+m.URL, number)
	wantExit(t, 2, []string{`"scopes"`, "token_url"}, "lookup", "--hlr", url+"&scopes=x", number)
	wantExit(t, 2, []string{"max_age", "24,240"}, "lookup", "--hlr", url+"&max_age=1d", number)

	p := startDev(t, t.TempDir(), "--hlr", url+"&events_token_file="+filepath.Join(m.dir, "events.token"))
	if a := m.push(p, "e-3", "+4915112345671", time.Now()); a.status != 204 {
		t.Fatalf("the event is answered %d %s", a.status, a.body)
	}
	p.want(423, "frozen", "POST", otpPath, object{"to": "+4915112345671", "purpose": "withdrawal"})
}
