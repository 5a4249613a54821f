package gateway

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/prometheus/client_golang/prometheus"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/window"
	"tollgate/gateway/account"
	"tollgate/gateway/keys"
	"tollgate/gateway/route"
	"tollgate/gateway/store"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/hlr"
	"tollgate/hlr/static"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
	"tollgate/smpp/smsc"
)

// rig is a whole gateway in one process: the real store on a file system in
// memory, real binds on loopback to simulated SMSCs, a file for the network.
type rig struct {
	*Service
	t        *testing.T
	fs       *vfs.MemFS
	faulty   *faulty // what goes wrong with it; nil: nothing
	ring     *keys.Ring
	tenant   *Tenant
	others   []*Tenant // tenants beside it
	network  string    // the subscribers' file
	sims     map[string]*smsc.Server
	addrs    map[string]string
	carriers []*carrier.Carrier
	reg      *prometheus.Registry
	opts     rigOptions

	mu     sync.Mutex
	offset time.Duration
}

type rigOptions struct {
	sims     map[string]*smsc.Profile // by carrier name; nil: one perfect "sim"
	down     bool                     // the SMSCs do not listen yet
	network  string                   // content of the subscribers' file; "": no provider
	elements []*element               // asked behind the file
	asked    hlr.Provider             // and behind these; nil: none
	policy   string
	dispatch DispatchConfig
	dir      string                           // of the operating system, for the store; "": in memory
	store    func(store.Store) store.Store    // puts something over it; nil: nothing
	log      io.Writer                        // what the gateway logs, as text; nil: nothing
	record   io.Writer                        // what the SMSCs write down; nil: nothing
	carrier  func(name string) carrier.Config // what a carrier's profile says; nil: nothing
	prefixes map[string][]string              // what a carrier serves; nil: everything
}

func newRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	if o.sims == nil {
		o.sims = map[string]*smsc.Profile{"sim": {}}
	}
	if o.policy == "" {
		o.policy = "default"
	}
	ring, err := keys.New()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{
		t: t, fs: vfs.NewCrashableMem(), ring: ring, opts: o, sims: map[string]*smsc.Server{}, addrs: map[string]string{},
		tenant: &Tenant{ID: "shop", Brand: "Shop", Sender: "Shop", DefaultRegion: "DE"},
	}
	if o.network != "" {
		r.network = filepath.Join(t.TempDir(), "subscribers.yaml")
		r.setNetwork(o.network)
	}
	for name := range o.sims {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		r.addrs[name] = l.Addr().String()
		l.Close()
		if !o.down {
			r.up(name)
		}
	}
	r.start()
	t.Cleanup(func() { r.stop() })
	return r
}

// up makes an SMSC listen at its address.
func (r *rig) up(name string) {
	r.t.Helper()
	l, err := net.Listen("tcp", r.addrs[name])
	if err != nil {
		r.t.Fatal(err)
	}
	s := smsc.New(r.opts.sims[name], smsc.Options{InboxSize: 100_000, Record: r.opts.record})
	r.sims[name] = s
	go s.Serve(l)
	r.t.Cleanup(func() { s.Close() })
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Now().Add(r.offset)
}

// pass lets time go by for the gateway; its SMSCs live on real time.
func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	r.offset += d
	r.mu.Unlock()
}

