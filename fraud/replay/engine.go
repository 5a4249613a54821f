package replay

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/cespare/xxhash/v2"

	"tollgate/fraud"
	"tollgate/fraud/numbering"
	"tollgate/fraud/ranges"
	"tollgate/fraud/window"
	"tollgate/hlr/subscriber"
)

// Config is what an Engine decides by.
type Config struct {
	// Policy is the policy of a tenant.
	Policy func(tenant string) *fraud.Policy
	// Region reads a tenant's numbers without country code; nil: there is none.
	Region func(tenant string) string
	// Number is what digits and lists tell of a number.
	Number func(*numbering.Number) fraud.Number
	// Client is what the tables tell of a client's address and system.
	Client      func(ip netip.Addr, asn uint32) fraud.Client
	Windows     Windows
	Subscribers Subscribers
	// Silent leaves the evidence out of the decisions' reasons, for who only
	// counts them.
	Silent bool
	// Awaiting is how many sends' outcomes are awaited; beyond, those of the
	// oldest are not told any more. Default 1 048 576, some 120 octets each.
	Awaiting int
	// AwaitFor is how long each is awaited, by the events' clock. Default 30
	// days: codes last for half an hour, an SMSC gives up within days, and
	// whoever joins outcomes to a file later does so within a month.
	AwaitFor time.Duration
}

// Decided is one send with its decision. It is good until the next event.
type Decided struct {
	Event    *Event
	To       subscriber.MSISDN // "" for an invalid number
	Region   string
	Facts    *fraud.Facts
	Policy   *fraud.Policy
	Decision fraud.Decision
	Invalid  error // why the number is none
}

// Engine decides the sends of one policy. Use is by one goroutine.
type Engine struct {
	cfg      Config
	awaiting *awaiting
	blocks   *ranges.Blocks
	words    words
	Counts   Counts

	// The send or outcome at hand. They are kept here, for what goes through
	// an interface would else be allocated anew each time.
	facts   fraud.Facts
	send    window.Send
	subject Subject
	seen    Seen
	checked window.Check
	receipt window.Receipt
	last    Decided
	reasons []fraud.Reason
}

// NewEngine makes an engine with a cold start.
func NewEngine(cfg Config) *Engine {
	if cfg.Awaiting <= 0 {
		cfg.Awaiting = 1 << 20
	}
	if cfg.AwaitFor <= 0 {
		cfg.AwaitFor = 30 * 24 * time.Hour
	}
	return &Engine{cfg: cfg, awaiting: newAwaiting(cfg.Awaiting, cfg.AwaitFor), blocks: ranges.New(0), words: words{}, reasons: make([]fraud.Reason, 0, 32)}
}

// Feed takes the next event. For a send it returns the decision, else nil.
// e.At must not be before that of an earlier event.
func (g *Engine) Feed(e *Event) *Decided {
	g.Counts.Events[e.Kind]++
	e.prepare()
	switch e.Kind {
	case SendEvent:
		return g.decide(e)
	case CheckEvent:
		g.check(e)
	case ReceiptEvent:
		g.receive(e)
	case IdentityEvent:
		g.identity(e)
	}
	return nil
}

const defaultPurpose = "login"

func (g *Engine) decide(e *Event) *Decided {
	d := &g.last
	*d = Decided{Event: e, Facts: &g.facts}
	tenant := g.words.get(e.Tenant)
	d.Policy = g.cfg.Policy(tenant)
	region := ""
	if g.cfg.Region != nil {
		region = g.cfg.Region(tenant)
	}
	n, err := e.number(region)
	d.To, d.Region, d.Invalid = n.MSISDN, n.Region, err
	g.lay(e, &n, tenant)
	g.seen = Seen{}
	if err == nil {
		g.about(e, tenant, n.MSISDN)
		g.seen = g.cfg.Subscribers.Facts(&g.subject, &g.facts)
	}
	g.count(e, &n)
	if err == nil {
		g.facts.RangeBlock = g.blocks.Find(e.At, tenant, d.To)
	}
	if g.cfg.Silent {
		d.Decision = d.Policy.DecideSilently(&g.facts, g.reasons[:0])
	} else {
		d.Decision = d.Policy.DecideInto(&g.facts, g.reasons[:0])
	}
	g.reasons = d.Decision.Reasons
	if err == nil {
		g.blocks.Decided(e.At, tenant, d.To, d.Policy, &d.Decision, nil)
	}
	if err != nil {
		refuseInvalid(&d.Decision, err)
		g.Counts.Invalid++
	}
	g.settle(d)
	return d
}

