package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/prometheus/client_golang/prometheus"

	"tollgate/fraud"
	"tollgate/fraud/replay"
	"tollgate/fraud/window"
	"tollgate/gateway/keys"
	"tollgate/gateway/offline"
	"tollgate/gateway/store"
	pebblestore "tollgate/gateway/store/pebble"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// livedAndReplayed is one history told twice: to a gateway with its store, keys
// and lookups, and as events to a replay.
type livedAndReplayed struct {
	*Service
	t       *testing.T
	rng     *rand.Rand
	now     time.Time
	tenants []*Tenant
	network map[subscriber.MSISDN]hlr.Subscriber // what a lookup tells now
	sent    []livedSend                          // what may still be approved
	states  map[string]*store.NumberState
	policy  *fraud.Policy
	lines   []string
	facts   []fraud.Facts
}

type livedSend struct {
	message    store.ID
	id, tenant string
	to         subscriber.MSISDN
	imsi       subscriber.Hash
	device     subscriber.Hash
}

func (l *livedAndReplayed) Name() string { return "network" }
func (l *livedAndReplayed) Local() bool  { return true }
func (l *livedAndReplayed) Fields() hlr.Field {
	return hlr.FieldAll &^ (hlr.FieldSIMChange | hlr.FieldDeviceChange)
}
func (l *livedAndReplayed) Lookup(_ context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	s, ok := l.network[n]
	if !ok {
		return s, hlr.ErrNotCovered
	}
	return s, nil
}

func newLivedAndReplayed(t *testing.T, seed uint64) *livedAndReplayed {
	ring, err := keys.New()
	must(t, err)
	reg, log := prometheus.NewRegistry(), slog.New(slog.DiscardHandler)
	st, err := pebblestore.Open(pebblestore.Config{
		Dir: "db", FS: vfs.NewMem(), Sealer: ring, MinFree: -1, Log: log, Registerer: reg, Fatal: func(err error) { t.Error(err) },
	})
	must(t, err)
	t.Cleanup(func() { st.Close() })
	l := &livedAndReplayed{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC),
		policy: testPolicies(t)["observe"], tenants: []*Tenant{{ID: "shop"}, {ID: "bank"}}, network: map[subscriber.MSISDN]hlr.Subscriber{}, states: map[string]*store.NumberState{},
	}
	clock := func() time.Time { return l.now }
	l.Service = &Service{
		cfg: Config{LookupBudget: 10 * time.Second, IdentityMaxAge: 5 * time.Second},
		Deps: Deps{
			Store: st, Keys: ring, Now: clock, Velocity: window.New(window.Config{Seed: 1}),
			Facts: hlr.New(hlr.Config{Providers: []hlr.ProviderConfig{{Provider: l, Timeout: 10 * time.Second}}}, reg, clock, log),
		},
	}
	return l
}

func (l *livedAndReplayed) line(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(`{"at":%q,`+format+`}`, append([]any{l.now.Format(time.RFC3339Nano)}, args...)...))
}

func pick[T any](l *livedAndReplayed, of ...T) T { return of[l.rng.IntN(len(of))] }

// digits is one of few identifiers, so that some come back.
func (l *livedAndReplayed) digits(prefix string, width int) string {
	return fmt.Sprintf("%s%0*d0", prefix, width-len(prefix)-1, l.rng.IntN(3)) // the last digit may be a check digit
}

