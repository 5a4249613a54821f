// Package compile turns libphonenumber's metadata, in the form in which the Go
// port github.com/nyaruka/phonenumbers ships it, into the table that
// fraud/numbering walks. It runs at generate time and in the test that the
// committed table is up to date; the program does not contain it.
//
// The library decides by regular expressions, a dozen for each region, in a
// fixed order. Here each becomes a deterministic automaton over digits; all
// those of a calling code are walked side by side, their possible lengths
// counted along, and each combination of states becomes a node that knows what
// the library would say there. Nodes are made from the ends of the numbers
// backwards and each only once, so that the automaton is minimal. Nothing is
// simplified: what the metadata or the port gets wrong, the table does too.
package compile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud/numbering/internal/table"
)

// Input is what a table is made from, beside the metadata that the library
// has compiled in.
type Input struct {
	Version  string // of the library's module
	Carriers []byte // its data/prefix_to_carriers/en.txt.gz
	PLMNs    []byte // networks: data/plmn.tsv
	Homes    []byte // networks of single carriers: data/carriers.tsv
}

// Build makes the table.
func Build(in Input) (*table.Table, error) {
	names, err := readCarriers(in.Carriers)
	if err != nil {
		return nil, fmt.Errorf("carriers: %w", err)
	}
	networks, err := readPLMNs(in.PLMNs)
	if err != nil {
		return nil, fmt.Errorf("plmn.tsv: %w", err)
	}
	if err := networks.readHomes(in.Homes, known(names)); err != nil {
		return nil, fmt.Errorf("carriers.tsv: %w", err)
	}
	b := builder{
		pool:     newPool(),
		outcomes: outcomes{list: []table.Outcome{{}}, ids: map[table.Outcome]uint16{}},
		table:    &table.Table{Source: "github.com/nyaruka/phonenumbers " + in.Version},
		member:   map[int][]string{},
	}
	if err := b.plans(); err != nil {
		return nil, err
	}
	c := carriers{names: names, table: b.table, plmns: networks, member: b.member}
	return b.table, c.build()
}

func known(names map[string]string) map[string]bool {
	carriers := map[string]bool{}
	for _, name := range names {
		carriers[name] = true
	}
	return carriers
}

type builder struct {
	pool     *pool
	outcomes outcomes
	table    *table.Table
	member   map[int][]string // regions by calling code, the main one first
}

// plans makes the automaton of each calling code and joins them under one root.
func (b *builder) plans() error {
	regions, nonGeographic, err := metadata()
	if err != nil {
		return err
	}
	roots := map[string]uint16{} // by calling code
	for _, cc := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedCallingCodes())) {
		p := plan{pool: b.pool, outcomes: &b.outcomes}
		b.member[cc] = phonenumbers.GetRegionCodesForCountryCode(cc)
		for i, name := range b.member[cc] {
			m := regions[name]
			if name == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
				m = nonGeographic[cc]
			}
			if m == nil {
				return fmt.Errorf("region %s of +%d has no metadata", name, cc)
			}
			if err := b.add(&p, m, cc, i); err != nil {
				return err
			}
		}
		if roots[fmt.Sprint(cc)], err = p.build(); err != nil {
			return fmt.Errorf("+%d: %w", cc, err)
		}
	}
	b.table.Root, err = b.join("", roots)
	b.table.Nodes, b.table.Outcomes = b.pool.nodes, b.outcomes.list
	return err
}

func (b *builder) add(p *plan, m *phonenumbers.PhoneMetadata, cc, ordinal int) error {
	member, err := newMember(m, uint16(len(b.table.Regions)))
	if err != nil {
		return err
	}
	r, err := newRegion(b.pool, m, cc, ordinal)
	p.members = append(p.members, member)
	b.table.Regions = append(b.table.Regions, r)
	return err
}

// join makes the nodes above the calling codes' own.
func (b *builder) join(digits string, roots map[string]uint16) (uint16, error) {
	if root, ok := roots[digits]; ok || len(digits) == 3 {
		return root, nil
	}
	var n table.Node
	for d := range n.Next {
		var err error
		if n.Next[d], err = b.join(digits+string(rune('0'+d)), roots); err != nil {
			return 0, err
		}
	}
	return b.pool.add(n)
}

// metadata is the library's, by region and for non-geographic numbers by
// calling code. Of two descriptions the later counts, as there.
func metadata() (map[string]*phonenumbers.PhoneMetadata, map[int]*phonenumbers.PhoneMetadata, error) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil, nil, err
	}
	regions, nonGeographic := map[string]*phonenumbers.PhoneMetadata{}, map[int]*phonenumbers.PhoneMetadata{}
	for _, m := range all.GetMetadata() {
		if m.GetId() == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			nonGeographic[int(m.GetCountryCode())] = m
		} else {
			regions[m.GetId()] = m
		}
	}
	return regions, nonGeographic, nil
}
