package api

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// overTCP serves r on a real socket as well, where resets and deadlines are
// what they are in the world.
func overTCP(t *testing.T, r *running) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = r.Serve(ln) }() // start's clean-up shuts it down
	return ln.Addr().String()
}

// TestTooLargeIsRead holds that a client which sends far too much still reads
// why it was refused.
func TestTooLargeIsRead(t *testing.T) {
	addr := overTCP(t, start(t, Config{}))
	hc := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, size := range []int{65 << 10, 300 << 10, 900 << 10} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = bytes.NewReader(make([]byte, size))
			if chunked {
				body = io.MultiReader(body)
			}
			req, err := http.NewRequest("POST", "http://"+addr+"/v1/otp/send", body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+testKey)
			resp, err := hc.Do(req)
			if err != nil {
				t.Errorf("%d octets, chunked=%v: %v", size, chunked, err)
				continue
			}
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != 413 || !strings.Contains(string(text), `"code":"body_too_large"`) {
				t.Errorf("%d octets, chunked=%v: %d %s %v", size, chunked, resp.StatusCode, text, err)
			}
		}
	}
}

// TestUnreadable holds what is answered to what is no request.
func TestUnreadable(t *testing.T) {
	addr := overTCP(t, start(t, Config{ReadTimeout: 500 * time.Millisecond}))
	for _, c := range []struct{ name, wire, status, code string }{
		{"not HTTP", "hello\r\n\r\n", "400", "invalid_request"},
		{"a header too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 9000) + "\r\n\r\n", "431", "headers_too_large"},
		{"a header far too large", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 200<<10) + "\r\n\r\n", "431", "headers_too_large"},
		{"a body that does not come", "POST /v1/otp/send HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{", "408", "request_timeout"},
		{"a header that does not end", "POST /v1/otp/send HTTP/1.1\r\nHo", "408", "request_timeout"},
	} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, c.wire); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		text, _ := io.ReadAll(resp.Body)
		if !strings.HasPrefix(resp.Status, c.status) || !strings.Contains(string(text), `"code":"`+c.code+`"`) || !resp.Close {
			t.Errorf("%s: %s close=%v %s", c.name, resp.Status, resp.Close, text)
		}
		conn.Close()
	}
}
