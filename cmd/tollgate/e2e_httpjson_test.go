package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// vendor is a number lookup over HTTP that knows one SIM and one port for all.
type vendor struct {
	mu     sync.Mutex
	status int
	sim    int
	ported time.Time
}

func (v *vendor) set(f func(*vendor)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f(v)
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.Header.Get("X-Key") != "of-the-vendor" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(v.status)
	at := ""
	if !v.ported.IsZero() {
		at = v.ported.UTC().Format(time.RFC3339)
	}
	fmt.Fprintf(w, `{"results":[{"number":%q,"imsi":"26201%010d","moved":%q}]}`, strings.TrimPrefix(r.URL.Path, "/"), v.sim, at)
}

const vendorMapping = `request:
  url: "%s/{digits}"
  headers: {X-Key: "{secret}"}
response:
  number: results[0].number
  facts: {imsi: "results[0].imsi", ported_at: "results[0].moved"}
`

// A vendor's facts count as an HLR's do: a recent port asks for more proof, and
// another SIM freezes a withdrawal.
func TestVendorByMapping(t *testing.T) {
	t.Parallel()
	v := &vendor{status: 200, sim: 1}
	s := httptest.NewServer(v)
	defer s.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{"vendor.yaml": fmt.Sprintf(vendorMapping, s.URL), "vendor.key": "of-the-vendor\n"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	c := newCarrier(t, nil)
	file := configuration{carrier: c.addr, rest: `hlr:
  budget: 2s
  max_age: 0s
  ttl: {portability: 1ms, ported_recent: 1ms, error: 1ms}
  providers:
    - {url: "httpjson:vendor.yaml", secret_file: vendor.key}
`}.write(t, dir)
	wantExit(t, 0, []string{"is good"}, "check-config", file)
	p := startServe(t, file)
	const user, mover = "+4915112345678", "+4915112345679"
	p.await(p.send(user, "withdrawal"), "delivered")

	v.set(func(v *vendor) { v.ported = time.Now().Add(-time.Hour) })
	refused := p.want(403, "step_up_required", "POST", otpPath, object{"to": mover, "purpose": "login"})
	if !strings.Contains(string(refused.body), "PORTED_RECENT") {
		t.Errorf("a number ported an hour ago: %s", refused.body)
	}

	v.set(func(v *vendor) { v.ported, v.sim = time.Time{}, 2 })
	frozen := p.want(423, "frozen", "POST", otpPath, object{"to": user, "purpose": "withdrawal"})
	if !strings.Contains(string(frozen.body), "SIM_IMSI_CHANGED") {
		t.Errorf("a withdrawal after a swap: %s", frozen.body)
	}
}

// lookup says why a vendor's facts are unknown, and which mapping ships.
func TestVendorLookup(t *testing.T) {
	t.Parallel()
	v := &vendor{status: 500, sim: 1}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Key", "of-the-vendor")
		v.ServeHTTP(w, r)
	}))
	defer s.Close()
	file := filepath.Join(t.TempDir(), "vendor.yaml")
	mapping := strings.Replace(fmt.Sprintf(vendorMapping, s.URL), "{secret}", "{env:HOME}", 1)
	must(t, os.WriteFile(file, []byte(mapping), 0o600))
	const number = "+4915112345678"
	wantExit(t, 0, []string{"imsi", "unknown", "the vendor failed (HTTP 500)"}, "lookup", "--hlr", "httpjson:"+file, number)
	v.set(func(v *vendor) { v.status = 200 })
	out := wantExit(t, 0, []string{"26201…"}, "lookup", "--hlr", "httpjson:"+file, number)
	if strings.Contains(out, "262010000000001") {
		t.Errorf("lookup shows an identity in clear:\n%s", out)
	}
	wantExit(t, 2, []string{`no mapping "infobib"`, "did you mean infobip?"}, "lookup", "--hlr", "httpjson:infobib", number)
	wantExit(t, 2, []string{"INFOBIP_API_KEY is not set"}, "lookup", "--hlr", "httpjson:infobip", number)
	must(t, os.WriteFile(file, []byte(strings.Replace(mapping, "facts", "fakts", 1)), 0o600))
	wantExit(t, 2, []string{"vendor.yaml:6", "did you mean facts?"}, "lookup", "--hlr", "httpjson:"+file, number)
}