// change gives a number another record.
func (l *livedAndReplayed) change(n subscriber.MSISDN) {
	var s hlr.Subscriber
	fields := []string{}
	tell := func(chance float64, name string, value any, set func()) {
		if l.rng.Float64() < chance {
			text, err := json.Marshal(value)
			must(l.t, err)
			fields = append(fields, fmt.Sprintf("%q:%s", name, text))
			set()
		}
	}
	absent := l.rng.IntN(6) == 0
	imsi, iccid, imei := l.digits("26201", 15), l.digits("8949", 19), l.digits("35", 15)
	if !absent {
		tell(0.8, "imsi", imsi, func() { s.IMSI = imsi })
		tell(0.5, "iccid", iccid, func() { s.ICCID = iccid })
	}
	tell(0.5, "imei", imei, func() { s.IMEI = imei })
	lac, cid := uint32(1+l.rng.IntN(3)), uint32(l.rng.IntN(3))
	tell(0.5, "lac", lac, func() {
		s.LAC = lac
		tell(1, "cid", cid, func() { s.CID = cid })
	})
	vlr, plmn, line := pick(l, "4917100001", "4917100002", "447000001", "MSC-1"), pick[subscriber.PLMN](l, "26201", "26202", "23410"), pick(l, "mobile", "voip", "fixed")
	tell(0.5, "vlr", vlr, func() { s.VLR = vlr })
	tell(0.7, "mccmnc", plmn, func() { s.PLMN = plmn })
	tell(0.3, "line_type", line, func() { s.LineType = line })
	roaming, reachable, forwarded := pick(l, true, false), pick(l, true, false), pick(l, true, false)
	tell(0.4, "roaming", roaming, func() { s.Roaming = &roaming })
	tell(0.4, "reachable", reachable, func() { s.Reachable = &reachable })
	tell(0.4, "call_forwarding", forwarded, func() { s.CallForwarding = &forwarded })
	ported, recycled := l.now.Add(-time.Duration(l.rng.IntN(100))*time.Hour), l.now.Add(-time.Duration(l.rng.IntN(100))*time.Hour)
	tell(0.3, "ported_at", ported, func() { s.PortedAt = ported })
	tell(0.3, "recycled_at", recycled, func() { s.RecycledAt = recycled })
	if absent {
		tell(1, "absent", true, func() { s.Absent = true })
	}
	l.network[n] = s
	l.line(`"event":"identity","to":%q%s`, n, strings.Join(append([]string{""}, fields...), ","))
}

// send gathers the facts as a live send does, and keeps what it would.
func (l *livedAndReplayed) send(n subscriber.MSISDN) {
	t := pick(l, l.tenants...)
	r := &SendRequest{Kind: store.KindOTP, To: string(n), Purpose: pick(l, "login", "withdrawal")}
	more := ""
	if l.rng.IntN(2) == 0 {
		r.Context.DeviceID = pick(l, "d1", "d2")
		more = fmt.Sprintf(`"device_id":%q`, r.Context.DeviceID)
	}
	if l.rng.IntN(3) == 0 {
		r.Context.Device = &subscriber.Identity{IMSI: l.digits("26201", 15), IMEI: l.digits("35", 15), LAC: 7}
		claim := fmt.Sprintf(`"device":{"imsi":%q,"imei":%q,"lac":7}`, r.Context.Device.IMSI, r.Context.Device.IMEI)
		more = strings.Trim(more+","+claim, ",")
	}
	number, err := parseNumber(r.To, t)
	must(l.t, err)
	q := &sending{anew: anew{t: t, r: r, policy: l.policy, began: l.now}, number: number}
	q.draft.id = store.NewID(l.now, n, [9]byte{8: byte(len(l.facts) + 1), 7: byte((len(l.facts) + 1) >> 8)})
	ns := l.state(t, n)
	g, err := l.gather(context.Background(), q, ns)
	must(l.t, err)
	l.count(q, ns, g)
	must(l.t, l.Store.Commit(context.Background(), &store.Tx{Identities: g.observed}))
	l.awaitOutcome(q, &fraud.Decision{})
	l.facts = append(l.facts, g.facts)
	s := livedSend{message: q.draft.id, id: fmt.Sprint("s", len(l.facts)), tenant: t.ID, to: n, imsi: hlr.Fingerprint(g.answer, l.Keys).IMSI}
	if d := r.Context.DeviceID; d != "" {
		s.device = l.Keys.Hash("device", t.ID+"/"+d)
	}
	l.sent = append(l.sent, s)
	l.line(`"event":"send","id":%q,"to":%q,"tenant":%q,"purpose":%q,"context":{%s}`, s.id, n, t.ID, r.Purpose, more)
}

