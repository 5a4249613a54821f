package httpjson

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
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

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// plainMapping asks for nearly every fact of a flat object.
const plainMapping = `
request:
  url: "@URL@/lookup/{digits}?with={msisdn}&nat={national}&cc={country}"
  auth: {bearer: "{secret}"}
response:
  number: number
  throttled: [{path: code, is: [9]}]
  errors: [{path: error, exists: true}]
  not_covered: [{path: state, is: [no_coverage]}]
  absent: [{path: state, is: [unknown_subscriber]}]
  facts:
    imsi: imsi
    iccid: iccid
    imei: imei
    vlr: msc
    network: {mcc: mcc, mnc: mnc}
    home_network: home
    ported: ported
    ported_at: ported_at
    roaming: {path: roaming, yes: [abroad], no: [at home], unknown: [not checked]}
    reachable: reachable
    call_forwarding: forwarded
    recycled_at: {path: recycled, format: unix, unknown: ["0"]}
    line_type: line
  cost: price
status: {404: not_covered, 410: absent, 402: throttled}
`

// says is a server that always gives the same answer.
func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func TestFacts(t *testing.T) {
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	for body, want := range map[string]hlr.Subscriber{
		``:                         {},
		`,"imsi":null,"iccid":""`:  {},
		`,"imsi":262011234567890`:  {Identity: subscriber.Identity{IMSI: "262011234567890"}},
		`,"imsi":"26201*********"`: {}, // masked
		`,"iccid":"8949012345678901234","imei":"490154203237518"`: {Identity: subscriber.Identity{ICCID: "8949012345678901234", IMEI: "490154203237518"}},
		`,"msc":"+491710000"`:                      {Identity: subscriber.Identity{VLR: "491710000"}},
		`,"mcc":262,"mnc":3`:                       {Identity: subscriber.Identity{PLMN: "26203"}},
		`,"mcc":"262","mnc":"03"`:                  {Identity: subscriber.Identity{PLMN: "26203"}},
		`,"mcc":310,"mnc":41`:                      {Identity: subscriber.Identity{PLMN: "310041"}},
		`,"mcc":262,"mnc":null`:                    {},
		`,"home":"262-03"`:                         {Home: "26203"},
		`,"home":"310/410"`:                        {Home: "310410"},
		`,"home":26203`:                            {Home: "26203"},
		`,"ported":"Yes"`:                          {Ported: yes},
		`,"ported":0`:                              {Ported: no},
		`,"ported":"maybe"`:                        {}, // in no list: unknown
		`,"ported_at":"2026-01-31"`:                {PortedAt: at.Truncate(24 * time.Hour)},
		`,"ported_at":"2026-01-31T09:00:00+01:00"`: {PortedAt: at},
		`,"ported_at":"2026-01-31 08:00:00"`:       {PortedAt: at},
		`,"recycled":1769846400`:                   {RecycledAt: at},
		`,"recycled":0`:                            {},
		`,"roaming":"Abroad"`:                      {Roaming: yes},
		`,"roaming":"At Home"`:                     {Roaming: no},
		`,"roaming":"not checked"`:                 {},
		`,"roaming":true`:                          {}, // the mapping has words of its own
		`,"reachable":false,"forwarded":true`:      {Reachable: no, CallForwarding: yes},
		`,"line":"voip"`:                           {LineType: "voip"},
		`,"line":"satellite"`:                      {},
	} {
		p := provider(t, plainMapping, says(`{"number":"+49 171 3920001"`+body+`}`))
		if s, err := lookup(p); err != nil || !same(s, want) {
			t.Errorf("%s: %s, %v; want %s", body, describe(s), err, describe(want))
		}
	}
}

