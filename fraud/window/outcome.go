package window

import (
	"math"
	"net/netip"
	"time"

	"tollgate/fraud"
)

// Result is what came of a typed code.
type Result uint8

// The results of a check.
const (
	Approved Result = iota + 1
	Wrong
	Expired
)

// Check is one typed code.
type Check struct {
	ID     uint64 // of the send
	At     time.Time
	Result Result
	IP     netip.Addr // zero: not told
	Device uint64
	ASN    uint32
}

// ReceiptResult is what a carrier says became of a message.
type ReceiptResult uint8

// The results that a receipt can tell.
const (
	ReceiptDelivered ReceiptResult = iota + 1
	ReceiptUndelivered
	ReceiptExpired
	ReceiptRejected
)

// Receipt is a final delivery receipt.
type Receipt struct {
	ID     uint64
	At     time.Time
	Result ReceiptResult
	// Carrier is whose receipt it is, "" where that is not told.
	Carrier string
}

// Flows that outcomes are kept for.
const (
	outRange3 = iota // per tenant, number minus 3 digits
	outRange4
	outRange5
	outRangeAll // over all tenants, minus 4 digits
	outIP
	outNet
	outDevice
	outSystem
	outClient
	outAgent
	outCountry
	outNetwork
	outOwn // of the tenant alone, the network
	outClass
	outKinds
)

// outcomeKeys makes the keys under which a send's outcome counts; 0 stands for
// what the send did not tell.
func (v *Velocity) outcomeKeys(s *keyed) (k [outKinds]uint64) {
	for i := range 3 {
		k[outRange3+i] = v.rangeKey(s.tenant, s.digits, i)
	}
	k[outRangeAll] = v.rangeKey(0, s.digits, 1)
	k[outCountry] = v.hash(kindCountry, s.tenant, s.country)
	k[outClass] = v.hash(kindClass, s.tenant, s.class)
	if s.ip != 0 {
		k[outIP], k[outNet] = v.hash(kindIP, s.ip, 0), v.hash(kindNet, s.net, 0)
	}
	if s.network != 0 {
		k[outOwn] = v.hash(kindNetwork, s.network, s.tenant)
	}
	for i, of := range [...]struct{ kind, value uint64 }{
		{kindDevice, s.device}, {kindSystem, uint64(s.asn)}, {kindClient, s.client}, {kindAgent, s.agent}, {kindNetwork, s.network},
	} {
		if of.value == 0 {
			continue
		}
		tenant := s.tenant
		if of.kind == kindDevice || of.kind == kindNetwork {
			tenant = 0
		}
		k[[...]int{outDevice, outSystem, outClient, outAgent, outNetwork}[i]] = v.hash(of.kind, of.value, tenant)
	}
	return k
}

// counted is the keys under which a pending send's own outcome counts: people
// who come again say nothing of their number's range, for or against it.
func (v *Velocity) counted(p *pending) [outKinds]uint64 {
	k := v.outcomeKeys(&p.keyed)
	if !p.newcomer {
		clear(k[outRange3 : outRangeAll+1])
	}
	return k
}

// Await says that a send was allowed: its outcome is evidence from now on.
// suspect is the decision's score; what looked suspect does not count for what
// is usual.
func (v *Velocity) Await(s *Send, suspect float64) {
	now := v.second(s.At)
	p := pending{keyed: s.keyed(), id: s.ID, at: now, trusted: suspect < suspectFrom, newcomer: s.newcomer, known: s.Verified, first: s.first}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.advance(now)
	if p.first != 0 && v.waiting.find(p.first) == nil {
		p.first = 0 // it was refused
	}
	p.usual, p.due = v.usual(&p.keyed, now)
	p.route = v.receipts.troubled(v.hash(kindCountry, 0, p.country), now, &tally{})
	if p.newcomer && !p.trusted {
		v.suspect(&p.keyed, now)
	}
	v.waiting.add(&p)
}

// suspectFrom is the score from which a send is left out of what is usual.
const suspectFrom = 200

// attackShare is how often an attack's codes are typed in, as a part of how
// often others are.
const attackShare = 0.12

// silence is the evidence, in nats, of a code that nobody has typed in by an
// age by which the part answered of all that will ever be is answered: the log
// ratio of the two survival functions.
func silence(usual, answered float64) float64 {
	return math.Log((1 - attackShare*usual*answered) / (1 - usual*answered))
}

// advance lets every pending send pass the checkpoints that it has reached by
// now. The caller holds v.mu.
func (v *Velocity) advance(now uint32) {
	w := v.waiting
	for i, age := range checkpoints {
		for w.cursors[i] < w.next {
			p := &w.ring[w.cursors[i]&w.mask]
			if now < p.at || now-p.at < age {
				break
			}
			v.lookAhead(i, now)
			w.cursors[i]++
			v.pass(p, i, now)
		}
	}
}

