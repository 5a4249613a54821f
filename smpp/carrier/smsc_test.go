package carrier

import (
	"context"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/smsc"
)

// arrivals is a Handler that acknowledges at once and hands on.
type arrivals struct {
	receipts chan receipt.Receipt
	mos      chan MO
	ups      chan bool
}

func (a *arrivals) Receipt(r receipt.Receipt, _ string, ack func(pdu.Status)) {
	ack(pdu.ESME_ROK)
	a.receipts <- r
}

func (a *arrivals) MO(m MO, _ string, ack func(pdu.Status)) {
	ack(pdu.ESME_ROK)
	a.mos <- m
}

func (a *arrivals) LinkState(_ string, _ int, up bool, _ error) { a.ups <- up }

// TestAgainstTheSimulator is the whole way over loopback TCP, with both drivers: a
// long text out, its receipts and a message from the handset back, an SMSC that
// crashes, and a farewell.
func TestAgainstTheSimulator(t *testing.T) {
	text := strings.Repeat("Dein Code ist 123456 – gültig fünf Minuten. ", 4)
	parts, err := coding.Split(text, coding.Options{Ref: 7})
	if err != nil || len(parts) < 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for _, driver := range []string{DriverNative, DriverGoSMPP} {
		t.Run(driver, func(t *testing.T) {
			server := smsc.New(nil, smsc.Options{})
			defer server.Close()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go func() { _ = server.Serve(l) }()
			h := &arrivals{make(chan receipt.Receipt, 100), make(chan MO, 100), make(chan bool, 100)}
			m, err := NewMetrics(prometheus.NewPedanticRegistry())
			if err != nil {
				t.Fatal(err)
			}
			c, err := New(Config{
				Name: "sim", Addr: l.Addr().String(), SystemID: "esme", Password: "secret", Driver: driver,
				ReconnectMin: 10 * time.Millisecond,
			}, h, m, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Fatal(err)
			}
			c.Start()
			defer c.Close()
			var sent []string
			for range 2 {
				waitUp(h)
				r := submit(t, c, &Submission{
					Source: "Tollgate", Dest: "+491701234567", Parts: parts,
					Expires: time.Now().Add(5 * time.Minute), UserReference: 9,
				})
				if r.Status != 0 || r.Err != nil || len(r.MessageIDs) != len(parts) {
					t.Fatalf("result %+v", r)
				}
				sent = append(sent, r.MessageIDs...)
				for missing := slices.Clone(r.MessageIDs); len(missing) > 0; {
					got := <-h.receipts
					// One whose acknowledgement the crash swallowed comes again.
					if got.State != receipt.Delivered || !got.Final || !slices.Contains(sent, got.ID) {
						t.Fatalf("receipt %+v for %v", got, sent)
					}
					missing = slices.DeleteFunc(missing, func(id string) bool { return id == got.ID })
				}
				inbox := server.Inbox()
				if n := len(inbox); n == 0 || inbox[n-1].Text != text {
					t.Errorf("the handset shows %+v", inbox)
				}
				if err := server.SendMO("esme", "+491701234567", "12345", "STOP"); err != nil {
					t.Fatal(err)
				}
				if mo := <-h.mos; mo.Text != "STOP" || mo.Dest != "12345" {
					t.Errorf("from the handset: %+v", mo)
				}
				server.Drop()
			}
			waitUp(h)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := c.Drain(ctx); err != nil {
				t.Errorf("Drain = %v", err)
			}
		})
	}
}

// waitUp waits for the next bind.
func waitUp(h *arrivals) {
	for up := range h.ups {
		if up {
			return
		}
	}
}

func submit(t *testing.T, c *Carrier, m *Submission) Result {
	t.Helper()
	slot, err := c.Reserve(t.Context(), len(m.Parts))
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan Result, 1)
	slot.Submit(m, func(r Result) { results <- r })
	return <-results
}
