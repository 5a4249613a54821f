package camara

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const number = subscriber.MSISDN("+491713920001")

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// network is a mobile network's token endpoint and APIs.
type network struct {
	*httptest.Server
	secret string // of our client, made at run time

	mu     sync.Mutex
	issued int // tokens
	taken  int // requests with a token that was good
	good   string
	expiry int    // expires_in, seconds
	fail   string // answers the token endpoint with this body and 400
	answer http.HandlerFunc
}

func newNetwork(t testing.TB, answer http.HandlerFunc) *network {
	t.Helper()
	n := &network{secret: fmt.Sprintf("made-%d", time.Now().UnixNano()), expiry: 3600, answer: answer}
	n.Server = httptest.NewUnstartedServer(n)
	n.Config.ErrorLog = log.New(io.Discard, "", 0)
	n.StartTLS()
	t.Cleanup(n.Close)
	return n
}

func (n *network) set(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/oauth2/token" {
		n.token(w, r)
		return
	}
	n.mu.Lock()
	known := r.Header.Get("Authorization") == "Bearer "+n.good && n.good != ""
	if known {
		n.taken++
	}
	answer := n.answer
	n.mu.Unlock()
	if !known {
		refuse(w, 401, "UNAUTHENTICATED")
		return
	}
	w.Header().Set("x-correlator", r.Header.Get("x-correlator"))
	answer(w, r)
}

func (n *network) token(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	id, secret, _ := r.BasicAuth()
	if n.fail != "" || id != "shop" || secret != n.secret || r.PostFormValue("grant_type") != "client_credentials" {
		w.WriteHeader(400)
		io.WriteString(w, n.fail)
		return
	}
	n.issued++
	n.good = fmt.Sprintf("token-%d", n.issued)
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":%d}`, n.good, n.expiry)
}

// refuse answers with an ErrorInfo.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"status":%d,"code":%q,"message":"about +491713920001"}`, status, code)
}

// says is an API that always gives the same answer.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, body)
	}
}

// asked reads what a request names.
func asked(r *http.Request) (a ask) {
	_ = json.NewDecoder(r.Body).Decode(&a) // the conformance test judges it
	return a
}

// ca is a file with the network's own certificate.
func (n *network) ca(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// client has its first token already.
func (n *network) client(t testing.TB, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{Base: n.URL, ClientID: "shop", Secret: n.secret, CAFile: n.ca(t)}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_ = c.apis[0].Warm(ctx) // some tests want it to fail
	return c
}

func api(name string) func(*Config) { return func(c *Config) { c.APIs = []string{name} } }

func lookup(c *Client) (hlr.Subscriber, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return c.apis[0].Lookup(ctx, number)
}

// leaks says that an error repeats what it must not.
func leaks(err error, n *network) bool {
	for _, secret := range []string{"3920001", "token-", n.secret} {
		if strings.Contains(err.Error(), secret) {
			return true
		}
	}
	return false
}