// pass counts what a checkpoint says of one send.
func (v *Velocity) pass(p *pending, i int, now uint32) {
	answered, before := v.curve.at(i), 0.0
	if i > 0 {
		before = v.curve.at(i - 1)
	}
	if p.state == awaited && p.first == 0 && p.usual > 0 {
		if stuck, _ := v.failing(now, &p.keyed, p.route); stuck {
			v.withdraw(p, now)
		}
	}
	p.stage = uint8(i + 1)
	if i == routeAt && p.state != approvedState {
		v.answered(p, true, min(now, p.at+checkpoints[i])) // when it was due, however late it is noticed
	}
	if p.first != 0 || p.lost {
		return
	}
	step := answered - before
	v.heardOf(p, now, float32(step)*p.due, 0)
	if p.state == withdrawn {
		return
	}
	if p.trusted {
		v.rates.trial(v.hash(kindCountry, p.tenant, p.country), now, step, p.usual)
		v.rates.trial(v.hash(kindTenant, p.tenant, 0), now, step, p.usual)
	}
	if p.usual == 0 {
		return
	}
	expected := float32(float64(p.usual) * step)
	var more float32
	if p.state == awaited {
		told := float32(silence(float64(p.usual), answered))
		more, p.told = told-p.told, told
	}
	if p.newcomer && p.state == awaited {
		v.along(&p.keyed, now, func(f *flow) { f.open += float32(step) })
	}
	gap := i == gapAt && p.state == awaited
	for j, k := range v.counted(p) {
		if k == 0 {
			continue
		}
		v.flows.use(k, now, func(f *flow) {
			f.expected += expected
			f.variance += expected * (1 - p.usual)
			f.cusum = max(0, f.cusum+more)
			if gap && j <= outRange4 {
				f.gap(float64(p.usual))
			}
		})
	}
}

// Check takes a typed code into account. One for a send that is not awaited,
// or no longer, is not.
func (v *Velocity) Check(c *Check) {
	now := v.second(c.At)
	v.mu.Lock()
	defer v.mu.Unlock()
	p := v.waiting.find(c.ID)
	if p != nil {
		v.seekOutcome(&p.keyed, &v.near)
		v.near.fetchHeads()
	}
	v.advance(now)
	if p == nil {
		return
	}
	v.near.fetchCells(now)
	switch {
	case c.Result == Wrong:
		v.wrong(p, c, now)
	case c.Result == Approved:
		v.approve(p, c, now)
	case c.Result == Expired:
		v.late(p, c, now)
	}
}

// approve counts an approval for the send that counts for its number: whoever
// asks twice types in the second code, and has answered both.
func (v *Velocity) approve(p *pending, c *Check, now uint32) {
	asked := p.at
	if p.first != 0 {
		if p = v.waiting.find(p.first); p == nil {
			return
		}
	}
	if p.state == approvedState {
		return
	}
	undone, open := p.told, p.state == awaited
	p.state, p.told = approvedState, 0
	v.answered(p, false, now)
	if p.trusted {
		v.curve.add(now - asked)
		v.rates.approved(v.hash(kindCountry, p.tenant, p.country), now)
		v.rates.approved(v.hash(kindTenant, p.tenant, 0), now)
	}
	if p.due > 0 {
		v.heardOf(p, now, 0, 1)
	}
	odd := p.oddity(c)
	pace := math.Log(float64(max(1, now-asked)))
	for i, k := range v.counted(p) {
		if k == 0 {
			continue
		}
		v.flows.use(k, now, func(f *flow) {
			stage := odd
			if i < outCountry {
				stage += f.regular(pace)
			}
			if i <= outRange4 && p.usual > 0 {
				f.whole(float64(p.usual))
			}
			f.staged = min(max(0, f.staged+float32(stage)), stagedMost)
			worth := float32(min(1, max(0, 1-stage/2)))
			f.approved += worth
			f.cusum = max(0, f.cusum-undone+worth*logAttackShare)
		})
	}
	worth := float32(min(1, max(0, 1-odd/2)))
	if p.newcomer && p.usual > 0 {
		v.cancel(p, now, worth)
	}
	if p.newcomer && open && p.stage > 0 {
		v.prove(p, worth*float32(v.curve.at(int(p.stage)-1)), now)
	}
	v.accounts.approve(v, p, c, now)
}

// prove takes a newcomer out of those whose codes are open. One that was
// refused is not among them: it could not prove itself, and would hold its
// range in suspicion for ever.
func (v *Velocity) prove(p *pending, counted float32, now uint32) {
	v.along(&p.keyed, now, func(f *flow) { f.prove(now-p.at, counted) })
}

