package camara

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

func TestRefusals(t *testing.T) {
	other := errors.New("another error")
	for _, c := range []struct {
		status     int
		code, says string
		want       error
	}{
		{404, "IDENTIFIER_NOT_FOUND", "", hlr.ErrNotCovered},
		{404, "DEVICE_NOT_FOUND", "", hlr.ErrNotCovered},
		{422, "SERVICE_NOT_APPLICABLE", "", hlr.ErrNotCovered},
		{422, "UNSUPPORTED_IDENTIFIER", "", hlr.ErrNotCovered},
		{404, "NOT_FOUND", "base", other}, // the path may be wrong
		{404, "", "base", other},
		{403, "PERMISSION_DENIED", "scopes", other},        // would look clean
		{403, "IDENTIFIER_NOT_FOUND", "scopes", other},     // the code of another status
		{500, "SERVICE_NOT_APPLICABLE", "HTTP 500", other}, // the same
		{422, "MISSING_IDENTIFIER", "MISSING_IDENTIFIER", other},
		{422, "UNNECESSARY_IDENTIFIER", "one subscriber", other},
		{400, "INVALID_ARGUMENT", "HTTP 400", other},
		{400, "OUT_OF_RANGE", "max_age", other},
		{503, "UNAVAILABLE", "HTTP 503", other},
		{201, "", "HTTP 201", other},
		{302, "", "redirect", other},
	} {
		n := newNetwork(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			refuse(w, c.status, c.code)
		})
		s, err := lookup(n.client(t))
		if err == nil || s.Tells() != 0 || s.Absent || errors.Is(err, hlr.ErrNotCovered) != (c.want == hlr.ErrNotCovered) || errors.Is(err, hlr.ErrAbsent) {
			t.Errorf("%d %s: tells %v, %v", c.status, c.code, s.Tells(), err)
		} else if !strings.Contains(err.Error(), c.says) || leaks(err, n) {
			t.Errorf("%d %s: %v; want %q in it and no secret", c.status, c.code, err, c.says)
		}
		n.mu.Lock()
		if n.taken != 1 {
			t.Errorf("%d %s: %d requests", c.status, c.code, n.taken)
		}
		n.mu.Unlock()
	}
}

func TestThrottled(t *testing.T) {
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "": 0, "soon": 0, "-3": 0, "99999999": 24 * time.Hour} {
		n := newNetwork(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			refuse(w, 429, "TOO_MANY_REQUESTS")
		})
		var throttled *hlr.ThrottledError
		if _, err := lookup(n.client(t)); !errors.As(err, &throttled) || throttled.RetryAfter != want {
			t.Errorf("%q: %v; want %v", header, err, want)
		}
	}
}

