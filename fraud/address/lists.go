package address

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
)

// Lists are what an operator knows better than the compiled table. Each is
// text of one address or prefix a line, as in 192.0.2.7 or 2001:db8::/48;
// empty lines and what follows # are skipped. Lines of Tor's own list of exits
// ("ExitAddress 192.0.2.7 2026-01-02 03:04:05") are understood too.
type Lists struct {
	Tor        io.Reader // exits of Tor; nil: none is known
	Datacentre io.Reader // rents out machines
	Ordinary   io.Reader // does not, whatever the table says
}

// With is the table with an operator's lists over it.
func (t *Table) With(l Lists) (*Table, error) {
	with := *t
	var errs []error
	for _, list := range []struct {
		name string
		from io.Reader
		to   *prefixes
	}{{"tor", l.Tor, &with.tor}, {"datacentre", l.Datacentre, &with.datacentre}, {"ordinary", l.Ordinary, &with.ordinary}} {
		if list.from == nil {
			continue
		}
		p, err := readPrefixes(list.from)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", list.name, err))
		}
		*list.to = p
	}
	return &with, errors.Join(errs...)
}

// prefixes is a set of ranges, sorted and without overlaps.
type prefixes []addressRange

type addressRange struct{ first, last netip.Addr }

// hold says that an address is in the set.
func (p prefixes) hold(ip netip.Addr) bool {
	if len(p) == 0 {
		return false
	}
	i, found := slices.BinarySearchFunc(p, ip, func(r addressRange, ip netip.Addr) int { return r.first.Compare(ip) })
	return found || i > 0 && ip.Compare(p[i-1].last) <= 0
}

// maxBad bounds the lines that one error tells.
const maxBad = 20

func readPrefixes(r io.Reader) (p prefixes, err error) {
	var bad []error
	in := bufio.NewScanner(r)
	for line := 1; in.Scan() && len(bad) < maxBad; line++ {
		text, _, _ := strings.Cut(in.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		word := fields[0]
		switch word {
		case "ExitAddress":
			if len(fields) > 1 {
				word = fields[1]
			}
		case "ExitNode", "Published", "LastStatus":
			continue
		}
		one, err := parseRange(word)
		if err != nil {
			bad = append(bad, fmt.Errorf("line %d: %q is no address or prefix", line, word))
			continue
		}
		p = append(p, one)
	}
	if err := errors.Join(append(bad, in.Err())...); err != nil {
		return nil, err
	}
	return p.tidy(), nil
}

func parseRange(s string) (addressRange, error) {
	if ip, err := netip.ParseAddr(s); err == nil {
		ip = ip.Unmap()
		return addressRange{ip, ip}, nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return addressRange{}, err
	}
	p = p.Masked()
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(last); bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last)
	return addressRange{p.Addr(), end}, nil
}

// tidy sorts the ranges and joins those that overlap.
func (p prefixes) tidy() prefixes {
	slices.SortFunc(p, func(a, b addressRange) int { return a.first.Compare(b.first) })
	out := p[:0]
	for _, r := range p {
		if n := len(out); n > 0 && r.first.Compare(out[n-1].last) <= 0 {
			if out[n-1].last.Less(r.last) {
				out[n-1].last = r.last
			}
			continue
		}
		out = append(out, r)
	}
	return out
}
