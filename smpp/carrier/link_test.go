package carrier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// value reads one sample of a registry: a gauge, a counter, or a histogram's
// count. It returns -1 when there is none.
func value(t *testing.T, reg *prometheus.Registry, name string, labels ...string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
	metrics:
		for _, m := range f.Metric {
			for i := 0; i < len(labels); i += 2 {
				found := false
				for _, l := range m.Label {
					found = found || l.GetName() == labels[i] && l.GetValue() == labels[i+1]
				}
				if !found {
					continue metrics
				}
			}
			return m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return -1
}

func TestMetricsExistBeforeTheFirstBind(t *testing.T) {
	w := newWorld(t, Config{Links: 2}, newSMSC())
	defer w.end()
	for name, want := range map[string]float64{
		"tollgate_bind_up": 0, "tollgate_window_used": 0, "tollgate_window_size": 100,
	} {
		if got := value(t, w.reg, name, "carrier", "test", "link", "1"); got != want {
			t.Errorf("%s = %g, want %g", name, got, want)
		}
	}
	for _, name := range []string{"tollgate_throttled_total", "tollgate_late_responses_total", "tollgate_enquire_link_rtt_seconds", "tollgate_submit_duration_seconds"} {
		if got := value(t, w.reg, name, "carrier", "test"); got != 0 {
			t.Errorf("%s = %g, want 0", name, got)
		}
	}
}

// gaps are the waits between attempts to connect.
func gaps(at []time.Time) (d []time.Duration) {
	for i := 1; i < len(at); i++ {
		d = append(d, at[i].Sub(at[i-1]))
	}
	return d
}

func TestBackOff(t *testing.T) {
	for _, v := range []struct {
		name   string
		status pdu.Status // 0: the connection is refused
		want   []string   // with random 0.5: three quarters of the wait
	}{
		{"connection refused", 0, []string{"375ms", "750ms", "1.5s", "3s", "6s", "7.5s", "7.5s"}},
		{"wrong password", pdu.ESME_RINVPASWD, []string{"7.5s", "7.5s", "7.5s"}},
		{"already bound", pdu.ESME_RALYBND, []string{"1.5s", "3s", "6s", "7.5s"}},
		{"vendor's bind throttle", 0x400, []string{"1.5s", "3s", "6s", "7.5s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := newSMSC()
			k.down = v.status == 0
			k.accept = func() pdu.Status { return v.status }
			w := newWorld(t, Config{ReconnectMin: 500 * time.Millisecond, ReconnectMax: 10 * time.Second}, k)
			defer w.end()
			w.Start()
			time.Sleep(59 * time.Second)
			got := gaps(k.dialed())
			for i, want := range v.want {
				if i >= len(got) || got[i].String() != want {
					t.Errorf("%s: waits %v, want %v", v.name, got, v.want)
					break
				}
			}
			label := statusLabel(v.status)
			if v.status == 0 {
				label = "unreachable"
			}
			if n := value(t, w.reg, "tollgate_bind_failures_total", "command_status", label); n != float64(len(got)+1) {
				t.Errorf("%s: %g bind failures counted, want %d", v.name, n, len(got)+1)
			}
		})
	}
}

func TestSMSCUnbindsAndIsBoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		w := newWorld(t, Config{}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		if err := k.last().Unbind(t.Context()); err != nil {
			t.Fatalf("SMSC unbind: %v", err)
		}
		synctest.Wait()
		if up := value(t, w.reg, "tollgate_bind_up", "link", "0"); up != 0 {
			t.Errorf("bind_up = %g after the unbind", up)
		}
		w.heard.mu.Lock()
		if len(w.heard.downs) != 1 || !errors.Is(w.heard.downs[0], session.ErrPeerUnbound) {
			t.Errorf("told of %v", w.heard.downs)
		}
		w.heard.mu.Unlock()
		time.Sleep(time.Second)
		if up := value(t, w.reg, "tollgate_bind_up", "link", "0"); up != 1 {
			t.Errorf("bind_up = %g a second later", up)
		}
		if r := <-w.send(t, message("x")); r.Err != nil || r.Status != 0 {
			t.Errorf("after binding again: %+v", r)
		}
	})
}

