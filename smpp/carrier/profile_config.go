package carrier

import (
	"fmt"
	"time"

	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
	"tollgate/smpp/receipt"
)

// Config is what the profile says of an account there, without what is the
// account's own. The profile must be one that LoadProfile, ParseProfile or Overlay
// found nothing wrong with.
func (p *Profile) Config() Config {
	var k profileCheck
	return p.config(&k)
}

func (p *Profile) config(k *profileCheck) Config {
	c := Config{
		Bind: p.Bind, Links: p.Links, Window: p.Window, FixedWindow: is(p.FixedWindow, false), TPS: p.TPS, SystemType: p.SystemType,
		EnquireInterval: p.EnquireInterval, ResponseTimeout: p.ResponseTimeout, BindTimeout: p.BindTimeout, WriteTimeout: p.WriteTimeout,
		ReconnectMin: p.ReconnectMin, ReconnectMax: p.ReconnectMax, DeadAfter: p.DeadAfter, DeadTimeouts: p.DeadTimeouts,
		MaxUnacked: p.UnackedMax, ServiceType: p.ServiceType, Validity: p.Validity,
		SerialParts: is(p.SerialParts, false), NoReferences: !is(p.References, true), ByReference: p.ReceiptMatch == "reference",
	}
	p.checkLimits(k)
	p.checkWords(k)
	p.text(k, &c)
	p.submit(k, &c)
	c.IDMode = parsed(k, "receipt_ids", p.ReceiptIDs, receipt.ParseIDMode)
	c.ReceiptZone = parsed(k, "receipt_zone", p.ReceiptZone, parseZone)
	if p.BusyStatus != "" {
		if c.Busy = parsed(k, "busy_status", p.BusyStatus, parseStatus); c.Busy == 0 {
			k.add("busy_status", "ESME_ROK would be a receipt taken")
		}
	}
	return c
}

func is(p *bool, otherwise bool) bool {
	if p == nil {
		return otherwise
	}
	return *p
}

func (p *Profile) checkLimits(k *profileCheck) {
	between(k, "links", p.Links, 1, 64)
	between(k, "window", p.Window, 1, 10_000)
	between(k, "tps", p.TPS, 0.01, 1e6)
	between(k, "password_max", p.PasswordMax, 1, 64)
	between(k, "unacked_max", p.UnackedMax, 1, 10_000)
	between(k, "dead_timeouts", p.DeadTimeouts, 1, 10_000)
	between(k, "max_parts", p.MaxParts, 1, coding.PartsMax)
	between(k, "enquire_interval", p.EnquireInterval, time.Second, time.Hour)
	between(k, "response_timeout", p.ResponseTimeout, 100*time.Millisecond, 5*time.Minute)
	between(k, "bind_timeout", p.BindTimeout, 100*time.Millisecond, 5*time.Minute)
	between(k, "write_timeout", p.WriteTimeout, 100*time.Millisecond, 5*time.Minute)
	between(k, "reconnect_min", p.ReconnectMin, 10*time.Millisecond, time.Hour)
	between(k, "reconnect_max", p.ReconnectMax, 10*time.Millisecond, time.Hour)
	between(k, "dead_after", p.DeadAfter, time.Second, time.Hour)
	if least := p.ReconnectMin; p.ReconnectMax > 0 && least > p.ReconnectMax {
		k.add("reconnect_min", "%v is above reconnect_max, %v", least, p.ReconnectMax)
	}
}

func (p *Profile) checkWords(k *profileCheck) {
	k.oneOf("bind", p.Bind, BindTransceiver, BindTransmitter, BindReceiver, BindBoth)
	k.oneOf("validity", p.Validity, ValidityRelative, ValidityAbsolute, ValidityNone)
	k.oneOf("receipt_match", p.ReceiptMatch, "id", "reference")
	k.length("system_type", p.SystemType, 12)
	k.length("service_type", p.ServiceType, 5)
	if p.ReceiptMatch == "reference" && !is(p.References, true) {
		k.add("receipt_match", "reference needs the user_message_reference that references: false leaves out")
	}
}

func (p *Profile) text(k *profileCheck, c *Config) {
	c.Alphabet = parsed(k, "alphabet", p.Alphabet, coding.ParseAlphabet)
	c.Coding = coding.Options{
		Alphabet: c.Alphabet, Concat: parsed(k, "concat", p.Concat, coding.ParseConcat), MaxParts: p.MaxParts,
		Latin1: is(p.Latin1, false), NoUCS2: !is(p.UCS2, true),
		Single: k.languages("single_shift", p.SingleShift), Locking: k.languages("locking_shift", p.LockingShift),
	}
}

func (p *Profile) submit(k *profileCheck, c *Config) {
	c.Addresses = AddressTypes{
		Alphanumeric:  k.address("source.alphanumeric", p.Source.Alphanumeric),
		ShortCode:     k.address("source.short_code", p.Source.ShortCode),
		International: k.address("source.international", p.Source.International),
		Dest:          k.address("destination", p.Destination),
	}
	if p.Registered != nil {
		if *p.Registered < 0 || *p.Registered > 31 || *p.Registered&3 == 3 {
			k.add("registered_delivery", "%d has a bit that is reserved (SMPP 3.4 §5.2.17)", *p.Registered)
		}
		registered := byte(*p.Registered)
		c.Registered = &registered
	}
	c.Parameters = k.parameters(p.Parameters)
	c.Statuses = p.rules(k)
}

// rules makes the carrier's own table.
func (p *Profile) rules(k *profileCheck) map[pdu.Status]Rule {
	table := map[pdu.Status]Rule{}
	for i := range p.Statuses {
		r, path := &p.Statuses[i], fmt.Sprintf("statuses[%d]", i)
		status, err := parseStatus(r.Status)
		_, twice := table[status]
		switch {
		case err != nil:
			k.add(path+".status", "%v", err)
		case status == pdu.ESME_ROK:
			k.add(path+".status", "ESME_ROK is no refusal")
		case twice:
			k.add(path+".status", "%s has a rule above", status)
		}
		table[status] = r.rule(k, path)
	}
	return table
}

func (r *ProfileStatusRule) rule(k *profileCheck, path string) Rule {
	k.oneOf(path+".then", r.Then, "final", "elsewhere", "retry", "slow-down")
	between(k, path+".wait", r.Wait, 10*time.Millisecond, time.Hour)
	between(k, path+".tries", r.Tries, 1, 100)
	between(k, path+".rate", r.Rate, 0.05, 1)
	between(k, path+".window", r.Window, 0.05, 1)
	switch slow := r.Rate != 0 || r.Window != 0; {
	case slow && r.Then != "slow-down":
		k.add(path, "rate and window belong to then: slow-down")
	case r.Then == "":
		k.add(path, "then is missing: final, elsewhere, retry or slow-down")
	case r.Then != "retry" && r.Then != "slow-down" && (r.Tries != 0 || r.Wait != 0):
		k.add(path, "wait and tries belong to then: retry and slow-down")
	}
	wait, tries := r.Wait, r.Tries
	switch r.Then {
	case "final":
		return final
	case "retry":
		set(&wait, time.Second)
		set(&tries, 1)
		return retryHere(wait, tries)
	case "slow-down":
		rule := Rule{Verdict: Verdict{RetryHere: true, Wait: wait, Tries: tries, Elsewhere: true, SlowDown: true}, Rate: r.Rate, Window: r.Window}
		set(&rule.Rate, throttleRate)
		return rule
	}
	return elsewhere
}