// A network that floods, trickles or hangs costs the context's time and no more.
func TestSlowNetworkKeepsToItsContext(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"hangs": func(_ http.ResponseWriter, r *http.Request) {
			asked(r) // a server sees that its client has gone once it has read the body
			<-r.Context().Done()
		},
		"trickles": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Write([]byte(" "))
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
		"floods": func(w http.ResponseWriter, r *http.Request) {
			for chunk := make([]byte, 1<<16); r.Context().Err() == nil; {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
	} {
		c := newNetwork(t, answer).client(t)
		ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
		began := time.Now()
		s, err := c.apis[0].Lookup(ctx, number)
		cancel()
		if took := time.Since(began); err == nil || s.Tells() != 0 || took > 2*time.Second {
			t.Errorf("%s: tells %v, %v, after %v", name, s.Tells(), err, took)
		}
	}
}

func TestNetworkIsDown(t *testing.T) {
	n := newNetwork(t, says(`{}`))
	c := n.client(t)
	n.CloseClientConnections()
	n.Listener.Close()
	if s, err := lookup(c); err == nil || s.Tells() != 0 || leaks(err, n) || strings.Contains(err.Error(), "retrieve-date") {
		t.Errorf("tells %v, %v", s.Tells(), err)
	}
}

func TestOddNumbersAreNotSent(t *testing.T) {
	n := newNetwork(t, says(`{"latestSimChange":null,"monitoredPeriod":30}`))
	c := n.client(t)
	for _, odd := range []subscriber.MSISDN{"", "491713920001", "+0713920001", "+1234", "+1234567890123456", "+49171x", "+49171392000\n"} {
		if _, err := c.apis[0].Lookup(t.Context(), odd); !errors.Is(err, errNumber) {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if n.taken != 0 {
		t.Errorf("%d requests", n.taken)
	}
}

// An access token that the network takes no more is replaced, and the lookup
// made once more in its own time.
func TestRefusedTokenIsReplaced(t *testing.T) {
	n := newNetwork(t, says(`{"latestSimChange":null,"monitoredPeriod":30}`))
	c := n.client(t)
	n.set(func() { n.good = "revoked" })
	if s, err := lookup(c); err != nil || !s.SIMChange.Told() || n.issued != 2 {
		t.Errorf("%v, %v, %d tokens", s.SIMChange, err, n.issued)
	}
}

// A network that takes no token at all is asked twice, and its token endpoint
// no more often than the back-off lets.
func TestNetworkThatTakesNoToken(t *testing.T) {
	var asked atomic.Int64
	n := newNetwork(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		refuse(w, 401, "UNAUTHENTICATED")
	})
	c := n.client(t)
	for range 20 {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		if s, err := c.apis[0].Lookup(ctx, number); err == nil || s.Tells() != 0 || leaks(err, n) {
			t.Errorf("tells %v, %v", s.Tells(), err)
		}
		cancel()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.issued > 3 || asked.Load() > 4 {
		t.Errorf("%d tokens and %d requests in two seconds", n.issued, asked.Load())
	}
}

func TestNoTokenFailsAtOnce(t *testing.T) {
	n := newNetwork(t, says(`{}`))
	n.fail = `{"error":"invalid_client","error_description":"about made-1 and token-9"}`
	c := n.client(t)
	began := time.Now()
	_, err := lookup(c)
	if err == nil || time.Since(began) > time.Second || !strings.Contains(err.Error(), "invalid_client") || leaks(err, n) {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if note := c.apis[0].Note(); !strings.Contains(note, "invalid_client") || strings.Contains(note, "made-1") {
		t.Errorf("Note() = %q", note)
	}
	n.set(func() { n.fail = "" })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for c.apis[0].Warm(ctx) != nil && ctx.Err() == nil {
		time.Sleep(20 * time.Millisecond)
	}
	if note := c.apis[0].Note(); note != "" {
		t.Errorf("Note() = %q once it has one", note)
	}
}

func TestOddTokens(t *testing.T) {
	for name, body := range map[string]string{
		"another type": `{"access_token":"x","token_type":"mac"}`,
		"a line break": `{"access_token":"a\nb","token_type":"bearer"}`,
		"none":         `{"token_type":"bearer"}`,
		"no JSON":      `<html>`,
		"huge":         `{"access_token":"` + strings.Repeat("x", tokenMax+1) + `","token_type":"bearer"}`,
		"ended":        `{"access_token":"x","token_type":"bearer","expires_in":-60}`,
	} {
		n := newNetwork(t, says(`{"latestSimChange":null,"monitoredPeriod":30}`))
		n.Config.Handler = says(body)
		if s, err := lookup(n.client(t)); err == nil || s.Tells() != 0 {
			t.Errorf("%s: tells %v, %v", name, s.Tells(), err)
		}
	}
}

func TestConfigTellsAllThatIsWrong(t *testing.T) {
	_, err := New(Config{Base: "http://x", TokenURL: "https://u:p@x", Auth: "jwt", APIs: []string{"sim-swop", "device-swap/1", "sim-swap", "sim-swap-check"},
		MaxAges: []int{0, 2401}, RecycledDays: -1, Skew: 2 * time.Hour, CAFile: "none"}, quiet())
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{"base", "token_url", "client_id", "secret_file", "auth=jwt", `"sim-swop"`, "device-swap/v1", "sim_change", "max_age=0", "max_age=2401", "recycled_days", "skew"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	n := newNetwork(t, says(``))
	for file, want := range map[string]string{"/none": "no such file", "doc.go": "no certificate"} {
		if _, err := New(Config{Base: n.URL, ClientID: "a", Secret: n.secret, CAFile: file}, quiet()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ca %s: %v", file, err)
		}
	}
}
