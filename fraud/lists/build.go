package lists

import (
	"encoding/hex"
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tollgate/hlr/subscriber"
)

// MaxEntries bounds a table: 5 million take some 400 MB.
const MaxEntries = 5_000_000

// New compiles entries. The first that is impossible is the error.
func New(entries []Entry) (*Table, error) {
	if len(entries) > MaxEntries {
		return nil, fmt.Errorf("%d entries are more than %d", len(entries), MaxEntries)
	}
	t := &Table{
		slots: make([]slot, 1<<bits.Len(uint(2*len(entries)))), filter: make([]uint64, 1<<bits.Len(uint(len(entries)/4))),
		notes: make([]note, 0, len(entries)), tenants: map[string]uint16{},
	}
	texts := map[words]uint32{}
	for i := range entries {
		e := &entries[i]
		n := note{added: seconds(e.Added), expires: seconds(e.Expires), safe: e.Safe}
		var err error
		if n.tenant, err = t.tenant(e.Tenant); err != nil {
			return nil, err
		}
		w := words{e.List, e.Reason, e.Source}
		if _, known := texts[w]; !known {
			texts[w] = uint32(len(t.texts))
			t.texts = append(t.texts, w)
		}
		n.words = texts[w]
		k, err := t.keyOf(e, n.tenant)
		if err != nil {
			return nil, err
		}
		t.kinds |= 1 << e.Kind
		t.notes = append(t.notes, n)
		t.put(k)
	}
	t.live = len(t.notes)
	return t, nil
}

func seconds(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix()
}

func (t *Table) tenant(id string) (uint16, error) {
	if id == "" {
		return 0, nil
	}
	n, known := t.tenants[id]
	if !known {
		if len(t.tenants) == 1<<16-1 {
			return 0, fmt.Errorf("entries name more than %d tenants", 1<<16-1)
		}
		n = uint16(len(t.tenants) + 1)
		t.tenants[id] = n
	}
	return n, nil
}

// put places the newest note under its key.
func (t *Table) put(k key) {
	h := k.hash()
	t.mark(h)
	mask := uint64(len(t.slots) - 1)
	i := h >> 20 & mask
	for t.slots[i].note != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot{k.hi, k.lo, uint32(len(t.notes))}
}

// keyOf reads what an entry names.
func (t *Table) keyOf(e *Entry, tenant uint16) (k key, err error) {
	switch e.Kind {
	case Number, Prefix:
		digits, err := number(e)
		if err != nil {
			return k, err
		}
		v, length := value(subscriber.MSISDN(digits))
		if e.Kind == Prefix {
			t.digits |= 1 << length
		}
		return numberKey(e.Kind, length, v), nil
	case IP:
		p, err := network(e.Value)
		if err != nil {
			return k, err
		}
		n := p.Bits()
		switch {
		case p.Addr().Is4():
			t.bits4 |= 1 << n
		case n == 64:
			t.bits6[1] = 1
		default:
			t.bits6[0] |= 1 << n
		}
		return ipKey(p.Addr(), n), nil
	case ASN:
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(e.Value), "AS"), 10, 32)
		if err != nil || n == 0 {
			return k, fmt.Errorf("asn %q must be a number such as 64500", e.Value)
		}
		return asnKey(uint32(n)), nil
	case Device:
		sum, err := hex.DecodeString(e.Value)
		if err != nil || len(sum) != 16 {
			return k, fmt.Errorf("a device is listed by its keyed hash, 32 hexadecimal digits")
		}
		return deviceKey([16]byte(sum)), nil
	case Account:
		if e.Value == "" || e.Tenant == "" {
			return k, fmt.Errorf("an account is a tenant's own: name the tenant")
		}
		return accountKey(tenant, e.Value), nil
	}
	return k, fmt.Errorf("an entry must name a number, ip, asn, device or account")
}

// network reads an address or prefix. An IPv6 address stands for its /64.
func network(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return p, fmt.Errorf("ip %q must be an address or network such as 203.0.113.0/24", s)
		}
		a = a.Unmap()
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() {
		return p, fmt.Errorf("ip %q: write IPv4 in its own form", s)
	}
	if p.Addr().Is6() && p.Bits() > 64 {
		p = netip.PrefixFrom(p.Addr(), 64)
	}
	if p.Bits() < 8 {
		return p, fmt.Errorf("ip %q takes in too much of the Internet: at least 8 bits", s)
	}
	return p.Masked(), nil
}