// A value of the wrong kind fails the lookup: it never counts as a "no".
func TestWrongValuesFail(t *testing.T) {
	for _, body := range []string{
		`,"imsi":"26201"`, `,"imsi":"262O11234567890"`, `,"imsi":2.6e14`, `,"imsi":["262011234567890"]`, `,"imsi":{"a":1}`, `,"imsi":true`,
		`,"iccid":"1"`, `,"imei":"12345678901234567"`, `,"msc":"a b"`, `,"msc":"` + strings.Repeat("1", 65) + `"`,
		`,"mcc":2620,"mnc":3`, `,"mcc":"26","mnc":"03"`, `,"mcc":"262","mnc":"3"`, `,"mcc":[],"mnc":3`, `,"mcc":"abc","mnc":"de"`,
		`,"home":"Vodafone"`, `,"home":"2620"`, `,"home":[26203]`, `,"ported":{}`, `,"ported":[true]`,
		`,"ported_at":"yesterday"`, `,"ported_at":"0000-00-00"`, `,"ported_at":1769846400`, `,"ported_at":"1970-01-01"`,
		`,"recycled":1769846400000`, `,"recycled":"x"`, `,"recycled":-5`, `,"recycled":17698464.5`, `,"reachable":[]`, `,"line":{}`,
	} {
		s, err := lookup(provider(t, plainMapping, says(`{"number":"491713920001"`+body+`,"roaming":"at home"}`)))
		if err == nil || !same(s, hlr.Subscriber{}) {
			t.Errorf("%s: %s, %v; want an error and nothing told", body, describe(s), err)
			continue
		}
		for _, leak := range []string{"26201", "262O", "1769846400", "Vodafone", "yesterday", "123456789"} {
			if strings.Contains(err.Error(), leak) {
				t.Errorf("%s: the error repeats the value: %v", body, err)
			}
		}
	}
}

