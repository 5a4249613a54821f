package spend

import (
	"cmp"
	"slices"
	"time"
)

// Used is one budget and what was spent of it.
type Used struct {
	Cap         string `json:"cap"`
	Tenant      string `json:"tenant,omitempty"`
	Destination string `json:"destination,omitempty"`
	Hour        Money  `json:"hour_micros"`
	HourCap     Money  `json:"hour_cap_micros,omitempty"`
	Day         Money  `json:"day_micros"`
	DayCap      Money  `json:"day_cap_micros,omitempty"`
}

// Used lists every budget that something was spent of within a day.
func (b *Book) Used(at time.Time) (out []Used) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for a, n := range b.counts {
		u := Used{Cap: a.cap, Tenant: a.tenant, Destination: a.destination}
		if u.Hour, u.Day = n.spent(at); u.Day == 0 {
			continue
		}
		for i := range b.cfg.Caps {
			if c := &b.cfg.Caps[i]; c.Name == a.cap {
				u.HourCap, u.DayCap = c.Hour, c.Day
			}
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(x, y Used) int {
		return cmp.Or(cmp.Compare(x.Cap, y.Cap), cmp.Compare(x.Tenant, y.Tenant), cmp.Compare(x.Destination, y.Destination))
	})
	return out
}

// Count is one count as it is kept over a restart.
type Count struct {
	Cap         string            `json:"cap"`
	Tenant      string            `json:"tenant,omitempty"`
	Destination string            `json:"destination,omitempty"`
	At          int64             `json:"at"`
	Hour        [hourSlices]Money `json:"hour"`
	Day         [daySlices]Money  `json:"day"`
}

// Changed is a number that differs once anything was counted.
func (b *Book) Changed() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.changed
}

// Snapshot is all counts of the last day.
func (b *Book) Snapshot(at time.Time) (out []Count) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for a, n := range b.counts {
		if _, day := n.spent(at); day == 0 {
			delete(b.counts, a)
			continue
		}
		out = append(out, Count{a.cap, a.tenant, a.destination, n.at, n.hour, n.day})
	}
	return out
}

// Restore takes what Snapshot gave.
func (b *Book) Restore(list []Count) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range list {
		if len(b.counts) < maxAccounts && c.At >= 0 {
			b.counts[account{c.Cap, c.Tenant, c.Destination}] = &counter{hour: c.Hour, day: c.Day, at: c.At}
		}
	}
}
