package gateway

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"tollgate/configs"
	"tollgate/gateway/store"
	"tollgate/smpp/carrier"
	"tollgate/smpp/pdu"
	"tollgate/smpp/smsc"
)

// recording keeps what an SMSC wrote down.
type recording struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *recording) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

// submits decodes the submit_sm that came in.
func (r *recording) submits(t *testing.T) (all []*pdu.SubmitSM) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for text := range bytes.Lines(r.b.Bytes()) {
		var line struct{ Dir, PDU, Hex string }
		must(t, json.Unmarshal(text, &line))
		if line.Dir != "in" || line.PDU != pdu.SubmitSMID.String() {
			continue
		}
		wire, err := hex.DecodeString(line.Hex)
		must(t, err)
		_, p, err := pdu.Decode(wire)
		must(t, err)
		all = append(all, p.(*pdu.SubmitSM))
	}
	return all
}

// profile reads a shipped profile and lays quirks over it.
func profile(t *testing.T, name, quirks string) *carrier.Profile {
	t.Helper()
	text, err := configs.FS.ReadFile("carriers/" + name + ".yaml")
	must(t, err)
	p, err := carrier.ParseProfile(text, name)
	must(t, err)
	if quirks != "" {
		var n yaml.Node
		must(t, yaml.Unmarshal([]byte(quirks), &n))
		must(t, p.Overlay(n.Content[0], "quirks"))
	}
	return p
}

// play is one profile against an SMSC with the quirks that it describes.
type play struct {
	profile string
	quirks  string // beside it
	sim     smsc.Profile
	sends   []string // texts, all to one handset
	sender  string
	wrong   string // another profile, with which the same must go wrong: the SMSC does have the quirk
	good    func(p played) error
}

// played is what came of a play.
type played struct {
	views   []*View
	submits []*pdu.SubmitSM
	inbox   []string
	stats   smsc.Stats
}

// delivered wants every text on the handset as it was written, and known as
// delivered here.
func (p played) delivered(texts []string) error {
	for i, v := range p.views {
		if s := v.Delivery.Status; s != store.Delivered {
			return fmt.Errorf("text %d is %v: %s", i, s, v.Delivery.Reason)
		}
	}
	seen := map[string]int{}
	for _, text := range p.inbox {
		seen[text]++
	}
	for _, text := range texts {
		if seen[text]--; seen[text] < 0 {
			return fmt.Errorf("the handset shows %q, not %q", p.inbox, text)
		}
	}
	return nil
}

var long = strings.Repeat("Ihr Termin ist am Montag um 9 Uhr. ", 8)

func numbered(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf("Text %d", i+1))
	}
	return texts
}

func each(p played, f func(*pdu.SubmitSM) string) error {
	for i, sm := range p.submits {
		if wrong := f(sm); wrong != "" {
			return fmt.Errorf("submit_sm %d: %s", i, wrong)
		}
	}
	return nil
}

func noRefusals(p played) error {
	if p.stats.Refused > 0 {
		return fmt.Errorf("%d of %d refused", p.stats.Refused, p.stats.Submits)
	}
	return nil
}

func attempts(n int) func(played) error {
	return func(p played) error {
		if d := p.views[0].Delivery; d.Status != store.Rejected || d.Attempts != n {
			return fmt.Errorf("%v after %d attempts, want rejected after %d", d.Status, d.Attempts, n)
		}
		return nil
	}
}

func hasTag(sm *pdu.SubmitSM, tag pdu.Tag) bool {
	_, ok := sm.TLVs.Get(tag)
	return ok
}