// cancel takes a newcomer who has typed the code in out of the crowd and the
// burst of the number's ranges: people who prove themselves as they come are
// none.
func (v *Velocity) cancel(p *pending, now uint32, worth float32) {
	v.along(&p.keyed, now, func(f *flow) { f.done(now-p.at, worth) })
	if !p.trusted {
		v.clear(p, worth, now)
	}
	if worth < 0.8 {
		return
	}
	c, sh := v.ranges.at(v.hash(kindRange, p.digits/1000, p.tenant), now)
	c.advance(sh.was, now)
	c.answered.count(now, now, minute/slices)
	sh.mu.Unlock()
}

// along goes down the flows from a send's country to its smallest range.
func (v *Velocity) along(s *keyed, now uint32, f func(*flow)) {
	v.flows.use(v.hash(kindCountry, s.tenant, s.country), now, f)
	for i := range levels {
		v.flows.use(v.rangeKey(s.tenant, s.digits, i), now, f)
	}
}

var logAttackShare = float32(math.Log(attackShare))

// wrong notes a wrong code at what it was typed in for and from.
func (v *Velocity) wrong(p *pending, c *Check, now uint32) {
	ip, _ := addrKeys(c.IP)
	for _, k := range [...]struct{ kind, value, tenant uint64 }{
		{kindNumber, p.digits, 0}, {kindAccount, p.account, p.tenant}, {kindDevice, c.Device, 0}, {kindIP, ip, 0},
	} {
		if k.value == 0 {
			continue
		}
		t, sh := v.trials.at(v.hash(k.kind, k.value, k.tenant), now)
		t.count(sh.was, now)
		sh.mu.Unlock()
	}
}

// withdraw takes back what a send's silence has said: nobody is answered just
// now where it went.
func (v *Velocity) withdraw(p *pending, now uint32) {
	undone := p.told
	p.state, p.told = withdrawn, 0
	expected := float32(0)
	if p.stage > 0 {
		expected = p.usual * float32(v.curve.at(int(p.stage)-1))
	}
	for _, k := range v.counted(p) {
		if k == 0 {
			continue
		}
		v.flows.use(k, now, func(f *flow) {
			f.cusum = max(0, f.cusum-undone)
			f.expected = max(0, f.expected-expected)
			f.variance = max(0, f.variance-expected*(1-p.usual))
		})
	}
	if p.newcomer && p.stage > 0 {
		v.prove(p, float32(v.curve.at(int(p.stage)-1)), now)
	}
}

// outcomes reads what became of earlier sends under the keys of this one, and
// counts a newcomer at the autonomous system and the TLS fingerprint. How much of
// the tenant's newcomers to the country these bring is judged by their own usual
// share: what a large operator's is says nothing, and a crowd that comes to the
// whole country changes none.
func (v *Velocity) outcomes(now uint32, s *keyed, newcomer bool, country *flow, out *fraud.Velocity) {
	o, silent := &out.Outcomes, v.silent(s.tenant, now)
	if !silent {
		o.Outage, o.Route = v.failing(now, s, 0)
	}
	for i, k := range v.outcomeKeys(s) {
		shared := i == outSystem || i == outClient
		if k == 0 || silent && !shared {
			continue
		}
		var f flow
		v.flows.use(k, now, func(is *flow) {
			f = *is
			if shared && newcomer {
				is.count()
			}
		})
		switch i {
		case outSystem:
			out.SystemExcess = excess(country, &f)
		case outClient:
			out.ClientExcess = excess(country, &f)
		}
		if !silent {
			tell(i, &f, o)
		}
	}
}

// tell says what a flow tells of its kind of key.
func tell(kind int, f *flow, o *fraud.Outcomes) {
	c := round(float64(f.cusum))
	switch kind {
	case outRange3, outRange4, outRange5:
		if c > o.Range {
			o.Range, o.RangeDigits = c, 3+kind-outRange3
		}
		o.Staged = max(o.Staged, round(float64(f.staged)))
		o.Complete = max(o.Complete, round(float64(f.complete)))
		if n := round(float64(f.undelivered)); n > o.Undelivered {
			o.Undelivered, o.UndeliveredDigits = n, 3+kind-outRange3
		}
		if kind == outRange4 {
			o.RangeApproved, o.RangeMissing = round(float64(f.approved)), f.missing(0)
		}
	case outRangeAll:
		o.RangeAll = c
	case outIP:
		o.Address = c
		o.StagedSource = max(o.StagedSource, round(float64(f.staged)))
	case outNet:
		o.Net = c
	case outDevice:
		o.Device = c
		o.StagedSource = max(o.StagedSource, round(float64(f.staged)))
	case outSystem:
		o.System = f.missing(doubt)
	case outClient:
		o.Client = f.missing(doubt)
	case outAgent:
		o.Agent = f.missing(doubt)
	case outCountry:
		o.Country = f.missing(doubt)
	case outNetwork:
		o.Network = f.missing(doubt)
	case outOwn:
		o.Own = f.missing(doubt)
	case outClass:
		o.Class = f.missing(doubt)
	}
}
