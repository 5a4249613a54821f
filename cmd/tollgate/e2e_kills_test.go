package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/config"
	"tollgate/smpp/smsc"
)

var (
	kills    = flag.Int("kills", 8, "how often TestKills kills the gateway")
	killSeed = flag.Uint64("kill-seed", 0, "seed of TestKills; 0 takes one from the clock")
)

const (
	bulkKey        = "e2e-key-of-load"
	slowWindow     = 20
	throttleWindow = 30
	slowest        = 120 * time.Millisecond // response of the slow carrier
)

// killing is one run of TestKills: one data directory, two carriers that stay,
// and a gateway that does not.
type killing struct {
	t        *testing.T
	random   *rand.Rand
	file     string
	network  string
	carriers []*carrierSide
	ledger   ledger
	begun    []time.Time // of each life
	killed   []time.Time
	disk     *diskProbe
}

// TestKills kills the gateway at random moments under load, over and over on
// one data directory: `go test ./cmd/tollgate -run TestKills -kills 500`. The
// load sends under idempotency keys, checks right and wrong codes, locks and
// freezes. What was answered must hold after every kill; at the end every
// message that was accepted has a terminal state and was at a carrier, and
// nothing was sent twice but what a window, or the last 20 ms, held.
func TestKills(t *testing.T) {
	k := newKilling(t)
	for n := range *kills {
		began := time.Now()
		p := k.start()
		k.ledger.verify(p, k.random)
		busy := k.busy(p, n)
		time.Sleep(time.Duration(50+k.random.IntN(400)) * time.Millisecond)
		p.kill()
		k.killed = append(k.killed, time.Now())
		k.disk.kill()
		busy.Wait()
		if n%50 == 49 || n == *kills-1 {
			t.Logf("kill %d, this round took %v: %v", n+1, time.Since(began).Round(time.Millisecond), &k.ledger)
		}
		if t.Failed() {
			break
		}
	}
	p := k.start()
	k.ledger.verify(p, k.random)
	accepted := k.ledger.accepted()
	delivered := p.allEnd(accepted)
	t.Logf("%d kills, %d accepted, %d delivered, the others ended with a reason", len(k.killed), len(accepted), delivered)
	k.wantSeen(accepted, delivered)
	k.wantRepeats(accepted)
}

func newKilling(t *testing.T) *killing {
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-kill-seed %d", seed)
	dir := t.TempDir()
	k := &killing{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), network: filepath.Join(dir, "subscribers.yaml"), file: filepath.Join(dir, "tollgate.yaml"),
		ledger: newLedger(t), disk: newDiskProbe(t, dir),
	}
	k.carriers = []*carrierSide{
		newCarrier(t, &smsc.Profile{
			ResponseDelay: smsc.Distribution{Kind: "uniform", Min: 20 * time.Millisecond, Max: slowest}, ReceiptDelay: smsc.Distribution{Value: 30 * time.Millisecond},
		}),
		newCarrier(t, &smsc.Profile{ThrottleTPS: 150, ThrottleBurst: 15, ReceiptDelay: smsc.Distribution{Value: 20 * time.Millisecond}}),
	}
	must(t, os.WriteFile(k.network, []byte("subscribers:\n"+subscriberOf(0, 0)), 0o600))
	must(t, os.WriteFile(k.file, fmt.Appendf(nil, `api: {listen: "127.0.0.1:0"}
ops: {listen: "127.0.0.1:0"}
store: {url: "pebble:%s"}
hlr: {providers: [{url: "static:%s"}]}
tenants:
  - {id: acme, keys: [%q], cooldown: 0s}
  - {id: load, keys: [%q], policy: observe}
carriers:
  - {name: slow, addr: %q, system_id: e2e, window: %d}
  - {name: throttling, addr: %q, system_id: e2e, window: %d}
`, filepath.Join(dir, "data"), k.network, config.HashKey(serveKey), config.HashKey(bulkKey),
		k.carriers[0].addr, slowWindow, k.carriers[1].addr, throttleWindow), 0o600))
	return k
}

