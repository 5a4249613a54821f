package window

// seekSend collects the keys that a send is going to be counted under. What there
// are few of (countries, networks, tenants, classes) is in the cache anyhow.
func (v *Velocity) seekSend(k *keyed, s *sought) {
	s.n = 0
	number := v.hash(kindNumber, k.digits, 0)
	v.numbers.seek(number, s)
	v.trials.seekKnown(number, s)
	v.ranges.seek(v.hash(kindRange, k.digits/1000, k.tenant), s)
	if k.device != 0 {
		h := v.hash(kindDevice, k.device, 0)
		v.devices.seek(h, s)
		v.trials.seekKnown(h, s)
	}
	if k.ip != 0 {
		h := v.hash(kindIP, k.ip, 0)
		v.ips.seek(h, s)
		v.trials.seekKnown(h, s)
		v.nets.seek(v.hash(kindNet, k.net, 0), s)
		v.pairs.seek(v.hash(kindPair, k.ip, k.digits/1000), s)
	}
	if k.account != 0 {
		h := v.hash(kindAccount, k.account, k.tenant)
		v.accounts.seek(h, s)
		v.trials.seekKnown(h, s)
	}
	v.seekFlows(k, s)
}

// seekOutcome collects the keys that its outcome is going to be told to.
func (v *Velocity) seekOutcome(k *keyed, s *sought) {
	s.n = 0
	v.ranges.seek(v.hash(kindRange, k.digits/1000, k.tenant), s)
	if k.account != 0 {
		v.accounts.seek(v.hash(kindAccount, k.account, k.tenant), s)
	}
	v.seekFlows(k, s)
}

// seekReceipt collects those of its receipt.
func (v *Velocity) seekReceipt(k *keyed, s *sought) {
	s.n = 0
	for i := range undeliveredLevels {
		v.flows.seek(v.rangeKey(k.tenant, k.digits, i), s)
	}
}

// seekFlows adds those of the flows.
func (v *Velocity) seekFlows(k *keyed, s *sought) {
	for i := range levels {
		v.flows.seek(v.rangeKey(k.tenant, k.digits, i), s)
	}
	v.flows.seek(v.rangeKey(0, k.digits, 1), s)
	if k.ip != 0 {
		v.flows.seek(v.hash(kindIP, k.ip, 0), s)
		v.flows.seek(v.hash(kindNet, k.net, 0), s)
	}
	for _, of := range [...]struct{ kind, value, tenant uint64 }{
		{kindDevice, k.device, 0}, {kindSystem, uint64(k.asn), k.tenant}, {kindClient, k.client, k.tenant}, {kindAgent, k.agent, k.tenant},
	} {
		if of.value != 0 {
			v.flows.seek(v.hash(of.kind, of.value, of.tenant), s)
		}
	}
}

// lookAhead brings near what the next sends that pass checkpoint i will need: the cells
// of the next one, whose heads have come in the meantime, and the heads of the one
// behind it. It is called before the one at the cursor is passed.
func (v *Velocity) lookAhead(i int, now uint32) {
	w, s := v.waiting, &v.ahead[i]
	s.fetchCells(now)
	s.n = 0
	if next := w.cursors[i] + 2; next < w.next {
		v.seekFlows(&w.ring[next&w.mask].keyed, s)
		s.fetchHeads()
	}
}