func TestUnknownWordsAreNoted(t *testing.T) {
	var logged bytes.Buffer
	p := provider(t, plainMapping, says(`{"number":"491713920001","line":"satellite","ported":"perhaps"}`))
	p.log = slog.New(slog.NewTextHandler(&logged, nil))
	for range 3 {
		if s, err := lookup(p); err != nil || s.Tells() != 0 {
			t.Fatalf("%s, %v", describe(s), err)
		}
	}
	if note := p.Note(); !strings.HasSuffix(note, "line_type, ported") {
		t.Errorf("Note() = %q", note)
	}
	if n := strings.Count(logged.String(), "level=WARN"); n != 2 || strings.Contains(logged.String(), "satellite") {
		t.Errorf("logged %d times, want once for each fact and without the word:\n%s", n, &logged)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	deep := strings.Repeat(`{"a":`, depthMax) + "1" + strings.Repeat("}", depthMax)
	for body, want := range map[string]error{
		``: errNotJSON, `{`: errNotJSON, `nonsense`: errNotJSON, `<html>491713920001</html>`: errNotJSON,
		`{"number":"491713920001"`: errNotJSON, `{"number":"491713920001"}}`: errNotJSON, `{"number":"491713920001"} {}`: errNotJSON,
		`{"number":"491713920001","ported":tru}`: errNotJSON, `{"number" "491713920001"}`: errNotJSON, `[1,]`: errNotJSON,
		`{"number":"491713920001","ported":false,"ported":true}`: errTwice, deep: errDeep,
		`{"x":` + strings.Repeat("[", 30000) + `}`:          errDeep,
		`{"number":"` + strings.Repeat("1", bodyMax) + `"}`: errBig,
		`null`: errNoNumber, `[]`: errNoNumber, `"x"`: errNoNumber, `{}`: errNoNumber, `{"number":null}`: errNoNumber, `{"number":{}}`: errNoNumber,
		`{"number":"491713920002"}`: hlr.ErrOtherNumber, `{"number":"1713920001"}`: hlr.ErrOtherNumber, `{"number":4.9e11}`: hlr.ErrOtherNumber,
		`{"error":"x","number":"491713920001"}`:                   errSaid,
		`{"state":"NO_COVERAGE","number":"491713920001"}`:         hlr.ErrNotCovered,
		`{"state":"no_coverage","number":"491713920002"}`:         hlr.ErrOtherNumber,
		`{"state":"unknown_subscriber","number":"491713920001"}`:  hlr.ErrAbsent,
		`{"state":"unknown_subscriber","number":"491713920002"}`:  hlr.ErrOtherNumber,
		`{"number":"00491713920001","x":{"a":[{"a":[{"a":1}]}]}}`: nil,
		"\ufeff" + `{"number":"491713920001"}`:                    errNotJSON,
		`{"number":"491713920001","error":null,"code":8}`:         nil,
		` {"number":491713920001, "z":"\u0000\ud800"} ` + "\n\t ": nil,
	} {
		_, err := lookup(provider(t, plainMapping, says(body)))
		if !is(err, want) {
			t.Errorf("%.60s: %v, want %v", body, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "3920001") {
			t.Errorf("%.60s: the error names the number: %v", body, err)
		}
	}
	var throttled *hlr.ThrottledError
	if _, err := lookup(provider(t, plainMapping, says(`{"code":9}`))); !errors.As(err, &throttled) {
		t.Errorf("an answer that asks to slow down: %v", err)
	}
}

func TestStatuses(t *testing.T) {
	for code, want := range map[int]string{
		404: hlr.ErrNotCovered.Error(), 410: hlr.ErrAbsent.Error(), 402: "asked to slow down",
		401: "check the provider's secret", 403: "check the provider's secret",
		400: "did not take the request (HTTP 400)", 500: "the vendor failed (HTTP 500)", 503: "the vendor failed (HTTP 503)",
		301: "redirect (HTTP 301)", 307: "redirect (HTTP 307)", 304: "redirect (HTTP 304)",
	} {
		var elsewhere atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			elsewhere.Add(1)
			io.WriteString(w, `{"number":"491713920001","ported":false}`)
		}))
		s, err := lookup(provider(t, plainMapping, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", other.URL)
			w.WriteHeader(code)
			if code != 304 {
				io.WriteString(w, `{"number":"491713920001","ported":false}`) // not looked at
			}
		}))
		other.Close()
		if err == nil || !strings.Contains(err.Error(), want) || s.Tells() != 0 {
			t.Errorf("%d: %s, %v; want %s", code, describe(s), err, want)
		}
		if elsewhere.Load() > 0 {
			t.Errorf("%d: the redirect was followed, with the number and the credential", code)
		}
	}
	if _, err := lookup(provider(t, plainMapping, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(201)
		io.WriteString(w, `{"number":"491713920001"}`)
	})); err != nil {
		t.Errorf("201: %v", err)
	}
}

func TestThrottled(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, "0": 0, "": 0, "-3": 0, "soon": 0, "99999999": 24 * time.Hour,
		time.Now().Add(time.Hour).UTC().Format(http.TimeFormat):  time.Hour,
		time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat): 0,
	} {
		_, err := lookup(provider(t, plainMapping, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(429)
		}))
		var throttled *hlr.ThrottledError
		if !errors.As(err, &throttled) || throttled.RetryAfter > want || throttled.RetryAfter < want-5*time.Second {
			t.Errorf("Retry-After %q: %v, want %v", header, err, want)
		}
	}
}

