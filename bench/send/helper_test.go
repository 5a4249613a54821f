package send

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"tollgate/smpp/pdu"
)

// TestMain lets the test binary be the baseline's process as well.
func TestMain(m *testing.M) {
	if os.Getenv("BENCH_TEST_BASELINE") != "" {
		if err := ServeBaseline(UntilEOF(context.Background(), os.Stdin), "127.0.0.1:0", os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// gateway is the least that a gateway does: it answers and submits.
type gateway struct {
	url string

	mu    sync.Mutex
	smpp  net.Conn
	seq   uint32
	keys  map[string]bool
	seen  map[string]int            // of each key, purpose and number
	stall func(n int) time.Duration // of the n-th request, counted from 1
	code  func(n int) (status int, body string)
	count int

	receipts byte // registered_delivery; no receipt is answered
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{url: "http://" + l.Addr().String(), keys: map[string]bool{}, seen: map[string]int{}}
	srv := &fasthttp.Server{Handler: g.serve}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Shutdown(); <-ended })
	return g
}

func (g *gateway) serve(rc *fasthttp.RequestCtx) {
	key := string(rc.Request.Header.Peek("Idempotency-Key"))
	tenant, bearer := strings.CutPrefix(string(rc.Request.Header.Peek("Authorization")), "Bearer ")
	switch path := string(rc.Path()); {
	case bearer && path == "/v1/otp/send":
		status, answer := g.send(rc.PostBody(), tenant, key)
		rc.SetStatusCode(status)
		rc.SetBodyString(answer)
	case bearer && path == "/v1/otp/send:batch":
		for n, line := range strings.Split(strings.TrimSpace(string(rc.PostBody())), "\n") {
			status, answer := g.send([]byte(line), tenant, key+"#"+strconv.Itoa(n+1))
			fmt.Fprintf(rc, "{\"line\":%d,\"status\":%d,\"body\":%s}\n", n+1, status, answer)
		}
	default:
		rc.Error(`{"code":"invalid_request"}`, 400)
	}
}

func (g *gateway) send(text []byte, tenant, key string) (status int, answer string) {
	var body struct {
		To, Purpose, Code string
		Context           map[string]string
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return 400, `{"code":"invalid_request"}`
	}
	g.mu.Lock()
	g.count++
	n, stall, code := g.count, g.stall, g.code
	g.keys[key] = true
	g.seen[tenant]++
	g.seen[body.Purpose]++
	g.seen[body.To]++
	g.seen[body.Context["ip"]]++
	g.mu.Unlock()
	if stall != nil {
		time.Sleep(stall(n))
	}
	if code != nil {
		if status, answer := code(n); status != 202 {
			return status, answer
		}
	}
	g.submit(body.To, body.Code)
	return 202, `{"id":"otp_` + strconv.Itoa(n) + `"}`
}

// bind connects to the carrier as soon as it listens.
func (g *gateway) bind(t *testing.T, addr string) {
	t.Helper()
	go func() {
		var nc net.Conn
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			var err error
			if nc, err = net.Dial("tcp", addr); err == nil {
				break
			}
			if time.Now().After(deadline) {
				t.Errorf("the carrier does not listen: %v", err)
				return
			}
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.smpp = nc
		b, _ := pdu.Append(nil, &pdu.BindTransceiver{Bind: pdu.Bind{SystemID: "bench"}}, 0, 1)
		_, _ = nc.Write(b)
		go func() { // answers are of no interest
			buf := make([]byte, 4096)
			for {
				if _, err := nc.Read(buf); err != nil {
					return
				}
			}
		}()
	}()
}

func (g *gateway) submit(to, code string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.smpp == nil {
		return
	}
	g.seq++
	sm := &pdu.SubmitSM{RegisteredDelivery: g.receipts, Dest: pdu.Address{TON: 1, NPI: 1, Addr: to[1:]}, ShortMessage: []byte("123456"[:max(0, 6-len(code))] + code + " is your code, for 5 minutes")}
	b, _ := pdu.Append(nil, sm, 0, g.seq)
	_, _ = g.smpp.Write(b)
}

// freeAddr is an address that nobody listens on just now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
