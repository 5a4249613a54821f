package compile

import (
	"encoding/binary"
	"fmt"

	"github.com/nyaruka/phonenumbers"

	"tollgate/fraud/numbering/internal/table"
)

// maxNational is the longest national number that libphonenumber parses.
const maxNational = phonenumbers.MAX_LENGTH_FOR_NSN

// desc is one description of a kind of number: a pattern and the lengths that
// it may have, nil for all (phonenumbers' isNumberMatchingDesc).
type desc struct {
	*pattern
	lengths map[int]bool
}

func newDesc(d *phonenumbers.PhoneNumberDesc) (desc, error) {
	if len(d.GetPossibleLength()) == 1 && d.GetPossibleLength()[0] == -1 || d == nil {
		return desc{pattern: dead}, nil
	}
	p, err := newPattern(d.GetNationalNumberPattern())
	c := desc{pattern: p}
	if n := d.GetPossibleLength(); len(n) > 0 {
		c.lengths = map[int]bool{}
		for _, l := range n {
			c.lengths[int(l)] = true
		}
	}
	return c, err
}

func (d *desc) is(state int32, length int) bool {
	return d.matches(state) && (d.lengths == nil || d.lengths[length])
}

// The descriptions of a region by their place in a vector: the general one, the
// types in the order of table.Type, which is that of the library's tests
// (getNumberTypeHelper) but for fixed and mobile, and the leading digits.
const (
	general = 0
	fixed   = int(table.FixedLine)
	mobile  = int(table.FixedLine) + 1
	leading = mobile + 1
	descs   = leading + 1
)

// member is a region of a calling code.
type member struct {
	index  uint16 // in table.Regions
	same   bool   // mobile and fixed numbers look the same
	leads  bool   // decided by leading digits, not by being valid
	kinds  [descs]desc
	offset int // of its states in a vector
}

func newMember(m *phonenumbers.PhoneMetadata, index uint16) (*member, error) {
	r := &member{index: index, same: m.GetSameMobileAndFixedLinePattern(), leads: m.GetLeadingDigits() != ""}
	for i, d := range []*phonenumbers.PhoneNumberDesc{
		general: m.GetGeneralDesc(), table.PremiumRate: m.GetPremiumRate(), table.TollFree: m.GetTollFree(),
		table.SharedCost: m.GetSharedCost(), table.VoIP: m.GetVoip(), table.PersonalNumber: m.GetPersonalNumber(),
		table.Pager: m.GetPager(), table.UAN: m.GetUan(), table.Voicemail: m.GetVoicemail(),
		fixed: m.GetFixedLine(), mobile: m.GetMobile(),
	} {
		var err error
		if r.kinds[i], err = newDesc(d); err != nil {
			return nil, fmt.Errorf("region %s: %w", m.GetId(), err)
		}
	}
	r.kinds[leading] = desc{pattern: dead}
	if !r.leads {
		return r, nil
	}
	p, err := newPattern("(?:" + m.GetLeadingDigits() + ")[0-9]*")
	r.kinds[leading].pattern = p
	return r, err
}

// kind is the type of a number that ends in these states (getNumberTypeHelper).
func (r *member) kind(states []int32, length int) table.Type {
	is := func(i int) bool { return r.kinds[i].is(states[r.offset+i], length) }
	if !is(general) {
		return table.Unknown
	}
	for t := table.PremiumRate; t < table.FixedLine; t++ {
		if is(int(t)) {
			return t
		}
	}
	switch {
	case is(fixed) && (r.same || is(mobile)):
		return table.FixedLineOrMobile
	case is(fixed):
		return table.FixedLine
	case !r.same && is(mobile):
		return table.Mobile
	}
	return table.Unknown
}

// plan is the numbering plan of a calling code: all its regions side by side.
type plan struct {
	members  []*member
	patterns []*pattern // of all members
	pool     *pool
	outcomes *outcomes
	memo     map[string]uint16 // nodes by depth and states
}

// outcomes numbers the kinds of valid numbers.
type outcomes struct {
	list []table.Outcome
	ids  map[table.Outcome]uint16
}

func (o *outcomes) id(v table.Outcome) uint16 {
	id, ok := o.ids[v]
	if !ok {
		id = uint16(len(o.list))
		o.list, o.ids[v] = append(o.list, v), id
	}
	return id
}

// build makes the automaton of the national numbers and returns its root.
func (p *plan) build() (uint16, error) {
	if len(p.members) == 1 {
		p.members[0].leads = false // there is nothing to decide
	}
	for _, m := range p.members {
		m.offset = len(p.patterns)
		for i := range m.kinds {
			p.patterns = append(p.patterns, m.kinds[i].pattern)
		}
	}
	states := make([]int32, len(p.patterns))
	for i := range states {
		states[i] = 1
	}
	p.memo = map[string]uint16{}
	return p.node(states, 0)
}

// node makes the node for these states after depth digits, its successors first.
func (p *plan) node(states []int32, depth int) (uint16, error) {
	if depth > maxNational {
		return 0, nil
	}
	p.prune(states)
	key := key(states, depth)
	if id, ok := p.memo[key]; ok {
		return id, nil
	}
	n := table.Node{Out: p.outcome(states, depth)}
	for d := range n.Next {
		next := make([]int32, len(states))
		for i, s := range states {
			next[i] = p.patterns[i].step(s, d)
		}
		var err error
		if n.Next[d], err = p.node(next, depth+1); err != nil {
			return 0, err
		}
	}
	id, err := p.pool.add(n)
	p.memo[key] = id
	return id, err
}

// prune forgets the regions that the leading digits have ruled out. It changes
// no outcome; it keeps the count of different vectors small.
func (p *plan) prune(states []int32) {
	decided := false
	for _, m := range p.members {
		s := states[m.offset : m.offset+descs]
		if decided || m.leads && s[leading] == 0 || s[general] == 0 && !m.leads {
			clear(s)
		}
		decided = decided || m.leads && m.kinds[leading].matches(s[leading])
	}
}

// outcome is what a number that ends here is. The first region that its
// leading digits or else its being valid point to is the number's
// (getRegionCodeForNumberFromRegionList), even if it is not valid there.
func (p *plan) outcome(states []int32, length int) uint16 {
	for _, m := range p.members {
		t := m.kind(states, length)
		here := t != table.Unknown
		if m.leads {
			here = m.kinds[leading].matches(states[m.offset+leading])
		}
		if here && t == table.Unknown {
			return 0
		}
		if here {
			return p.outcomes.id(table.Outcome{Region: m.index, Type: t})
		}
	}
	return 0
}

func key(states []int32, depth int) string {
	b := []byte{byte(depth)}
	for _, s := range states {
		b = binary.AppendUvarint(b, uint64(s))
	}
	return string(b)
}