// What the network does to an answer is an error without the number in it.
func TestBrokenConnections(t *testing.T) {
	hijack := func(octets string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(c, octets)
			c.Close()
		}
	}
	for name, octets := range map[string]string{
		"closed":              "",
		"half a status line":  "HTTP/1.1 2",
		"no HTTP":             "491713920001\r\n\r\n",
		"a status of letters": "HTTP/1.1 491713920001 OK\r\n\r\n",
		"half the headers":    "HTTP/1.1 200 OK\r\nContent-Le",
		"half the body":       "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{\"number\":\"491713920001\"}",
		"half a chunk":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n{\"number\":\"491713920001\"}",
		"huge headers":        "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("491713920001", 4000) + "\r\n\r\n{}",
	} {
		s, err := lookup(provider(t, plainMapping, hijack(octets)))
		if err == nil || s.Tells() != 0 || strings.Contains(err.Error(), "3920001") || strings.Contains(err.Error(), "/lookup/") {
			t.Errorf("%s: %s, %v; want an error that names nothing", name, describe(s), err)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + ln.Addr().String()
	ln.Close()
	p := provider(t, strings.ReplaceAll(plainMapping, "@URL@", nobody), nil)
	if _, err := lookup(p); err == nil || strings.Contains(err.Error(), "3920001") || !strings.Contains(err.Error(), "reaching the vendor") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestSlowVendors(t *testing.T) {
	for name, slow := range map[string]func(http.ResponseWriter){
		"headers": func(http.ResponseWriter) {},
		"body":    func(w http.ResponseWriter) { io.WriteString(w, `{"number":`); w.(http.Flusher).Flush() },
	} {
		done := make(chan struct{})
		p := provider(t, plainMapping, func(w http.ResponseWriter, r *http.Request) {
			slow(w)
			select {
			case <-done:
			case <-r.Context().Done():
			}
		})
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		began := time.Now()
		_, err := p.Lookup(ctx, number)
		cancel()
		close(done)
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 3*time.Second || strings.Contains(err.Error(), "3920001") {
			t.Errorf("slow %s: %v after %v", name, err, took)
		}
	}
}

func TestTheRequest(t *testing.T) {
	p := provider(t, plainMapping, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/lookup/491713920001" || q.Get("with") != "+491713920001" || q.Get("nat") != "1713920001" || q.Get("cc") != "49" || r.Header.Get("Authorization") != "Bearer geheim" {
			t.Errorf("asked %s, %v", r.URL, r.Header)
		}
		io.WriteString(w, `{"number":"491713920001"}`)
	})
	if _, err := lookup(p); err != nil {
		t.Error(err)
	}
}

// A secret is escaped as its place needs it.
func TestBodiesAreEscaped(t *testing.T) {
	for kind, want := range map[string]string{
		"application/json":                  `{"n":"+491713920001","k":"k\u0026\"ey"}`,
		"application/x-www-form-urlencoded": `{"n":"%2B491713920001","k":"k%26%22ey"}`,
	} {
		p := provider(t, `
request:
  method: POST
  url: "@URL@"
  headers: {Content-Type: "`+kind+`"}
  body: '{"n":"{msisdn}","k":"{env:KEY}"}'
response: {number: none, facts: {imsi: imsi}}
`, func(w http.ResponseWriter, r *http.Request) {
			if b, _ := io.ReadAll(r.Body); string(b) != want {
				t.Errorf("%s: body is %s, want %s", kind, b, want)
			}
			io.WriteString(w, `{}`)
		})
		if _, err := lookup(p); err != nil {
			t.Error(err)
		}
	}
}

func TestPortedFromTheNetworks(t *testing.T) {
	const mapping = `
request: {url: "@URL@"}
response: {number: none, facts: {home_network: now, original_network: before}}
`
	for body, want := range map[string]*bool{
		`{"now":"26203","before":"26201"}`: yes, `{"now":"26203","before":"262-03"}`: no, `{"now":"26203"}`: nil, `{"before":"26203"}`: nil,
	} {
		p := provider(t, mapping, says(body))
		s, err := lookup(p)
		if err != nil || (s.Ported == nil) != (want == nil) || want != nil && *s.Ported != *want {
			t.Errorf("%s: %s, %v", body, describe(s), err)
		}
		if p.Fields() != hlr.FieldHome|hlr.FieldPorted {
			t.Errorf("Fields() = %v", p.Fields())
		}
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(says(`{"number":"491713920001"}`))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it says that the client hung up
	s.StartTLS()
	defer s.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	mapping := strings.ReplaceAll(plainMapping, "@URL@", s.URL)
	if _, err := lookup(provider(t, mapping, nil)); !errors.Is(err, errTLS) {
		t.Errorf("a certificate of nobody: %v, want %v", err, errTLS)
	}
	mapping = strings.Replace(mapping, "request:", "request:\n  ca_file: "+ca, 1)
	if _, err := lookup(provider(t, mapping, nil)); err != nil {
		t.Errorf("with its own: %v", err)
	}
	plain := httptest.NewServer(says(`{}`))
	defer plain.Close()
	https := strings.Replace(plain.URL, "http:", "https:", 1)
	if _, err := lookup(provider(t, strings.ReplaceAll(plainMapping, "@URL@", https), nil)); err == nil || strings.Contains(err.Error(), "3920001") {
		t.Errorf("no TLS at all: %v", err)
	}
}

// Connections are used again, after refusals too.
func TestConnectionsAreKept(t *testing.T) {
	var conns, asked atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1)%2 == 0 {
			w.WriteHeader(500)
		}
		io.WriteString(w, `{"number":"491713920001"}`)
	}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	p := provider(t, strings.ReplaceAll(plainMapping, "@URL@", s.URL), nil)
	for range 20 {
		_, _ = lookup(p) // every second one is refused
	}
	if n := conns.Load(); n != 1 {
		t.Errorf("%d connections for 20 lookups, want 1", n)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() { defer all.Done(); _, _ = lookup(p) }()
	}
	all.Wait()
}

