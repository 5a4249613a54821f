package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client keeps as many connections as the load has goroutines.
var client = &http.Client{
	Timeout:   patience,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
}

// reply is an HTTP answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	answer
	Left int `json:"attempts_left"`
}

// request is what the tests send; a nil body is none, a string stands as it is.
type request struct {
	method, path string
	body         any
	key          string // "" for the process's own, "none" for no header
	header       map[string]string
}

// do sends a request and returns an error where no whole answer came.
func (p *process) do(r request) (*reply, error) {
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		payload, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(payload)
	}
	req, err := http.NewRequest(r.method, p.api+r.path, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	switch r.key {
	case "":
		req.Header.Set("Authorization", "Bearer "+p.key)
	case "none":
	default:
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	return roundTrip(req)
}

func roundTrip(req *http.Request) (*reply, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &reply{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return nil, err
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		err = json.Unmarshal(a.body, a)
	}
	return a, err
}

// call is do for requests that must be answered.
func (p *process) call(method, path string, body any) *reply {
	p.t.Helper()
	a, err := p.do(request{method: method, path: path, body: body})
	must(p.t, err)
	return a
}

// want is call for requests of which the answer is known.
func (p *process) want(status int, code, method, path string, body any) *reply {
	p.t.Helper()
	a := p.call(method, path, body)
	if a.status != status || a.Code != code {
		p.t.Fatalf("%s %s %v: %d %s, want %d %s", method, path, body, a.status, a.body, status, code)
	}
	return a
}

type object = map[string]any

// send sends one code and insists.
func (p *process) send(to, purpose string) (id string) {
	p.t.Helper()
	return p.want(202, "", "POST", "/v1/otp/send", object{"to": to, "purpose": purpose}).ID
}

// view is what GET says of a message.
type view struct {
	Status, Delivery, Challenge, Reason, Carrier string
	Attempts                                     int
	Timeline                                     []struct{ Step, Detail string }
}

func (p *process) view(id string) (v view) {
	p.t.Helper()
	a := p.call("GET", "/v1/otp/"+id, nil)
	if a.status != 200 {
		p.t.Fatalf("GET %s: %d %s", id, a.status, a.body)
	}
	must(p.t, json.Unmarshal(a.body, &v))
	return v
}

// await waits until a message has a status.
func (p *process) await(id, status string) (v view) {
	p.t.Helper()
	p.wait(id+" to be "+status, func() bool {
		v = p.view(id)
		return v.Status == status
	})
	return v
}

// deliver sends until one arrives: where the fence gets no answer in time, as on a
// machine that is busy, a sensitive message is rejected, and that is right.
func (p *process) deliver(to, purpose string) {
	p.t.Helper()
	for range 5 {
		v, err := p.terminalView(p.send(to, purpose))
		switch {
		case err != nil:
			p.t.Fatal(err)
		case v.Delivery == "delivered":
			return
		case v.Reason != "fence_unknown":
			p.t.Fatalf("%s to %s: %+v", purpose, to, v)
		}
	}
	p.t.Fatalf("%s to %s: the fence never got an answer", purpose, to)
}

var terminal = map[string]bool{
	"delivered": true, "undelivered": true, "expired": true, "rejected": true, "unknown": true, "canceled": true,
}

// terminalView waits until a message has its terminal state. Unlike await it
// may be called from any goroutine.
func (p *process) terminalView(id string) (v view, err error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		a, err := p.do(request{method: "GET", path: "/v1/otp/" + id})
		if err != nil {
			return v, err
		}
		if a.status != 200 {
			return v, fmt.Errorf("%d %s", a.status, a.body)
		}
		v = view{}
		if err := json.Unmarshal(a.body, &v); err != nil || terminal[v.Delivery] {
			return v, err
		}
	}
	return v, fmt.Errorf("still %s: %v", v.Delivery, v.Timeline)
}

// readyz is what the ops listener says, verbosely.
func (p *process) readyz() (status int, text string) {
	p.t.Helper()
	resp, err := client.Get(p.ops + "/readyz?verbose")
	must(p.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(p.t, err)
	return resp.StatusCode, string(body)
}

// inbox waits for a text to a number at dev's simulated handsets, the n-th one
// (from 1), and returns its code.
func (p *process) inbox(to string, n int) (code string) {
	p.t.Helper()
	p.wait("a text on the handset", func() bool {
		resp, err := client.Get(p.ops + "/dev/inbox")
		must(p.t, err)
		defer resp.Body.Close()
		var list []inboxMessage
		must(p.t, json.NewDecoder(resp.Body).Decode(&list))
		seen := 0
		for _, m := range list {
			if m.To == to {
				if seen++; seen == n {
					code = digits(m.Text)
				}
			}
		}
		return code != ""
	})
	return code
}

// wrong is a code of the same length that is another one.
func wrong(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

// eventually polls for something that is not the process's doing.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// metric reads one sample of /metrics, named as it stands there; 0 when there
// is none.
func (p *process) metric(name string) (value float64) {
	p.t.Helper()
	resp, err := client.Get(p.ops + "/metrics")
	must(p.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(p.t, err)
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			value, err = strconv.ParseFloat(strings.TrimSpace(rest), 64)
			must(p.t, err)
		}
	}
	return value
}
