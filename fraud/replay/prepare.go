package replay

import (
	"net/netip"

	"tollgate/fraud/numbering"
)

// prepared is what follows from an event alone. Stream works it out in the
// goroutine that decodes; all policies share it.
type prepared struct {
	done   bool
	id     uint64     // idHash
	ip     netip.Addr // of the context
	to     numbering.Number
	parsed bool // to is there, whatever the tenant's region
}

func (e *Event) prepare() {
	p := &e.prepared
	if p.done {
		return
	}
	*p = prepared{done: true, id: idHash(e.ID)}
	if len(e.Context.IP) > 0 {
		ip, _ := netip.ParseAddr(string(e.Context.IP))
		p.ip = ip.Unmap()
	}
	if len(e.To) > 0 && e.To[0] == '+' { // else the region tells
		to, err := numbering.Parse(string(e.To), "")
		p.to, p.parsed = to, err == nil
	}
}

// number reads whom the event is about; region is that of the tenant.
func (e *Event) number(region string) (numbering.Number, error) {
	if e.prepared.parsed {
		return e.prepared.to, nil
	}
	return numbering.Parse(string(e.To), region)
}