// start puts a gateway on what the file system holds.
func (r *rig) start() {
	r.t.Helper()
	log := slog.New(slog.DiscardHandler)
	if r.opts.log != nil {
		log = slog.New(slog.NewTextHandler(r.opts.log, nil))
	}
	r.reg = prometheus.NewRegistry()
	dir, files := "db", vfs.FS(r.fs)
	if r.opts.dir != "" {
		dir, files = r.opts.dir, vfs.Default
	}
	cfg := pebblestore.Config{
		Dir: dir, FS: files, Sealer: r.ring, MinFree: -1, Log: log, Registerer: r.reg,
		Fatal: func(err error) { r.t.Errorf("the store failed: %v", err) },
	}
	if r.faulty != nil {
		cfg.FS, cfg.Fatal, cfg.MemTableSize = r.faulty.disk, r.faulty.fatal, 64<<10
	}
	opened, err := pebblestore.Open(cfg)
	must(r.t, err)
	st := store.Store(opened)
	if r.opts.store != nil {
		st = r.opts.store(st)
	}
	hc := hlr.Config{Budget: 500 * time.Millisecond}
	if r.network != "" {
		p, err := static.New(r.network, r.reg, log)
		must(r.t, err)
		hc.Providers = []hlr.ProviderConfig{{Provider: p}}
	}
	for _, e := range r.opts.elements {
		hc.Providers = append(hc.Providers, hlr.ProviderConfig{Provider: e})
	}
	if p := r.opts.asked; p != nil {
		hc.Providers = append(hc.Providers, hlr.ProviderConfig{Provider: p})
	}
	facts := hlr.New(hc, r.reg, r.now, log)
	metrics := NewMetrics(r.reg)
	fence := NewFence(FenceConfig{Budget: 500 * time.Millisecond}, facts, r.ring, metrics, r.now)
	d := NewDispatcher(r.opts.dispatch, st, fence, metrics, r.reg, log, r.now)
	disposable, err := numbering.LoadDisposable(strings.NewReader(""))
	must(r.t, err)
	notifier := account.NewNotifier(account.NotifierConfig{AllowPrivate: true, AllowHTTP: true}, r.reg, log)
	r.Service, err = NewService(Config{Policies: testPolicies(r.t), DefaultPolicy: r.opts.policy, LookupBudget: 500 * time.Millisecond}, Deps{
		Store: st, Keys: r.ring, Facts: facts, Velocity: window.New(window.Config{}), Tables: Tables{Disposable: disposable}, Dispatcher: d,
		Notifier: notifier, Metrics: metrics, Log: log, Now: r.now, Tenants: func(string) *Tenant { return r.tenant },
		EachTenant: func() []*Tenant { return append([]*Tenant{r.tenant}, r.others...) },
	})
	must(r.t, err)
	r.connect(d, log)
	must(r.t, d.Start())
	for _, c := range r.carriers {
		c.Start()
	}
}

func (r *rig) connect(d *Dispatcher, log *slog.Logger) {
	cm, err := carrier.NewMetrics(r.reg)
	must(r.t, err)
	r.carriers = nil
	var lanes []Lane
	for name := range r.opts.sims {
		cfg := carrier.Config{Window: 100}
		if r.opts.carrier != nil {
			cfg = r.opts.carrier(name)
		}
		cfg.Name, cfg.Addr, cfg.SystemID, cfg.Password = name, r.addrs[name], "test", "test"
		cfg.ReconnectMin, cfg.ReconnectMax = 10*time.Millisecond, 50*time.Millisecond
		cfg.ResponseTimeout, cfg.DeadAfter = time.Second, 200*time.Millisecond
		c, err := carrier.New(cfg, d, cm, log)
		must(r.t, err)
		r.carriers = append(r.carriers, c)
		lanes = append(lanes, Lane{Carrier: c, IDMode: cfg.IDMode, Route: route.Carrier{Name: name, Prefixes: r.opts.prefixes[name]}})
	}
	must(r.t, d.SetLanes(lanes, rand.Float64))
}

// stop ends the gateway as SIGTERM does.
func (r *rig) stop() {
	if r.Service == nil {
		return
	}
	for _, c := range r.carriers {
		c.Close()
	}
	r.Dispatcher.Stop()
	r.Notifier.Close(context.Background())
	if err := r.Store.Close(); err != nil && r.faulty == nil {
		r.t.Errorf("closing the store: %v", err)
	}
	r.Service = nil
}

// crash ends the gateway as SIGKILL and a power cut do: only what was synced
// is there for the next start. The binds are cut first: what the dying gateway
// would still acknowledge after the copy, a dead one never did.
func (r *rig) crash() {
	for _, s := range r.sims {
		s.Pause()
	}
	for _, c := range r.carriers {
		c.Close()
	}
	clone := r.fs.CrashClone(vfs.CrashCloneCfg{})
	for _, s := range r.sims {
		s.Resume()
	}
	r.stop()
	r.fs = clone
}

func (r *rig) setNetwork(text string) {
	r.t.Helper()
	must(r.t, os.WriteFile(r.network+".new", []byte(text), 0o600))
	must(r.t, os.Rename(r.network+".new", r.network))
}