var plays = []play{
	{profile: "generic", sends: []string{"Hallo", long}},
	{profile: "osmo-msc", sim: smsc.Profile{MessageID: smsc.IDConstant}, sends: []string{"eins", "zwei", long}, wrong: "generic"},
	{profile: "hex-ids", sim: smsc.Profile{MessageID: smsc.IDHex64, ReceiptID: smsc.IDDecimal}, sends: []string{"Hallo", long}, wrong: "dec-hex-ids"},
	{profile: "dec-hex-ids", sim: smsc.Profile{ReceiptID: smsc.IDHexUpper}, sends: []string{"Hallo", long}, wrong: "hex-ids"},
	{profile: "latin1", sim: smsc.Profile{Alphabet: "latin1"}, sends: []string{"Grüße @ £5 für Ære"}, wrong: "generic"},
	{profile: "packed", sim: smsc.Profile{Alphabet: "gsm7-packed"}, sends: []string{"Grüße @ £5 für Ære"}, wrong: "generic"},
	{
		profile: "window-1", sim: smsc.Profile{MaxWindow: 1, ResponseDelay: smsc.Distribution{Value: 10 * time.Millisecond}},
		sends: append(numbered(12), long), good: noRefusals, wrong: "generic",
	},
	{
		profile: "throttled-contract", sim: smsc.Profile{ThrottleTPS: 30, ThrottleBurst: 10, MaxWindow: 10, ResponseDelay: smsc.Distribution{Value: 5 * time.Millisecond}},
		sends: numbered(30), good: noRefusals, wrong: "generic",
	},
	{
		profile: "india-dlt", quirks: "parameters: [{tag: 0x1400, text: \"1101\"}, {tag: 0x1401, text: \"7707\"}]",
		sim: smsc.Profile{ReceiptZone: 5*time.Hour + 30*time.Minute}, sends: []string{"Your code", long}, wrong: "generic",
		good: func(p played) error {
			return each(p, func(sm *pdu.SubmitSM) string {
				entity, _ := sm.TLVs.Get(0x1400)
				template, _ := sm.TLVs.Get(0x1401)
				if string(entity) != "1101" || string(template) != "7707" {
					return fmt.Sprintf("entity %q, template %q", entity, template)
				}
				return ""
			})
		},
	},
	{profile: "no-validity", sim: smsc.Profile{RefuseValidity: true}, sends: []string{"Hallo"}, wrong: "generic"},
	{
		profile: "absolute-validity", sends: []string{"Hallo"}, wrong: "generic",
		good: func(p played) error {
			return each(p, func(sm *pdu.SubmitSM) string {
				if !strings.HasSuffix(sm.ValidityPeriod, "+") {
					return "validity_period " + sm.ValidityPeriod
				}
				return ""
			})
		},
	},
	{
		profile: "sar", sends: []string{long}, wrong: "generic",
		good: func(p played) error {
			return each(p, func(sm *pdu.SubmitSM) string {
				if sm.ESMClass&pdu.ESMClassUDHI != 0 || !hasTag(sm, pdu.TagSarMsgRefNum) {
					return "no SAR parameters"
				}
				return ""
			})
		},
	},
	{
		profile: "payload", sends: []string{long}, wrong: "generic",
		good: func(p played) error {
			return each(p, func(sm *pdu.SubmitSM) string {
				if !hasTag(sm, pdu.TagMessagePayload) || len(p.submits) != 1 {
					return "no message_payload"
				}
				return ""
			})
		},
	},
	{
		profile: "old-3.4", sends: []string{long}, sender: "12345", wrong: "generic",
		good: func(p played) error {
			return each(p, func(sm *pdu.SubmitSM) string {
				if len(sm.TLVs) > 0 || sm.Source.TON != 0 || sm.Source.NPI != 1 {
					return fmt.Sprintf("parameters %v, source %+v", sm.TLVs, sm.Source)
				}
				return ""
			})
		},
	},
	{profile: "vendor-codes", sim: refusing(0x400), sends: []string{"x"}, good: attempts(3), wrong: "generic"},
	{
		profile: "turkish", sends: []string{"Doğrulama kodunuz için lütfen aşağıdaki bağlantıya tıklayın ve işlemi İstanbul şubesinde tamamlayın."}, wrong: "generic",
		good: func(p played) error {
			if len(p.submits) != 1 {
				return fmt.Errorf("%d segments", len(p.submits))
			}
			return nil
		},
	},
}