// TestHalfOpen: the connection stands, but nobody is there.
func TestHalfOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		w := newWorld(t, Config{
			EnquireInterval: 20 * time.Second, ResponseTimeout: 5 * time.Second,
			Dial: func(context.Context, string) (net.Conn, error) {
				a, b := net.Pipe()
				go func() {
					r := pdu.NewReader(b, 0)
					h, _, _ := r.Next()
					resp, _ := pdu.Append(nil, &pdu.BindTransceiverResp{}, 0, h.Sequence)
					_, _ = b.Write(resp)
					_, _ = io.Copy(io.Discard, b)
				}()
				return a, nil
			},
		}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		if r := <-w.send(t, message("x")); !r.Unknown {
			t.Errorf("result %+v", r)
		}
		time.Sleep(21 * time.Second) // silence since the bind: asked after 20 s, given up after 25
		w.heard.mu.Lock()
		defer w.heard.mu.Unlock()
		if len(w.heard.downs) == 0 || !errors.Is(w.heard.downs[0], session.ErrPeerSilent) {
			t.Errorf("told of %v, want ErrPeerSilent", w.heard.downs)
		}
	})
}

func TestThrottleSlowsTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		served, second := 0, time.Time{}
		k.submit = func(s *session.Session, h pdu.Header, _ *pdu.SubmitSM) { // a contract of 50 a second
			k.set(func() {
				if time.Since(second) >= time.Second {
					second, served = time.Now(), 0
				}
				served++
			})
			st := pdu.Status(0)
			if served > 50 {
				st = pdu.ESME_RTHROTTLED
			}
			_ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "1"}, st)
		}
		w := newWorld(t, Config{Window: 10}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		var ok, throttled int
		for began := time.Now(); time.Since(began) < time.Minute; {
			r := <-w.send(t, message("x"))
			if r.Status == pdu.ESME_RTHROTTLED {
				throttled++
				if !r.Next.SlowDown || !r.Next.RetryHere {
					t.Fatalf("verdict %+v", r.Next)
				}
			} else {
				ok++
			}
			time.Sleep(time.Millisecond) // 1000 a second, were there no limit
		}
		if ok < 30*60 || throttled > ok/10 {
			t.Errorf("%d accepted and %d throttled in a minute at 50/s", ok, throttled)
		}
		if n := value(t, w.reg, "tollgate_throttled_total"); n != float64(throttled) {
			t.Errorf("%g throttles counted, want %d", n, throttled)
		}
	})
}

