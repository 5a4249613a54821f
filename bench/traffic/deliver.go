package traffic

// outage is a time in which a country's messages, or one network's, are stuck.
type outage struct {
	from, to millis
	country  *country
	op       *operator // nil: all of the country's
	lost     float64
}

// carriers are the routes to the networks; a country is reached over two of them.
var carriers = [...]string{"meridian", "northlink", "oceanic", "transmobil", "skyway"}

func (w *world) carrier(d dice, c *country) string {
	h := hash(0, c.region)
	if d.chance(0.25) {
		h += 1 + h>>8%4
	}
	return carriers[h%uint64(len(carriers))]
}

// deliver plans the receipt of a message, and says when the handset has it, 0
// for never.
func (w *world) deliver(d dice, l *line, id string) (arrives millis) {
	c := l.op.country
	carrier := w.carrier(d, c)
	if l.id.absent || l.fate == fateNowhere {
		w.undelivered(d, id, carrier, "absent")
		return 0
	}
	o := w.outageOf(l.op)
	switch {
	case o != nil && d.chance(o.lost), o == nil && d.chance(c.lost):
		w.undelivered(d, id, carrier, "")
		return 0
	case o != nil && d.chance(0.5): // it waits in the carrier's queue
		arrives = o.to + seconds(d.about(120, 1))
	case o != nil:
		arrives = w.now + seconds(d.about(150, 1))
	default:
		arrives = w.now + seconds(0.4+d.about(c.median, c.sigma))
	}
	if l.fate == fateQuiet || d.chance(c.silent) {
		return arrives
	}
	w.at(arrives+seconds(d.about(0.3, 0.8)), func() { w.receipt(id, "delivered", carrier, "") })
	return arrives
}

// undelivered plans what a carrier says of a message that never arrives, which
// may be nothing, or even that it did.
func (w *world) undelivered(d dice, id, carrier, code string) {
	switch x := d.Float64(); {
	case code != "" && x < 0.7:
		w.after(seconds(d.about(3, 1)), func() { w.receipt(id, "undelivered", carrier, code) })
	case x < 0.35:
		w.after(seconds(d.about(8, 1.2)), func() { w.receipt(id, "undelivered", carrier, pick(d, failures)) })
	case x < 0.55:
		w.after(codeLives+seconds(d.about(40, 0.8)), func() { w.receipt(id, "expired", carrier, "") })
	case x < 0.6:
		w.after(seconds(d.about(1, 0.5)), func() { w.receipt(id, "rejected", carrier, "refused") })
	case x < 0.7:
		w.after(seconds(d.about(4, 0.6)), func() { w.receipt(id, "delivered", carrier, "") })
	}
}

var failures = []string{"absent", "memory_full", "barred", "no_page_response", "unknown_subscriber"}

func (w *world) outageOf(o *operator) *outage {
	for i := range w.outages {
		if x := &w.outages[i]; w.now >= x.from && w.now < x.to && x.country == o.country && (x.op == nil || x.op == o) {
			return x
		}
	}
	return nil
}
