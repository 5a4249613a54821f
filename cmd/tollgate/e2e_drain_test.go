package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/smpp/smsc"
)

// SIGTERM under load: what was accepted was answered, what was answered is
// kept, and nothing is sent twice.
func TestTerminateUnderLoad(t *testing.T) {
	c := newCarrier(t, &smsc.Profile{
		ResponseDelay: smsc.Distribution{Value: 10 * time.Millisecond},
		ReceiptDelay:  smsc.Distribution{Value: 20 * time.Millisecond},
	})
	data, args := t.TempDir(), []string{"--policy", "observe", "--carrier", c.url("window=20&tps=150")}
	p := startDev(t, data, args...)
	var number atomic.Int64
	l := startLoad(p, 16, &number)
	p.wait("a load", func() bool { return l.answered() > 500 })
	asked := time.Now()
	if code := p.terminate(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.out.String())
	}
	if took := time.Since(asked); took > 15*time.Second {
		t.Errorf("the end took %v, more than the drain time-out", took)
	}
	accepted, lost := l.end(t, 503)
	t.Logf("%d accepted, %d without an answer, %d at the carrier", len(accepted), len(lost), c.total())

	p = startDev(t, data, args...)
	for _, s := range lost {
		a, err := p.do(s.request())
		must(t, err)
		if a.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("%s was accepted by the process that ended, and its answer lost", s.key)
		}
	}
	if n := p.allEnd(accepted); n != len(accepted) {
		t.Errorf("%d of %d accepted messages were delivered", n, len(accepted))
	}
	for _, s := range accepted {
		if n := len(c.sightings(s.to)); n != 1 {
			t.Errorf("%s: %d times at the carrier", s.id, n)
		}
	}
}

// A request that has begun to arrive when the end is asked for is answered,
// while new connections find nobody.
func TestTerminateAnswersWhatIsInFlight(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startDev(t, dir)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.api, "http://"))
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer dev-key\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", otpPath, len(goodSend))
	must(t, err)
	answer := bufio.NewReader(conn)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} { // the request is under way
		if line, err := answer.ReadString('\n'); line != want {
			t.Fatalf("%q, %v", line, err)
		}
	}
	ended := make(chan int, 1)
	go func() { ended <- p.terminate() }()
	eventually(t, "the listener to close", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.api, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	_, err = io.WriteString(conn, goodSend)
	must(t, err)
	rest, err := io.ReadAll(answer)
	must(t, err)
	if !strings.HasPrefix(string(rest), "HTTP/1.1 202 ") {
		t.Errorf("answered %q", rest)
	}
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}