func (k *killing) start() *process {
	k.begun = append(k.begun, time.Now())
	p := start(k.t, "serve", "-c", k.file)
	p.key = bulkKey
	return p
}

// busy loads the gateway until it is gone.
func (k *killing) busy(p *process, round int) *sync.WaitGroup {
	wg := &sync.WaitGroup{}
	for range 8 {
		rng := rand.New(rand.NewPCG(k.random.Uint64(), 0))
		wg.Go(func() {
			for k.oneSend(p, rng) {
				time.Sleep(time.Duration(rng.IntN(30)) * time.Millisecond)
			}
		})
	}
	if round%2 == 0 {
		wg.Go(func() { k.lock(p, round) })
	} else {
		wg.Go(func() { k.freeze(p, round) })
	}
	return wg
}

var purposes = [...]string{"login", "signup", "bind", "withdrawal", "recovery", "number_change"}

// oneSend sends a code to a new number, and then sometimes enters a right or a
// wrong one for an earlier message; false when the gateway is gone.
func (k *killing) oneSend(p *process, rng *rand.Rand) bool {
	s := k.ledger.next(purposes[rng.IntN(len(purposes))])
	a, err := p.do(s.request())
	k.ledger.answered(s, a, err)
	if err != nil {
		return false
	}
	if s = k.ledger.any(rng); s == nil || rng.IntN(2) == 0 {
		return true
	}
	code := k.codeOf(s.to)
	if code == "" {
		return true // on its way
	}
	if rng.IntN(3) == 0 {
		return k.ledger.guess(p, s, wrong(code)) == nil
	}
	return k.ledger.enter(p, s, code) == nil
}

// sightings of a number at all carriers.
func (k *killing) sightings(to string) (all []sighting) {
	for _, c := range k.carriers {
		all = append(all, c.sightings(to)...)
	}
	return all
}

func (k *killing) codeOf(to string) string {
	if seen := k.sightings(to); len(seen) > 0 {
		return digits(seen[0].text)
	}
	return ""
}

// lock enters wrong codes at a number of its own until the number is locked.
func (k *killing) lock(p *process, round int) {
	to := fmt.Sprintf("+491517%07d", round)
	a, err := p.do(request{method: "POST", path: otpPath, body: object{"to": to}, key: serveKey})
	if err != nil || a.status != 202 {
		return
	}
	id, code := a.ID, ""
	for end := time.Now().Add(time.Second); code == ""; code = k.codeOf(to) {
		if time.Sleep(5 * time.Millisecond); time.Now().After(end) {
			return
		}
	}
	for range 7 {
		a, err := p.do(request{method: "POST", path: "/v1/otp/check", body: object{"id": id, "code": wrong(code)}, key: serveKey})
		if err != nil {
			return
		}
		if a.status == 423 {
			k.ledger.hold(to, "locked", a)
			return
		}
	}
}

// subscriberOf is a line of the subscribers' file.
func subscriberOf(round, sim int) string {
	return fmt.Sprintf("  \"%s\": {imsi: \"26201%010d\", mccmnc: \"26201\"}\n", swappedNumber(round), round*10+sim)
}

func swappedNumber(round int) string { return fmt.Sprintf("+491518%07d", round) }

// freeze swaps the SIM of a number between two sends.
func (k *killing) freeze(p *process, round int) {
	for sim := range 2 {
		if err := os.WriteFile(k.network+".new", []byte("subscribers:\n"+subscriberOf(round, sim)), 0o600); err != nil {
			k.t.Error(err)
		}
		if err := os.Rename(k.network+".new", k.network); err != nil {
			k.t.Error(err)
		}
		a, err := p.do(request{method: "POST", path: otpPath, body: object{"to": swappedNumber(round), "purpose": "withdrawal"}, key: serveKey})
		if err != nil {
			return
		}
		if a.status == 423 {
			k.ledger.hold(swappedNumber(round), "frozen", a)
		}
	}
}
