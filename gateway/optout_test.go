package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

func TestKeywords(t *testing.T) {
	for text, want := range map[string]keyword{
		"STOP": keywordStop, "stop": keywordStop, " Stop. ": keywordStop, "\"stop\"": keywordStop, "Stop\n": keywordStop, "stop  all": keywordStop,
		"Unsubscribe": keywordStop, "arrêt": keywordStop, "ARRET": keywordStop, "Stopp!": keywordStop, "baja": keywordStop, "стоп": keywordStop,
		"İptal": keywordStop, "退订": keywordStop, "opt-out": keywordStop, "توقف": keywordStop, "end": keywordStop, "revoke": keywordStop,
		"START": keywordStart, "unstop": keywordStart, "Help?": keywordHelp, "INFO": keywordHelp,
		"": keywordNone, "...": keywordNone, "123456": keywordNone, "don't stop": keywordNone, "stop it at the door": keywordNone,
		"when does it end": keywordNone, "stopped": keywordNone, strings.Repeat(" ", 60) + "stop": keywordStop, strings.Repeat(" ", 61) + "stop": keywordNone,
	} {
		if got := keywordOf(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for k, words := range keywords {
		for _, w := range words {
			if got := keywordOf(strings.ToLower(w)); got != k || len(w) > maxKeyword {
				t.Errorf("%q in small letters is %s, want %s", w, got, k)
			}
		}
	}
}

func counted(t *testing.T, reg *prometheus.Registry, name, label string) float64 {
	t.Helper()
	families, err := reg.Gather()
	must(t, err)
	for _, f := range families {
		for _, m := range f.Metric {
			if f.GetName() == name && len(m.Label) == 1 && m.Label[0].GetValue() == label {
				return m.GetCounter().GetValue()
			}
		}
	}
	return -1
}

// answer sends a message from the handset and waits until it was counted.
func (r *rig) answer(from, to, text string) {
	r.t.Helper()
	k := string(keywordOf(text))
	before := counted(r.t, r.reg, "tollgate_mobile_originated_total", k)
	must(r.t, r.sims["sim"].SendMO("test", from, to, text))
	r.until("the handset's message is here", func() bool {
		return counted(r.t, r.reg, "tollgate_mobile_originated_total", k) > before
	})
}

// optOut waits for what the store says of a tenant and number.
func (r *rig) optOut(t *Tenant, want bool) {
	r.t.Helper()
	r.until(fmt.Sprintf("opted out of %s: %v", t.ID, want), func() bool {
		ns, err := r.numberState(context.Background(), t, handset)
		must(r.t, err)
		return !ns.OptedOut.IsZero() == want
	})
}

func TestStopAndStart(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.tenant.Sender, r.tenant.PerNumber = "12345", Limit{}
	sent, err := r.text(handset, "Ihr Paket kommt")
	must(t, err)
	r.textEnded(sent.ID)
	r.answer(handset, "12345", "Stop!")
	r.optOut(r.tenant, true)
	_, err = r.text(handset, "Noch ein Paket")
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Code != CodeOptedOut || !strings.Contains(refusal.Detail, r.now().UTC().Format("2006")) {
		t.Fatalf("a text after STOP: %v", err)
	}
	r.await(r.accepted(handset, "login").ID, store.Delivered) // a code was asked for
	if _, err := r.text("+4915112345679", "Ein Paket"); err != nil {
		t.Errorf("a text to another number: %v", err)
	}
	r.crash()
	r.start()
	if _, err := r.text(handset, "Nach dem Neustart"); !isRefusal(err, CodeOptedOut) {
		t.Fatalf("a text after STOP and a crash: %v", err)
	}
	r.until("the bind stands again", func() bool { return r.carriers[0].Health().Up })
	r.answer(handset, "12345", "help")
	r.answer(handset, "12345", "start")
	r.optOut(r.tenant, false)
	if _, err := r.text(handset, "Wieder ein Paket"); err != nil {
		t.Errorf("a text after START: %v", err)
	}
	for change, want := range map[string]float64{"out": 0, "in": 1} { // since the restart
		if got := counted(t, r.reg, "tollgate_opt_outs_total", change); got != want {
			t.Errorf("%g opt-outs counted %s, want %g", got, change, want)
		}
	}
}

// TestWhomAStopConcerns: the tenants that have sent to the number from the address that
// was answered; when there is none, those that are configured with it.
func TestWhomAStopConcerns(t *testing.T) {
	r := newRig(t, rigOptions{})
	shop := r.tenant
	shop.Senders = []string{"12345", "+491234567", "Shop"}
	bank := &Tenant{ID: "bank", Sender: "12345", DefaultRegion: "DE"}
	idle := &Tenant{ID: "idle", Sender: "12345", DefaultRegion: "DE"}
	r.others = []*Tenant{bank, idle}
	r.until("the bind stands", func() bool { return r.carriers[0].Health().Up })
	send := func(tenant *Tenant, kind store.Kind, sender string) {
		t.Helper()
		_, err := r.Send(context.Background(), tenant, &SendRequest{Kind: kind, To: handset, Text: "x", Sender: sender})
		must(t, err)
	}
	stop := func(to, text string, want map[*Tenant]bool) {
		t.Helper()
		r.answer(handset, to, text)
		for tenant, out := range want {
			r.optOut(tenant, out)
		}
	}
	// Nobody has sent: all who are configured with it.
	stop("12345", "STOP", map[*Tenant]bool{shop: true, bank: true, idle: true})
	stop("12345", "START", map[*Tenant]bool{shop: false, bank: false, idle: false})
	// Two have sent from it, one by a code; the third has not.
	send(shop, store.KindText, "12345")
	send(bank, store.KindOTP, "")
	stop("12345", "STOP", map[*Tenant]bool{shop: true, bank: true})
	r.optOut(idle, false)
	stop("12345", "START", map[*Tenant]bool{shop: false, bank: false})
	// A long number, written with its plus here and without it by the carrier.
	send(shop, store.KindText, "+491234567")
	stop("+491234567", "STOP", map[*Tenant]bool{shop: true})
	r.optOut(bank, false)
	// An address of nobody.
	r.answer(handset, "99999", "STOP")
	r.optOut(bank, false)
}

// TestSendersAreRememberedOnce: only addresses that can be answered, each once, a few
// at most.
func TestSendersAreRememberedOnce(t *testing.T) {
	ns := &store.NumberState{}
	for _, v := range []struct {
		sender string
		stored bool
	}{{"Shop", false}, {"", false}, {"12345", true}, {"12345", false}, {"+4912345", true}, {"4912345", false}, {"1st", false}} {
		if got := sentFrom(ns, v.sender); got != v.stored {
			t.Errorf("%q: stored %v", v.sender, got)
		}
	}
	for i := range 20 {
		sentFrom(ns, fmt.Sprint(1000+i))
	}
	if len(ns.Senders) != maxSenders || ns.Senders[maxSenders-1] != "1019" {
		t.Errorf("remembered: %v", ns.Senders)
	}
}

func TestHandsetOf(t *testing.T) {
	for _, v := range []struct {
		m    carrier.MO
		want string
	}{
		{carrier.MO{Source: "4915112345678", Global: true}, handset},
		{carrier.MO{Source: "+4915112345678", Global: true}, handset},
		{carrier.MO{Source: "4915112345678"}, handset},
		{carrier.MO{Source: "004915112345678"}, handset},
		{carrier.MO{Source: "015112345678"}, ""}, // national: anybody's
		{carrier.MO{Source: "Bank"}, ""},
		{carrier.MO{Source: ""}, ""},
	} {
		if got, ok := handsetOf(&v.m); string(got) != v.want || ok != (v.want != "") {
			t.Errorf("%q: %q, %v", v.m.Source, got, ok)
		}
	}
}

// TestKeywordInSegments: a handset may send even a keyword in two segments, each
// acknowledged so that the next one comes.
func TestKeywordInSegments(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.tenant.Sender = "12345"
	parts, err := coding.Split(strings.Repeat("x", 200), coding.Options{Ref: 7})
	must(t, err)
	for i, half := range []string{"ST", "OP"} {
		parts[i].ShortMessage = append(parts[i].ShortMessage[:6], half...)
	}
	acks := make(chan pdu.Status, 2)
	for _, i := range []int{1, 0} {
		r.Dispatcher.MO(carrier.MO{Source: "4915112345678", Global: true, Dest: "12345", Part: parts[i]}, "sim", func(s pdu.Status) { acks <- s })
		if s := <-acks; s != pdu.ESME_ROK {
			t.Fatalf("segment %d is answered %v", i, s)
		}
	}
	r.optOut(r.tenant, true)
}

// TestKeywordIsDurableFirst: the carrier is acknowledged when the wish is on disk, and
// asked to deliver again when it cannot be.
func TestKeywordIsDurableFirst(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.tenant.Sender = "12345"
	mo := carrier.MO{Source: "4915112345678", Global: true, Dest: "12345", Part: coding.Part{ShortMessage: []byte("STOP")}}
	acks := make(chan pdu.Status, maxInbound+10)
	ack := func(s pdu.Status) { acks <- s }
	r.Dispatcher.MO(mo, "sim", ack)
	if s := <-acks; s != pdu.ESME_ROK {
		t.Fatalf("answered %v", s)
	}
	r.crash()
	r.start()
	r.optOut(r.tenant, true)

	s := r.Service.Store
	r.Service.Store = failingStore{s}
	r.Dispatcher.MO(carrier.MO{Source: mo.Source, Global: true, Dest: mo.Dest, Part: coding.Part{ShortMessage: []byte("START")}}, "sim", ack)
	if got := <-acks; got != carrier.NotNow {
		t.Errorf("a wish that cannot be kept is answered %v", got)
	}
	// Nobody works them off any more: the queue is bounded.
	block := make(chan struct{})
	r.Service.Store = blockingStore{s, block}
	for range maxInbound + 5 {
		r.Dispatcher.MO(mo, "sim", ack)
	}
	if got := <-acks; got != carrier.NotNow {
		t.Errorf("beyond the queue's bound: %v", got)
	}
	close(block)
	for range maxInbound + 4 {
		select {
		case <-acks:
		case <-time.After(20 * time.Second):
			t.Fatal("a wish was never answered")
		}
	}
	r.until("the queue is empty", func() bool { return len(r.Dispatcher.inbox) == 0 })
	r.Service.Store = s
}

type failingStore struct{ store.Store }

func (failingStore) Commit(context.Context, ...*store.Tx) error { return store.ErrFailed }

type blockingStore struct {
	store.Store
	block chan struct{}
}

func (s blockingStore) NumberState(ctx context.Context, tenant string, n subscriber.MSISDN) (*store.NumberState, error) {
	<-s.block
	return s.Store.NumberState(ctx, tenant, n)
}
