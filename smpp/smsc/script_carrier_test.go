package smsc

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr/subscriber"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// attempt is one submission to the carrier.
type attempt struct {
	text    string
	results []carrier.Result
}

// gateway sends messages through smpp/carrier as a gateway would: again when
// nothing was sent or the carrier says so, never when the result is unknown.
type gateway struct {
	t *testing.T
	*carrier.Carrier

	mu       sync.Mutex
	attempts []*attempt
	ended    []string // how each message ended: accepted, unknown or refused
	receipts []receipt.Receipt
}

func (g *gateway) Receipt(r receipt.Receipt, _ string, ack func(pdu.Status)) {
	g.mu.Lock()
	g.receipts = append(g.receipts, r)
	g.mu.Unlock()
	ack(pdu.ESME_ROK)
}

func (g *gateway) MO(m carrier.MO, _ string, ack func(pdu.Status)) {
	g.t.Errorf("a receipt was taken for a message from a handset: %q", m.Text)
	ack(pdu.ESME_ROK)
}

func (*gateway) LinkState(string, int, bool, error) {}

// connect binds two links over pipes and waits until they are up.
func (r *rig) connect() *gateway {
	r.t.Helper()
	metrics, err := carrier.NewMetrics(prometheus.NewPedanticRegistry())
	if err != nil {
		r.t.Fatal(err)
	}
	g := &gateway{t: r.t}
	g.Carrier, err = carrier.New(carrier.Config{
		Name: "scripted", Addr: "smsc:2775", SystemID: "esme", Password: "secret", Links: 2, Window: 20,
		ResponseTimeout: 5 * time.Second, ReconnectMax: 4 * time.Second, Rand: func() float64 { return 0.5 },
		Dial: func(ctx context.Context, _ string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			select {
			case r.l.conns <- theirs:
				return ours, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		},
	}, g, metrics, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		r.t.Fatal(err)
	}
	g.Start()
	time.Sleep(time.Second)
	return g
}

// send sends n messages, one each 20 ms, and waits for the end of all.
func (g *gateway) send(n int) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			how := g.message(i)
			g.mu.Lock()
			g.ended = append(g.ended, how)
			g.mu.Unlock()
		})
		time.Sleep(20 * time.Millisecond)
	}
	wg.Wait()
	time.Sleep(time.Minute) // for receipts, late responses and second results
}

// special is the message to the number that script-throttling.yaml waits for.
const special = 900

func (g *gateway) message(i int) string {
	dest := subscriber.MSISDN(fmt.Sprintf("+49160%07d", i))
	if i == special {
		dest = "+491512345678"
	}
	for try := 0; try < 1000; try++ {
		slot, err := g.Reserve(g.t.Context(), 1)
		if err != nil {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		a := &attempt{text: fmt.Sprintf("message %d, try %d", i, try)}
		first := make(chan carrier.Result, 1)
		slot.Submit(&carrier.Submission{
			Source: "Tollgate", Dest: dest, Parts: []coding.Part{{ShortMessage: []byte(a.text)}},
		}, func(r carrier.Result) {
			g.mu.Lock()
			defer g.mu.Unlock()
			if a.results = append(a.results, r); len(a.results) == 1 {
				first <- r
			}
		})
		g.mu.Lock()
		g.attempts = append(g.attempts, a)
		g.mu.Unlock()
		r := <-first
		switch {
		case r.Unknown:
			return "unknown"
		case r.NotSent:
		case r.Status == 0:
			return "accepted"
		case !r.Next.RetryHere:
			return "refused"
		}
		time.Sleep(max(r.Next.Wait, 200*time.Millisecond))
	}
	return "given up"
}

// audit holds what was reported against what the SMSC has: each submission has
// one result, what is reported as accepted is there once, and what is reported
// as refused or not sent is not.
func (g *gateway) audit(inbox []Message) map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	there := map[string]int{}
	for _, m := range inbox {
		there[m.Text]++
	}
	for _, a := range g.attempts {
		if len(a.results) != 1 {
			g.t.Errorf("%s: %d results", a.text, len(a.results))
			continue
		}
		n := there[a.text]
		delete(there, a.text)
		switch r := a.results[0]; {
		case r.Unknown && n > 1, r.NotSent && n != 0, !r.Unknown && !r.NotSent && r.Status != 0 && n != 0,
			!r.Unknown && !r.NotSent && r.Status == 0 && n != 1:
			g.t.Errorf("%s is %d times at the SMSC, and reported as %+v", a.text, n, r)
		}
	}
	for text := range there {
		g.t.Errorf("%s is at the SMSC, and nobody sent it", text)
	}
	count := map[string]int{}
	for _, how := range g.ended {
		count[how]++
	}
	return count
}