// lay lays out what the event itself and the lists tell.
func (g *Engine) lay(e *Event, n *numbering.Number, tenant string) {
	f := &g.facts
	*f = fraud.Facts{At: e.At, Tenant: tenant, Purpose: g.words.get(e.Purpose)}
	if f.Purpose == "" {
		f.Purpose = defaultPurpose
	}
	f.Number = fraud.Number{RegionAllowed: true, CarrierAllowed: true}
	if n.MSISDN != "" {
		f.Number = g.cfg.Number(n)
	} else {
		f.Number.Unallocated = true
	}
	c := &e.Context
	s := &g.send
	*s = window.Send{ID: e.prepared.id, At: e.At, Tenant: tenant, Purpose: f.Purpose, To: n.MSISDN, Region: n.Region, Network: string(n.PLMN)}
	s.IP = e.prepared.ip
	f.Client = g.cfg.Client(s.IP, c.ASN)
	f.Client.HasIP, f.Client.HasDevice = len(c.IP) > 0, len(c.Device) > 0
	s.ASN = f.Client.ASN
	s.Device, s.Account = hashOf(tenant, c.Device), hashOf(tenant, e.Account)
	s.JA4, s.Agent = hashOf("", c.JA4), hashOf("", c.Agent)
	if len(e.Factor) > 0 && !e.VerifiedAt.After(e.At.Add(time.Minute)) { // the API refuses a later one
		f.Assurance = fraud.Assurance{Factor: string(e.Factor), Age: max(0, e.At.Sub(e.VerifiedAt))}
	}
}

func (g *Engine) about(e *Event, tenant string, to subscriber.MSISDN) {
	g.subject = Subject{Tenant: tenant, To: to, Device: g.send.Device}
	if e.Context.HasClaim {
		g.subject.Claim = &e.Context.Claim
	}
}

// count counts the send in the windows. A number that is none counts by its
// digits: whoever tries numbers out meets many that are not in use.
func (g *Engine) count(e *Event, n *numbering.Number) {
	s := &g.send
	if p := g.facts.Number.PLMN; p != "" {
		s.Network = string(p)
	}
	if n.MSISDN == "" {
		if s.To = digitsOf(e.To); s.To == "" {
			return
		}
		g.facts.Number.Range = s.To.Range(3)
	}
	s.Verified, s.Datacentre, s.OddLine = g.facts.History.Verified > 0, g.facts.Client.Datacentre, g.facts.Number.OddLine()
	s.OtherDevice = s.Verified && g.facts.Client.HasDevice && !g.facts.History.SameDevice
	if s.Network == "" {
		s.Network = g.facts.Number.OriginalCarrier
	}
	g.cfg.Windows.Send(s, &g.facts.Velocity)
}

// settle keeps what the send's outcome will need.
func (g *Engine) settle(d *Decided) {
	kind := d.Decision.Shown()
	allowed := kind == fraud.Allow
	if d.Invalid == nil && (allowed || kind == fraud.Review) {
		g.cfg.Subscribers.Remember(&g.seen, d.Facts.At)
	}
	if allowed {
		g.cfg.Windows.Await(&g.send, d.Decision.Apart())
	} else if g.send.To != "" {
		g.cfg.Windows.Refuse(&g.send, d.Decision.Apart())
	}
	if len(d.Event.ID) == 0 {
		return // nothing can come of it
	}
	if g.awaiting.add(outcome{id: g.send.ID, tenant: g.send.Tenant, seen: g.seen, at: d.Facts.At.Unix(), allowed: allowed}) {
		g.Counts.DuplicateIDs++
	}
	g.Counts.Forgotten = g.awaiting.forgotten
}

