package table

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
)

// ErrDamaged is a file that Append did not write.
var ErrDamaged = errors.New("the table of numbers is damaged or of another version: run go generate ./fraud/numbering")

// Open reads what Append wrote. Its strings are parts of s, so that nothing is
// allocated for each. Every index is checked: a table that opens cannot make a
// walk panic.
func Open(s string) (*Table, error) {
	body, ok := strings.CutPrefix(s, magic)
	if !ok || len(body) < 4 {
		return nil, ErrDamaged
	}
	r := &reader{s: body}
	if r.u32() != crc32.ChecksumIEEE([]byte(r.s)) {
		return nil, ErrDamaged
	}
	t := &Table{Source: r.string(), Root: r.u16()}
	t.Nodes = list(r, nodeSize, (*reader).node)
	t.Outcomes = list(r, 3, func(r *reader) Outcome { return Outcome{Region: r.u16(), Type: Type(r.u8())} })
	t.Regions = list(r, 10, (*reader).region)
	t.CarrierNodes = list(r, nodeSize, (*reader).node)
	t.Carriers = list(r, 4, func(r *reader) Carrier { return Carrier{Name: r.string(), PLMN: r.u16()} })
	t.PLMNs = list(r, 2, (*reader).string)
	if r.bad || r.s != "" || !t.sound() {
		return nil, ErrDamaged
	}
	return t, nil
}

// sound says that every index leads somewhere.
func (t *Table) sound() bool {
	ok := len(t.Outcomes) > AcceptPrefix && len(t.Carriers) > 0 && len(t.CarrierNodes) > 1 && int(t.Root) < len(t.Nodes)
	ok = ok && leads(t.Nodes, len(t.Outcomes)) && leads(t.CarrierNodes, len(t.Carriers))
	for _, o := range t.Outcomes {
		ok = ok && int(o.Region) < len(t.Regions) && o.Type < Types
	}
	for i := range t.Regions {
		r := &t.Regions[i]
		ok = ok && r.CC < 1000 && int(max(r.General, r.IDD, r.Odd)) < len(t.Nodes)
		for _, l := range r.Lengths {
			ok = ok && l < lengths
		}
	}
	return ok
}

func leads(nodes []Node, outs int) bool {
	for i := range nodes {
		n := &nodes[i]
		for _, next := range n.Next {
			if int(next) >= len(nodes) {
				return false
			}
		}
		if int(n.Out) >= outs {
			return false
		}
	}
	return true
}

// nodeSize is a Node in the file and in memory, in octets.
const nodeSize = 22

// reader takes fields off the front of s and remembers when one was cut.
type reader struct {
	s   string
	bad bool
}

func (r *reader) take(n int) string {
	if r.bad || n > len(r.s) {
		r.bad = true
		return "\x00\x00\x00\x00"
	}
	field := r.s[:n]
	r.s = r.s[n:]
	return field
}

func (r *reader) u8() byte { return r.take(1)[0] }

func (r *reader) u16() uint16 {
	s := r.take(2)
	return uint16(s[0]) | uint16(s[1])<<8
}

func (r *reader) u32() uint32 { return binary.LittleEndian.Uint32([]byte(r.take(4))) }

func (r *reader) string() string {
	n := int(r.u16())
	if s := r.take(n); !r.bad {
		return s
	}
	return ""
}

func (r *reader) node() (n Node) {
	s := r.take(nodeSize)
	if r.bad {
		return n
	}
	for i := range n.Next {
		n.Next[i] = uint16(s[2*i]) | uint16(s[2*i+1])<<8
	}
	n.Out = uint16(s[20]) | uint16(s[21])<<8
	return n
}

func (r *reader) region() Region {
	g := Region{Name: r.string(), CC: r.u16(), Ordinal: r.u8(), General: r.u16(), IDD: r.u16(), Odd: r.u16(), Prefix: r.string()}
	for i := range g.Lengths {
		g.Lengths[i] = Length(r.u8())
	}
	return g
}

// list reads entries of at least size octets each.
func list[E any](r *reader, size int, entry func(*reader) E) []E {
	n := int(r.u32())
	if r.bad || n > len(r.s)/size {
		r.bad = true
		return nil
	}
	l := make([]E, n)
	for i := range l {
		l[i] = entry(r)
	}
	return l
}