func TestReceiptIsAnsweredOnlyWhenAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		w := newWorld(t, Config{MaxUnacked: 2}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		answers := make(chan session.Outcome, 10)
		done := session.CompleterFunc(func(o session.Outcome) { answers <- o })
		deliver := func(p pdu.PDU) {
			if err := k.last().Submit(p, done); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		text := "id:42 sub:001 dlvrd:001 submit date:2211221200 done date:2211221201 stat:DELIVRD err:000 text:x"
		deliver(&pdu.DeliverSM{ESMClass: pdu.ESMClassReceipt, ShortMessage: []byte(text)})
		deliver(&pdu.DataSM{ESMClass: pdu.ESMClassReceipt, TLVs: pdu.TLVs{{Tag: pdu.TagMessagePayload, Value: []byte(text)}}})
		if len(answers) != 0 || len(w.heard.receipts) != 2 {
			t.Fatalf("%d answered, %d receipts told; want none and 2", len(answers), len(w.heard.receipts))
		}
		deliver(&pdu.DeliverSM{ESMClass: pdu.ESMClassReceipt, ShortMessage: []byte(text)})
		if o := <-answers; o.Header.Status != pdu.ESME_RTHROTTLED {
			t.Errorf("one more than may be open: %s", o.Header.Status)
		}
		w.heard.acks[0](pdu.ESME_ROK)
		w.heard.acks[0](pdu.ESME_ROK)
		w.heard.acks[1](pdu.ESME_RSYSERR)
		if o := <-answers; o.Header.ID != pdu.DeliverSMRespID || o.Header.Status != 0 {
			t.Errorf("answered %s %s", o.Header.ID, o.Header.Status)
		}
		if o := <-answers; o.Header.ID != pdu.DataSMRespID || o.Header.Status != pdu.ESME_RSYSERR {
			t.Errorf("answered %s %s", o.Header.ID, o.Header.Status)
		}
		deliver(&pdu.DeliverSM{Source: pdu.Address{Addr: "4917"}, ShortMessage: []byte("STOP")})
		if len(w.heard.mos) != 1 || w.heard.mos[0].Text != "STOP" || w.heard.mos[0].Source != "4917" {
			t.Errorf("messages from handsets: %+v", w.heard.mos)
		}
		if st := k.last().Stats(); st.Duplicate+st.Unexpected != 0 {
			t.Errorf("answered more than once: %+v", st)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSMSC()
		k.submit = func(s *session.Session, h pdu.Header, _ *pdu.SubmitSM) {
			time.AfterFunc(3*time.Second, func() { _ = s.Respond(h, &pdu.SubmitSMResp{MessageID: "1"}, 0) })
		}
		w := newWorld(t, Config{Links: 2}, k)
		defer w.end()
		w.Start()
		synctest.Wait()
		results := []<-chan Result{w.send(t, message("a")), w.send(t, message("b"))}
		began := time.Now()
		if err := w.Drain(t.Context()); err != nil {
			t.Errorf("Drain = %v", err)
		}
		if d := time.Since(began); d != 3*time.Second {
			t.Errorf("Drain took %s, want what the responses took", d)
		}
		for _, c := range results {
			if r := <-c; r.Status != 0 || r.Err != nil {
				t.Errorf("result %+v", r)
			}
		}
		if _, err := w.Reserve(t.Context(), 1); !errors.Is(err, ErrClosed) {
			t.Errorf("Reserve after Drain = %v", err)
		}
		time.Sleep(time.Minute)
		if n := len(k.dialed()); n != 2 {
			t.Errorf("%d connections, want the first two only", n)
		}
	})
}

func TestBindModes(t *testing.T) {
	for bind, want := range map[string]string{
		BindTransceiver: "[transceiver transceiver]", BindBoth: "[transmitter transmitter receiver]",
		BindReceiver: "[receiver receiver]",
	} {
		c := Config{Bind: bind, Links: 2}
		if got := fmt.Sprint(c.modes()); got != want {
			t.Errorf("%s: links %s, want %s", bind, got, want)
		}
	}
}

func TestConfigNeverShowsThePassword(t *testing.T) {
	c := Config{Name: "a", Addr: "h:1", Password: "s3cret"}
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), c.LogValue().String()} {
		if strings.Contains(s, "s3cret") {
			t.Errorf("password in %q", s)
		}
	}
}

func TestConfigTellsAllThatIsWrong(t *testing.T) {
	c := Config{Addr: "nowhere", Bind: "both", Driver: "fast", Validity: "long", Links: -1, TPS: -1,
		Window: -1, ReconnectMin: time.Minute, ReconnectMax: time.Second, SystemID: strings.Repeat("x", 16)}
	if errs := c.Validate(); len(errs) != 10 {
		t.Errorf("%d errors, want 10: %v", len(errs), errs)
	}
	good := Config{Name: "a", Addr: "h:1"}
	if errs := good.Validate(); len(errs) != 0 {
		t.Errorf("the least configuration: %v", errs)
	}
}