func (l *livedAndReplayed) state(t *Tenant, n subscriber.MSISDN) *store.NumberState {
	k := t.ID + string(n)
	if l.states[k] == nil {
		l.states[k] = &store.NumberState{Tenant: t.ID, To: n, FirstSeen: l.now}
	}
	return l.states[k]
}

// approve types the code of an earlier send in.
func (l *livedAndReplayed) approve() {
	if len(l.sent) == 0 {
		return
	}
	i := l.rng.IntN(len(l.sent))
	s := l.sent[i]
	l.sent = append(l.sent[:i], l.sent[i+1:]...)
	ns := l.states[s.tenant+string(s.to)]
	ns.Verified++
	ns.VerifiedAt, ns.VerifiedIMSI, ns.VerifiedDevice = l.now, s.imsi, s.device
	l.checked(&Tenant{ID: s.tenant}, &CheckRequest{ID: s.message}, store.ChallengeApproved, l.now)
	l.line(`"event":"check","id":%q,"result":"approved"`, s.id)
}

// replayed feeds the same history to a replay whose policy allows all.
func (l *livedAndReplayed) replayed() (all []fraud.Facts) {
	policy, err := fraud.LoadPolicy("allow", []byte("bands: {step_up: 300, review: 600, block: 800}\nsignals: {TOR: {points: 1}}\n"))
	must(l.t, err)
	engine := replay.NewEngine(replay.Config{
		Policy: replay.Same(policy), Number: l.Tables.Number,
		Client:      func(_ netip.Addr, asn uint32) fraud.Client { return fraud.Client{ASN: asn} },
		Windows:     window.New(window.Config{Seed: 1}),
		Subscribers: offline.New(1<<16, nil, nil),
		AwaitFor:    10 * 365 * 24 * time.Hour, // l.approve takes any send
	})
	in, err := replay.Stream(context.Background(), replay.NewReader(strings.NewReader(strings.Join(l.lines, "\n"))), func(e *replay.Event) error {
		if d := engine.Feed(e); d != nil {
			all = append(all, *d.Facts)
		}
		return nil
	})
	must(l.t, err)
	if len(in.Faults) > 0 || in.IgnoredFields > 0 {
		l.t.Fatalf("the events are at fault: %+v", in)
	}
	return all
}

// A replay decides by the facts that the live gateway had, whatever the network
// told, left out, changed and took back. One thing differs: a SIM that was told
// before and is left out is Unknown live, and in a traffic file not asked.
func TestReplayedFactsAreTheLiveOnes(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			l := newLivedAndReplayed(t, seed)
			numbers := []subscriber.MSISDN{"+4915112345678", "+4915112345679", "+447400123456"}
			for range 400 {
				l.now = l.now.Add(pick(l, 0, 300*time.Millisecond, 20*time.Second, 50*time.Second, time.Minute, 20*time.Minute, 5*time.Hour, 9*24*time.Hour))
				switch n := pick(l, numbers...); l.rng.IntN(6) {
				case 0:
					l.change(n)
				case 1:
					l.approve()
				default:
					l.send(n)
				}
			}
			got := l.replayed()
			if len(got) != len(l.facts) || len(got) < 200 {
				t.Fatalf("%d sends replayed, %d lived", len(got), len(l.facts))
			}
			changed, withheld := 0, 0
			for i, want := range l.facts {
				if want.Lookup.Identity == fraud.Unknown { // told before and withheld; nothing fails here
					want.Lookup.Identity = fraud.NotAsked
					withheld++
				}
				a, err := json.Marshal(got[i])
				must(t, err)
				b, err := json.Marshal(want)
				must(t, err)
				if string(a) != string(b) {
					t.Fatalf("send %d:\nreplayed %s\nlived    %s", i+1, a, b)
				}
				if want.SIM.IMSI.Changed && want.Device.TenantIMEI.Changed {
					changed++
				}
			}
			if changed == 0 || withheld == 0 {
				t.Error("nothing changed in this history: it shows little")
			}
		})
	}
}
