package smsc

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tollgate/smpp/coding"
)

// ProfileError is one impossible value of a profile.
type ProfileError struct {
	Field string // path in the YAML, as in faults.garbage
	Err   error
}

func (e *ProfileError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the value.
func (e *ProfileError) Unwrap() error { return e.Err }

// checks collects the errors of a profile.
type checks struct{ errs []*ProfileError }

func (c *checks) bad(field, format string, args ...any) {
	c.errs = append(c.errs, &ProfileError{field, fmt.Errorf(format, args...)})
}

func (c *checks) share(field string, v float64) {
	if !(v >= 0 && v <= 1) {
		c.bad(field, "%v is no share; write a number from 0 to 1", v)
	}
}

func (c *checks) notNegative(field string, v int) {
	if v < 0 {
		c.bad(field, "%d is below 0", v)
	}
}

func (c *checks) duration(field string, v time.Duration) {
	if v < 0 {
		c.bad(field, "%v is below 0", v)
	}
}

func (c *checks) oneOf(field, v string, allowed ...string) {
	if v != "" && !slices.Contains(allowed, v) {
		c.bad(field, "%q is none of %s", v, strings.Join(allowed, ", "))
	}
}

func (c *checks) stat(field, v string) {
	if v == "" || len(v) > 10 || strings.ContainsAny(v, " \t") {
		c.bad(field, "stat %q: write a word such as UNDELIV", v)
	}
}

func (c *checks) receiptID(field string, v IDForm) {
	known := idForms[v] && v != IDAbsent && v != IDUnterminated
	if v != "" && v != IDSame && v != IDWrong && !known {
		c.bad(field, "%q is none of same, wrong, decimal, hex, hex-upper, hex64, leading-zeros, uuid, hex32, constant, empty", v)
	}
}

// joined lists words in order.
func joined[K ~string, V any](words map[K]V) string {
	sorted := make([]string, 0, len(words))
	for w := range words {
		sorted = append(sorted, string(w))
	}
	slices.Sort(sorted)
	return strings.Join(sorted, ", ")
}

// Validate lists everything that is wrong with the profile.
func (p *Profile) Validate() []*ProfileError {
	var c checks
	p.validateAccounts(&c)
	p.validateRates(&c)
	p.validateLimits(&c)
	p.validateForms(&c)
	p.Faults.validate(&c)
	p.validateScript(&c)
	return c.errs
}

func (p *Profile) validateAccounts(c *checks) {
	seen := map[string]bool{}
	for i, a := range p.Accounts {
		field := fmt.Sprintf("accounts.%d", i)
		switch {
		case a.SystemID == "" || len(a.SystemID) > 15:
			c.bad(field, "system_id has %d octets; SMPP allows 1 to 15", len(a.SystemID))
		case seen[a.SystemID]:
			c.bad(field, "system_id %s is there twice", a.SystemID)
		}
		seen[a.SystemID] = true
		c.notNegative(field, a.MaxBinds)
	}
	c.share("refuse_bind.share", p.RefuseBind.Share)
	c.notNegative("refuse_bind.first", p.RefuseBind.First)
}

func (p *Profile) validateRates(c *checks) {
	for _, d := range []struct {
		field string
		dist  Distribution
	}{{"response_delay", p.ResponseDelay}, {"receipt_delay", p.ReceiptDelay}} {
		for _, err := range d.dist.validate() {
			c.bad(d.field, "%w", err)
		}
	}
	var statuses, receipts float64
	for i, s := range p.Statuses {
		c.share(fmt.Sprintf("statuses.%d", i), s.Share)
		if s.Status == 0 {
			c.bad(fmt.Sprintf("statuses.%d", i), "status is missing, or ESME_ROK, which refuses nothing")
		}
		statuses += s.Share
	}
	for i, r := range p.Receipts {
		c.share(fmt.Sprintf("receipts.%d", i), r.Share)
		c.stat(fmt.Sprintf("receipts.%d", i), r.Stat)
		receipts += r.Share
	}
	if statuses > 1+1e-9 {
		c.bad("statuses", "the shares add up to %v, above 1", statuses)
	}
	if receipts > 1+1e-9 {
		c.bad("receipts", "the shares add up to %v, above 1", receipts)
	}
	c.share("no_receipt", p.NoReceipt)
	c.share("duplicate_receipt", p.DuplicateReceipt)
	c.share("early_receipt", p.EarlyReceipt)
	c.share("wrong_receipt", p.WrongReceipt)
	c.share("lose_submit", p.LoseSubmit)
	c.share("lose_response", p.LoseResponse)
	c.share("reorder", p.Reorder)
}

func (p *Profile) validateLimits(c *checks) {
	if !(p.ThrottleTPS >= 0) {
		c.bad("throttle_tps", "%v is below 0", p.ThrottleTPS)
	}
	c.notNegative("throttle_burst", p.ThrottleBurst)
	c.notNegative("queue_limit", p.QueueLimit)
	c.notNegative("reuse_ids", p.ReuseIDs)
	c.notNegative("max_window", p.MaxWindow)
	c.notNegative("receipt_window", p.ReceiptWindow)
	c.notNegative("receipt_tries", p.ReceiptTries)
	c.notNegative("receipt_queue", p.ReceiptQueue)
	c.duration("reorder_by", p.ReorderBy)
	c.duration("receipt_timeout", p.ReceiptTimeout)
	c.duration("receipt_retry", p.ReceiptRetry)
	c.duration("bind_timeout", p.BindTimeout)
	c.duration("idle_timeout", p.IdleTimeout)
	c.duration("enquire_timeout", p.EnquireTimeout)
	c.duration("write_timeout", p.WriteTimeout)
}

func (p *Profile) validateForms(c *checks) {
	if p.MessageID != "" && !idForms[p.MessageID] {
		c.bad("message_id", "%q is none of decimal, hex, hex-upper, hex64, leading-zeros, uuid, hex32, constant, empty, absent, unterminated", p.MessageID)
	}
	c.receiptID("receipt_id", p.ReceiptID)
	c.oneOf("receipt_form", p.ReceiptForm, "text", "tlv", "both", "data_sm", "payload", "id-tlv")
	c.oneOf("receipt_style", p.ReceiptStyle, "full", "short", "reversed", "upper", "tight")
	if _, err := coding.ParseAlphabet(p.Alphabet); err != nil {
		c.bad("alphabet", "%w", err)
	}
	if p.ReceiptDates != 0 && p.ReceiptDates != 10 && p.ReceiptDates != 12 && p.ReceiptDates != 14 {
		c.bad("receipt_dates", "%d digits; write 10, 12 or 14", p.ReceiptDates)
	}
	if p.ReceiptZone.Abs() > 14*time.Hour {
		c.bad("receipt_zone", "%v is further from UTC than any zone", p.ReceiptZone)
	}
}

func (f *Faults) validate(c *checks) {
	c.notNegative("faults.half_open_after", f.HalfOpenAfter)
	c.notNegative("faults.drop_after", f.DropAfter)
	c.notNegative("faults.slow_read", f.SlowRead)
	c.duration("faults.drop_every", f.DropEvery)
	c.duration("faults.unbind_every", f.UnbindEvery)
	c.share("faults.garbage", f.Garbage)
	c.share("faults.oversize", f.Oversize)
	c.share("faults.truncated", f.Truncated)
	c.share("faults.nack", f.Nack)
	c.share("faults.duplicate_response", f.DuplicateResponse)
	c.share("faults.stray_sequence", f.StraySequence)
	c.share("faults.unknown_pdu", f.UnknownPDU)
}

// alphabet is what data_coding 0 means.
func (p *Profile) alphabet() coding.Alphabet {
	a, err := coding.ParseAlphabet(p.Alphabet)
	if err != nil {
		return coding.AlphabetGSM7 // Validate has told
	}
	return a
}