// check takes a code that was typed in, where its send was allowed.
func (g *Engine) check(e *Event) {
	result, o := checkResult(e.Result), g.awaiting.find(e.prepared.id)
	if !g.counts(o, result != 0) {
		return
	}
	c := &g.checked
	*c = window.Check{ID: e.prepared.id, At: e.At, Result: result, ASN: e.Context.ASN, Device: hashOf(o.tenant, e.Context.Device), IP: e.prepared.ip}
	g.cfg.Windows.Check(c)
	if result == window.Approved && !o.approved {
		o.approved = true
		g.Counts.Approved++
		g.cfg.Subscribers.Approved(&o.seen, e.At)
	}
}

func (g *Engine) receive(e *Event) {
	result, o := receiptResult(e.Result), g.awaiting.find(e.prepared.id)
	if g.counts(o, result != 0) {
		g.receipt = window.Receipt{ID: e.prepared.id, At: e.At, Result: result, Carrier: g.words.get(e.Carrier)}
		g.cfg.Windows.Receipt(&g.receipt)
	}
}

// counts says whether an outcome counts, and notes why not.
func (g *Engine) counts(o *outcome, known bool) bool {
	switch {
	case !known:
		g.Counts.UnknownResults++
	case o == nil:
		g.Counts.UnknownIDs++
	case !o.allowed:
		g.Counts.AfterRefusal++
	default:
		return true
	}
	return false
}

func (g *Engine) identity(e *Event) {
	n, err := e.number("")
	if err != nil {
		g.Counts.InvalidIdentities++
		return
	}
	g.cfg.Subscribers.Record(n.MSISDN, &e.Record)
}

// InvalidNumber is the code of the reason that refuses what is no number.
const InvalidNumber = "INVALID_NUMBER"

// refuseInvalid refuses a send as the API's 422 does. The score stays what the
// rest of the request is worth: most are typing errors.
func refuseInvalid(d *fraud.Decision, err error) {
	d.Kind, d.Observed, d.Freeze, d.Rule, d.Refusal = fraud.Block, "", false, "invalid_number", "invalid_number"
	d.Reasons = append([]fraud.Reason{{Code: InvalidNumber, Evidence: err.Error()}}, d.Reasons...)
}

func idHash(id []byte) uint64 { return max(1, xxhash.Sum64(id)) }

// hashOf is a hash of a tenant's value, 0 for none.
func hashOf(tenant string, value []byte) uint64 {
	if len(value) == 0 {
		return 0
	}
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(tenant)
	_, _ = d.WriteString("/")
	_, _ = d.Write(value)
	return max(1, d.Sum64())
}

// digitsOf is what stands for a number that is none, "" when it has no digits.
func digitsOf(raw []byte) subscriber.MSISDN {
	b := []byte{'+'}
	for _, c := range raw {
		if c >= '0' && c <= '9' && len(b) <= 15 {
			b = append(b, c)
		}
	}
	if len(b) == 1 {
		return ""
	}
	return subscriber.MSISDN(b)
}

// words keeps one string of each short word that repeats.
type words map[string]string

const maxWords = 1 << 14

func (w words) get(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	b = bounded(b)
	if s, ok := w[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(w) < maxWords {
		w[s] = s
	}
	return s
}

// maxWord bounds a word of a file that is kept, in octets: lines can have a
// million, and what is kept of millions of lines must not.
const maxWord = 128

// bounded is b, or of a longer word its beginning and a hash that keeps it apart.
func bounded(b []byte) []byte {
	if len(b) <= maxWord {
		return b
	}
	return fmt.Appendf(nil, "%s~%016x", b[:maxWord-17], xxhash.Sum64(b))
}
