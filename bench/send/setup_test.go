package send

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tollgate/smpp/smsc"
)

// A result says what was sent, so that it can be sent again, and keeps the keys
// to itself.
func TestResultSaysWhatWasSent(t *testing.T) {
	g := newGateway(t)
	file := filepath.Join(t.TempDir(), "send.html")
	c := Config{
		URL: g.url, Duration: 100 * time.Millisecond, Connections: 2, Key: Mix{{"secret-one", 3}, {"secret-two", 1}}, Seed: 7, HTML: file,
		Purpose: Mix{{"login", 2}, {"withdrawal", 1}}, Countries: Mix{{"DE", 2}, {"FR", 1}}, Distinct: 1000, Attack: .25, Idempotency: true,
	}
	var text, object bytes.Buffer
	if _, err := Run(t.Context(), c, &text, io.Discard); err != nil {
		t.Fatal(err)
	}
	c.JSON = true
	if _, err := Run(t.Context(), c, &object, io.Discard); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal(object.Bytes(), &r); err != nil || r.Seed != 7 || r.Attack != .25 || r.Distinct != 1000 || !r.Idempotency ||
		r.Purposes != "login=2,withdrawal=1" || r.Countries != "DE=2,FR=1" || len(r.Tenants) != 2 || r.Batch != 1 || r.Pipeline != 1 {
		t.Errorf("%v\n%.1000s", err, object.String())
	}
	want := "purpose login=2,withdrawal=1, countries DE=2,FR=1, 2 tenants by weight [3 1], 1000 distinct numbers, attack share 0.25, with context, with idempotency keys, seed 7"
	for _, shown := range []string{text.String(), string(page)} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%.3000s", want, shown)
		}
		if strings.Contains(shown+object.String(), "secret") {
			t.Error("a key is shown")
		}
	}
}

func TestBatchesAreSaid(t *testing.T) {
	g := newGateway(t)
	var out bytes.Buffer
	if _, err := Run(t.Context(), Config{URL: g.url, Duration: 100 * time.Millisecond, Connections: 2, Batch: 20}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "closed loop, 2 connections, in batches of 20, ") {
		t.Error(out.String())
	}
	c := Config{Batch: 20, Baseline: true}
	if errs := c.Validate(); len(errs) != 1 || !strings.Contains(errs[0].Error(), "takes no batches") {
		t.Errorf("%v", errs)
	}
}

func TestInterrupted(t *testing.T) {
	g := newGateway(t)
	ctx, cancel := context.WithCancel(t.Context()) // as Ctrl-C does: a deadline the load would know
	time.AfterFunc(200*time.Millisecond, cancel)
	var out bytes.Buffer
	r, err := Run(ctx, Config{URL: g.url, Duration: time.Minute, Connections: 2, Rate: Constant(200)}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || r.Unsent > 3 || !strings.Contains(out.String(), "s, interrupted\n") || !strings.Contains(r.page().Subtitle, "interrupted") {
		t.Errorf("interrupted %v, unsent %d\n%s", r.Interrupted, r.Unsent, out.String())
	}
}

// Where nothing was accepted there is no CPU of a message, and the run fails.
func TestNothingAccepted(t *testing.T) {
	g := newGateway(t)
	g.code = func(int) (int, string) { return 401, `{"code":"unauthorized"}` }
	var out bytes.Buffer
	r, err := Run(t.Context(), Config{URL: g.url, PID: os.Getpid(), Duration: 100 * time.Millisecond, Connections: 2}, &out, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nothing was accepted: ") || !strings.Contains(err.Error(), "401 unauthorized (invalid)") {
		t.Error(err)
	}
	if strings.Contains(out.String(), "us a message") || !strings.Contains(out.String(), "refused 401 unauthorized") || r.HTTP.Count != 0 {
		t.Error(out.String())
	}
}

// What arrives and should not is said, in words too.
func TestOddArrivals(t *testing.T) {
	r := Result{Carrier: &Carrier{Foreign: 3, Unaccepted: 2, ReceiptsDropped: 4}}
	var out, page bytes.Buffer
	r.table(&out, "gateway")
	r.page().Write(&page)
	for _, shown := range []string{out.String(), page.String()} {
		if !strings.Contains(shown, "foreign 3 (of other runs), unaccepted 2 (arrived without a 202), receipts dropped 4") {
			t.Errorf("%.2000s", shown)
		}
	}
}

// A gateway that acknowledges no receipt: what the carrier gave up is counted.
func TestDroppedReceipts(t *testing.T) {
	g := newGateway(t)
	g.receipts = 1
	addr := freeAddr(t)
	g.bind(t, addr)
	profile := &smsc.Profile{ReceiptWindow: 1, ReceiptQueue: 2}
	r, err := Run(t.Context(), Config{URL: g.url, Duration: 300 * time.Millisecond, Connections: 1, Rate: Constant(200), SMSC: addr, SMSCProfile: profile}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Carrier; c.ReceiptsDropped == 0 || c.ReceiptsDropped > c.Submitted {
		t.Errorf("%+v", c)
	}
}