// subscriber is one line of the subscribers' file.
func subscriberLine(number, imsi string) string {
	return fmt.Sprintf("subscribers:\n  \"%s\": {imsi: \"%s\", iccid: \"894902000000%s\", mccmnc: \"26201\"}\n", number, imsi, imsi[len(imsi)-7:])
}

// subscribers is a file of more than one: pairs of number and IMSI.
func subscribers(pairs ...string) string {
	text := ""
	for i := 0; i < len(pairs); i += 2 {
		line := subscriberLine(pairs[i], pairs[i+1])
		if i > 0 {
			line = strings.TrimPrefix(line, "subscribers:\n")
		}
		text += line
	}
	return text
}

func testPolicies(t testing.TB) map[string]*fraud.Policy {
	t.Helper()
	all := map[string]*fraud.Policy{}
	for _, name := range []string{"default", "strict", "observe"} {
		text, err := configs.FS.ReadFile("policies/" + name + ".yaml")
		must(t, err)
		p, err := fraud.LoadPolicy(name, text)
		must(t, err)
		all[name] = p
	}
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) send(to, purpose string) (*Accepted, error) {
	return r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindOTP, To: to, Purpose: purpose})
}

// accepted sends and insists.
func (r *rig) accepted(to, purpose string) *Accepted {
	r.t.Helper()
	a, err := r.send(to, purpose)
	must(r.t, err)
	return a
}

// refused sends and wants to be refused with a code.
func (r *rig) refused(to, purpose string, want Code) *Refusal {
	r.t.Helper()
	_, err := r.send(to, purpose)
	refusal, ok := err.(*Refusal)
	if !ok || refusal.Code != want {
		r.t.Fatalf("%s to %s: %v, want %s", purpose, to, err, want)
	}
	return refusal
}

func (r *rig) view(id store.ID) *View {
	r.t.Helper()
	v, err := r.View(context.Background(), r.tenant, id, store.KindOTP)
	must(r.t, err)
	return v
}

// await waits until a message has a status.
func (r *rig) await(id store.ID, want store.Status) *View {
	r.t.Helper()
	var v *View
	r.until(fmt.Sprintf("message is %v", want), func() bool {
		v = r.view(id)
		return v.Delivery.Status == want
	})
	return v
}

func (r *rig) until(what string, f func() bool) {
	r.t.Helper()
	for end := time.Now().Add(20 * time.Second); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// boundsAreFree waits until nothing is open, and nothing counts against a bound.
func (r *rig) boundsAreFree() {
	r.t.Helper()
	d := r.Dispatcher
	r.until("the bounds are free again", func() bool {
		return d.waiting.Load() == 0 && d.bytes.Load() == 0 && d.pagedOut() == 0 && d.flights.len() == 0 &&
			d.awaiting.n.Load() == 0 && d.recovery.resident.Load() == 0
	})
}

// tell has the carrier tell of a receipt; what it is answered comes out.
func (r *rig) tell(rc receipt.Receipt) <-chan pdu.Status {
	acked := make(chan pdu.Status, 1)
	r.Dispatcher.Receipt(rc, "sim", func(s pdu.Status) { acked <- s })
	return acked
}

// ended waits for the terminal state of a message.
func (r *rig) ended(id store.ID) *View {
	r.t.Helper()
	var v *View
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if v = r.view(id); v.Delivery.Status.Terminal() {
			return v
		}
		if time.Now().After(end) {
			r.t.Fatalf("without an end: %+v, SMSCs %+v", v.Delivery, r.stats())
		}
	}
}

func (r *rig) stats() (all []smsc.Stats) {
	for _, s := range r.sims {
		all = append(all, s.Stats())
	}
	return all
}

// code reads the code that a handset shows.
func (r *rig) code(sim, to string) string {
	r.t.Helper()
	var code string
	r.until("a text on the handset", func() bool {
		for _, m := range r.sims[sim].Inbox() {
			if m.To == to {
				code = sixDigits(m.Text)
			}
		}
		return code != ""
	})
	return code
}

func sixDigits(text string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) == 6 {
			return word
		}
	}
	return ""
}

func (r *rig) check(id store.ID, code string) (*CheckResult, error) {
	return r.Check(context.Background(), r.tenant, &CheckRequest{ID: id, Code: code})
}

// wrongCode is six digits that are not code.
func wrongCode(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}