// A kept connection that the vendor closes as we write on it is no failure, for
// a POST either.
func TestAClosedConnectionIsReplaced(t *testing.T) {
	var asked atomic.Int32
	p := provider(t, `
request: {method: POST, url: "@URL@", body: "{digits}"}
response: {number: none, facts: {imsi: imsi}}
`, func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n == 2 { // the first on a kept connection
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			c.Close()
			return
		}
		if _, sent := r.Header["X-Idempotency-Key"]; sent {
			t.Error("a header is sent that the mapping does not have")
		}
		io.WriteString(w, `{"imsi":"262011234567890"}`)
	})
	for range 2 {
		if s, err := lookup(p); err != nil || s.IMSI == "" {
			t.Errorf("lookup %d: %v", asked.Load(), err)
		}
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

func TestCostIsCounted(t *testing.T) {
	reg := prometheus.NewRegistry()
	answers := []string{`"0.5"`, `0.25`, `null`, `"free"`, `-3`, `1e99`, `{}`}
	for i, name := range []string{"a", "a", "b"} {
		p := provider(t, plainMapping, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"number":"491713920001","price":%s}`, answers[0])
			answers = append(answers[1:], answers[0])
		}, func(c *Config) { c.Name, c.Registry = name, reg })
		for range []int{3, 4, 1}[i] {
			if _, err := lookup(p); err != nil {
				t.Error(err)
			}
		}
	}
	got, err := reg.Gather()
	if err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	for _, m := range got[0].GetMetric() {
		if want := map[string]float64{"a": 0.75, "b": 0.5}[m.GetLabel()[0].GetValue()]; m.GetCounter().GetValue() != want {
			t.Errorf("%v, want %v", m, want)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	p := provider(b, plainMapping, says(`{"number":"491713920001","imsi":"262011234567890","msc":"491710000","mcc":262,"mnc":1,"home":"26201","ported":true,"ported_at":"2026-01-31","roaming":"at home","reachable":true,"line":"mobile"}`))
	b.ReportAllocs()
	for b.Loop() {
		if s, err := lookup(p); err != nil || s.Ported == nil {
			b.Fatal(s, err)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	p := provider(b, plainMapping, says(``))
	answer := []byte(`{"number":"491713920001","imsi":"262011234567890","msc":"491710000","mcc":262,"mnc":1,"home":"26201","ported":true,"ported_at":"2026-01-31","roaming":"at home","reachable":true,"line":"mobile"}`)
	b.ReportAllocs()
	for b.Loop() {
		tree, err := parseJSON(answer)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.judge(&reply{tree, "491713920001"}); err != nil {
			b.Fatal(err)
		}
	}
}