// perform plays a shipped script against smpp/carrier.
func perform(t *testing.T, name string, messages int, check func(r *rig, g *gateway, ended map[string]int)) {
	t.Helper()
	p, err := LoadProfile("../../configs/smsc/script-" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	play(t, p, Options{}, func(r *rig) {
		g := r.connect()
		defer g.Close()
		g.send(messages)
		ended := g.audit(r.Inbox())
		if st := r.Stats(); st.ScriptSteps != uint64(len(p.Script)) {
			t.Errorf("%d of %d steps were played", st.ScriptSteps, len(p.Script))
		}
		if h := g.Health(); h.LinksUp != 2 || h.WindowUsed != 0 {
			t.Errorf("in the end %+v", h)
		}
		total := 0
		for _, n := range ended {
			total += n
		}
		if total != messages || ended["given up"] > 0 {
			t.Errorf("%d messages ended as %v", messages, ended)
		}
		check(r, g, ended)
	})
}

func TestScriptOutage(t *testing.T) {
	perform(t, "outage", 1000, func(r *rig, g *gateway, ended map[string]int) {
		if ended["accepted"] < 900 || ended["refused"] > 0 || ended["unknown"] == 0 {
			t.Errorf("ended as %v; want most accepted, and what hung unknown", ended)
		}
		if st := r.Stats(); st.BindsRefused == 0 || st.Throttled == 0 || st.Binds < 4 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestScriptThrottling(t *testing.T) {
	perform(t, "throttling", 1000, func(r *rig, g *gateway, ended map[string]int) {
		if ended["refused"] != 1 || ended["accepted"] != 999 {
			t.Errorf("ended as %v; want one refused for good, by the vendor's code", ended)
		}
		if st := r.Stats(); st.QueueFull != 40 || st.Throttled < 61 || len(g.receipts) != 999 {
			t.Errorf("%d receipts, stats %+v", len(g.receipts), st)
		}
	})
}

func TestScriptLyingReceipts(t *testing.T) {
	perform(t, "receipts", 600, func(r *rig, g *gateway, ended map[string]int) {
		if ended["unknown"] != 20 || ended["accepted"] != 580 {
			t.Errorf("ended as %v; want 20 unknown, for 10 responses and 10 submit_sm were lost", ended)
		}
		ids := map[string]int{}
		for _, a := range g.attempts {
			for _, id := range a.results[0].MessageIDs {
				ids[id]++
			}
		}
		got, stats := map[string]int{}, map[string]int{}
		seen := map[string]bool{}
		for _, rc := range g.receipts {
			stats[rc.Stat]++
			_, matches := ids[rc.ID]
			switch {
			case seen[rc.ID]:
				got["twice"]++
			case matches:
				got["known"]++
			case strings.Trim(rc.ID, "0123456789") != "":
				got["hex"]++
			default:
				got["other"]++
			}
			seen[rc.ID] = true
		}
		// Accepted are 590, 20 of them without a receipt and 20 with two. Of the ids
		// that match none, 20 are wrong, 10 belong to a response that was cut short
		// and 10 to one that was lost.
		if len(g.receipts) != 590 || got["twice"] != 20 || got["known"]+got["hex"]+got["other"] != 570 || got["hex"]+got["other"] != 60 {
			t.Errorf("%d receipts: %v", len(g.receipts), got)
		}
		if stats["FAILED"] != 20 || stats["BUFFRED"] != 20 || stats["DELIVRD"] != 550 {
			t.Errorf("states %v", stats)
		}
	})
}