// refusing is an SMSC that answers everything with one status.
func refusing(status pdu.Status) smsc.Profile {
	return smsc.Profile{Statuses: []smsc.StatusRate{{Status: smsc.Status(status), Share: 1}}}
}

// TestProfilesAreAllPlayed: a profile without a play is a claim without a proof.
func TestProfilesAreAllPlayed(t *testing.T) {
	files, err := fs.Glob(configs.FS, "carriers/*.yaml")
	must(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".yaml")
		found := false
		for i := range plays {
			found = found || plays[i].profile == name
		}
		if !found {
			t.Errorf("%s is never played on the simulator", name)
		}
	}
}

// TestProfiles plays each shipped profile against an SMSC with its quirk, the whole
// way from accepted to delivered; with another profile the same goes wrong.
func TestProfiles(t *testing.T) {
	for i := range plays {
		p := &plays[i]
		t.Run(p.profile, func(t *testing.T) {
			t.Parallel()
			if err := p.run(t, p.profile, p.quirks, 20*time.Second); err != nil {
				t.Error(err)
			}
		})
		if p.wrong == "" {
			continue
		}
		t.Run(p.profile+" as "+p.wrong, func(t *testing.T) {
			t.Parallel()
			if err := p.run(t, p.wrong, "", time.Second); err == nil {
				t.Error("all went well without the profile: the SMSC has no such quirk")
			}
		})
	}
}

// run sends everything and says what went wrong within some time.
func (p *play) run(t *testing.T, name, quirks string, within time.Duration) error {
	rec := &recording{}
	cfg := profile(t, name, quirks).Config()
	sim := p.sim
	r := newRig(t, rigOptions{
		sims: map[string]*smsc.Profile{"sim": &sim}, policy: "observe", record: rec, carrier: func(string) carrier.Config { return cfg },
		dispatch: DispatchConfig{ReceiptWait: 300 * time.Millisecond, OrphanWait: 200 * time.Millisecond},
	})
	r.tenant.Sender = "Shop"
	if p.sender != "" {
		r.tenant.Sender = p.sender
	}
	r.until("the bind stands", func() bool { return r.carriers[0].Health().Up })
	var ids []store.ID
	for _, text := range p.sends {
		a, err := r.Send(context.Background(), r.tenant, &SendRequest{Kind: store.KindText, To: handset, Text: text, TTL: 30 * time.Second})
		must(t, err)
		ids = append(ids, a.ID)
	}
	r.settle(ids, within)
	out := played{submits: rec.submits(t), stats: r.sims["sim"].Stats()}
	for _, id := range ids {
		v, err := r.View(context.Background(), r.tenant, id, store.KindText)
		must(t, err)
		out.views = append(out.views, v)
	}
	for _, m := range r.sims["sim"].Inbox() {
		out.inbox = append(out.inbox, m.Text)
	}
	if p.good != nil {
		if err := p.good(out); err != nil {
			return err
		}
	}
	if len(p.sim.Statuses) > 0 {
		return nil
	}
	return out.delivered(p.sends)
}

// settle waits until every message has ended, or waits for a receipt that does not
// come; then its time is over.
func (r *rig) settle(ids []store.ID, within time.Duration) {
	r.t.Helper()
	open := func() (n int) {
		for _, id := range ids {
			v, err := r.View(context.Background(), r.tenant, id, store.KindText)
			must(r.t, err)
			if !v.Delivery.Status.Terminal() {
				n++
			}
		}
		return n
	}
	for end := time.Now().Add(within); open() > 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	if open() > 0 {
		r.pass(time.Minute)
	}
	r.until("every message has ended", func() bool { return open() == 0 })
}
