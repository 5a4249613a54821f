package interop

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// esme is one of our carriers, with everything on tape. It acknowledges what it
// gets at once.
type esme struct {
	*carrier.Carrier
	tape
	receipts chan receipt.Receipt
	mos      chan carrier.MO
	links    chan bool // a bind came up, or went down or failed
}

func (e *esme) Receipt(r receipt.Receipt, _ string, ack func(pdu.Status)) {
	ack(pdu.ESME_ROK)
	e.receipts <- r
}

func (e *esme) MO(m carrier.MO, _ string, ack func(pdu.Status)) {
	ack(pdu.ESME_ROK)
	e.mos <- m
}

func (e *esme) LinkState(_ string, _ int, up bool, _ error) { e.links <- up }

// startESME binds a carrier.
func startESME(t *testing.T, cfg carrier.Config) *esme {
	t.Helper()
	e := &esme{receipts: make(chan receipt.Receipt, 100), mos: make(chan carrier.MO, 100), links: make(chan bool, 100)}
	metrics, err := carrier.NewMetrics(prometheus.NewPedanticRegistry())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Name, cfg.Dial = "interop", e.dial
	cfg.ReconnectMin, cfg.ReconnectMax = 20*time.Millisecond, 200*time.Millisecond
	e.Carrier, err = carrier.New(cfg, e, metrics, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e.Start()
	t.Cleanup(func() { e.Close() })
	return e
}

// link waits until the link is up, or down.
func (e *esme) link(t *testing.T, up bool) {
	t.Helper()
	for within(t, "a change of the link", e.links) != up {
	}
}

// submit sends one message and waits for its result.
func (e *esme) submit(t *testing.T, m *carrier.Submission) carrier.Result {
	t.Helper()
	slot, err := e.Reserve(t.Context(), len(m.Parts))
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan carrier.Result, 1)
	slot.Submit(m, func(r carrier.Result) { results <- r })
	return within(t, "the result of a submission", results)
}
