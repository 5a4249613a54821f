package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/gateway/config"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// loadRig is a gateway as `dev` starts it, between three simulated carriers, a
// file that plays the network, and a receiver of webhooks.
type loadRig struct {
	dev         *dev
	api, ops    string
	subscribers string
	busy        *smsc.Server
	http        *http.Client
	webhooks    atomic.Int64 // that came in
	numbers     atomic.Int64

	mu     sync.Mutex
	traces map[string]bool // sampled by us
}

// The carriers: one that throttles, refuses and fails, one that is perfect,
// and one that lets nobody in.
var loadCarriers = []struct {
	name    string
	profile *smsc.Profile
}{
	{"busy", &smsc.Profile{
		ResponseDelay: smsc.Distribution{Kind: "uniform", Min: 5 * time.Millisecond, Max: 40 * time.Millisecond},
		ReceiptDelay:  smsc.Distribution{Kind: "uniform", Min: 50 * time.Millisecond, Max: 400 * time.Millisecond},
		ThrottleTPS:   20, ThrottleBurst: 5, DuplicateReceipt: 0.3,
		Statuses: []smsc.StatusRate{
			{Status: smsc.Status(pdu.ESME_RSYSERR), Share: 0.1},
			{Status: smsc.Status(pdu.ESME_RINVSRCADR), Share: 0.1},
		},
		Receipts: []smsc.ReceiptRate{{Stat: "UNDELIV", Share: 0.2}, {Stat: "EXPIRED", Share: 0.05}, {Stat: "REJECTD", Share: 0.05}},
	}},
	{"spare", &smsc.Profile{}},
	{"shut", &smsc.Profile{RefuseBind: smsc.RefuseBind{Share: 1}}},
}

// Numbers that start with busyPrefix go to the carrier that is busy.
const (
	busyPrefix  = "49160"
	loadKey     = "load-key" // of a tenant without a cool-down
	frozenOne   = "+491755550123"
	portedOne   = "+491755551234"
	voipOne     = "+445612345678"
	disposable1 = "+12013514000"
	fencedSome  = 8
)

// newLoadRig makes everything and serves nothing yet: the ops listener's port
// is known, so that Prometheus can be there from the first moment on.
func newLoadRig(t *testing.T) *loadRig {
	r := &loadRig{
		subscribers: filepath.Join(t.TempDir(), "subscribers.yaml"), traces: map[string]bool{},
		http: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	t.Cleanup(r.http.CloseIdleConnections)
	r.network(t, "26201")
	hooks := httptest.NewServer(http.HandlerFunc(r.webhook))
	t.Cleanup(hooks.Close)
	f := devFlags{
		api: "127.0.0.1:0", ops: "127.0.0.1:0", smsc: "127.0.0.1:0", data: t.TempDir(), policy: "default", webhook: hooks.URL,
		providers: list{"static:" + r.subscribers},
	}
	for i, c := range loadCarriers {
		s, addr := serveSMSC(t, c.profile)
		if i == 0 {
			r.busy = s
		}
		f.carriers = append(f.carriers, fmt.Sprintf("smpp://dev:dev@%s?name=%s&window=10", addr, c.name))
	}
	cfg, err := f.config()
	if err != nil {
		t.Fatal(err)
	}
	cfg.Carriers[0].Prefixes = []string{busyPrefix}
	for i := range cfg.Carriers {
		cfg.Carriers[i].ResponseTimeout = 30 * time.Second // it stands still while we fill the queue
	}
	cfg.Queue.MaxMessages = 50
	none := time.Duration(0)
	cfg.Tenants = append(cfg.Tenants, config.Tenant{
		ID: "load", Keys: []config.KeyHash{config.KeyHash(sha(loadKey))}, Brand: "Load", Sender: "Load", Cooldown: &none,
	})
	if r.dev, err = newDev(cfg, slog.New(slog.DiscardHandler), newConsole(time.Now)); err != nil {
		t.Fatal(err)
	}
	r.api, r.ops = "http://"+r.dev.apiLn.Addr().String(), "http://"+r.dev.opsLn.Addr().String()
	return r
}

func serveSMSC(t *testing.T, p *smsc.Profile) (s *smsc.Server, addr string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = smsc.New(p, smsc.Options{})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; err != nil && !errors.Is(err, smsc.ErrClosed) {
			t.Errorf("the simulated SMSC: %v", err)
		}
	})
	return s, ln.Addr().String()
}

// start serves until the test's end.
func (r *loadRig) start(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.dev.run(ctx, io.Discard) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the gateway's end: %v", err)
		}
	})
}

// webhook refuses one in ten, so that some always wait for their next try.
func (r *loadRig) webhook(w http.ResponseWriter, req *http.Request) {
	_, _ = io.Copy(io.Discard, req.Body)
	if r.webhooks.Add(1)%10 == 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// network writes the file that answers for the network; another home network
// stands for other SIMs.
func (r *loadRig) network(t *testing.T, plmn string) {
	var b strings.Builder
	fmt.Fprintf(&b, "subscribers:\n  %q: {imsi: \"%s9000000000\", iccid: \"89490200%s0000001\", line_type: mobile}\n", frozenOne, plmn, plmn)
	fmt.Fprintf(&b, "  %q: {imsi: \"262029000000001\", line_type: mobile, ported: true, ported_at: %q}\n", portedOne, time.Now().Add(-20*time.Hour).UTC().Format(time.RFC3339))
	for i := range fencedSome {
		fmt.Fprintf(&b, "  %q: {imsi: \"%s10000000%02d\", line_type: mobile}\n", fenced(i), plmn, i)
	}
	err := os.WriteFile(r.subscribers+".new", []byte(b.String()), 0o600)
	if err == nil {
		err = os.Rename(r.subscribers+".new", r.subscribers)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func fenced(i int) string { return fmt.Sprintf("+%s%07d", busyPrefix, 3000000+i*137111) }

// fresh is a number that nobody has used, of a range that nobody has used.
func (r *loadRig) fresh(prefix string) string {
	return fmt.Sprintf("+%s%07d", prefix, 1000000+r.numbers.Add(1)*7919%8000000)
}

// ask posts to the API, as part of a trace that we sample.
func (r *loadRig) ask(key, method, path string, body any) (*answer, error) {
	payload, ok := body.(string)
	if !ok && body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = string(text)
	}
	req, err := http.NewRequest(method, r.api+path, bytes.NewReader([]byte(payload)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	trace := fmt.Sprintf("%032x", 1<<40+r.numbers.Add(1))
	r.mu.Lock()
	r.traces[trace] = true
	r.mu.Unlock()
	req.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode}
	text, err := io.ReadAll(resp.Body)
	if err == nil && bytes.HasPrefix(text, []byte("{")) {
		err = json.Unmarshal(text, a)
	}
	return a, err
}

func (r *loadRig) sampled(trace string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.traces[trace]
}

// families scrapes until the metrics are as they should be.
func (r *loadRig) families(ctx context.Context, most time.Duration, enough func(promFamilies) bool) (promFamilies, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		f, err := scrapeFamilies(r.ops)
		if err == nil && enough(f) {
			return f, nil
		}
		select {
		case <-ctx.Done():
			return f, errors.Join(ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
