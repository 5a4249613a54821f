package coding

// Reassembler joins the segments of long messages, in whatever order they come,
// for simulators and for messages from handsets. It is not safe for concurrent
// use.
type Reassembler struct {
	alphabet Alphabet
	limit    int
	open     map[segmentKey]*segments
	order    []segmentKey // oldest first; may name some that are done
}

type segmentKey struct {
	from  string
	ref   uint16
	total byte
	wide  bool
}

type segments struct {
	part  []units // by Seq-1; nil octets where one is missing
	have  int
	first Part
	h     Header
}

// NewReassembler keeps at most limit unfinished messages; one more and the
// oldest is given up.
func NewReassembler(a Alphabet, limit int) *Reassembler {
	return &Reassembler{alphabet: a, limit: max(limit, 1), open: make(map[segmentKey]*segments)}
}

// Add takes a part from a sender (the pair of addresses) and returns the text
// once it is whole. It copies what it keeps. A segment that comes twice counts
// once.
func (r *Reassembler) Add(from string, p Part) (text string, whole bool) {
	h, octets, header := p.cut()
	if h.Total <= 1 {
		return r.alphabet.DecodePart(p), true
	}
	key := segmentKey{from, h.Ref, h.Total, h.Wide}
	s := r.open[key]
	if s == nil {
		s = &segments{part: make([]units, h.Total), first: Part{DataCoding: p.DataCoding}, h: h}
		r.keep(key, s)
	}
	u := r.alphabet.units(p.DataCoding, octets, header)
	if s.part[h.Seq-1].b == nil {
		s.have++
		s.part[h.Seq-1] = units{u.coding, append([]byte{}, u.b...)}
	}
	if s.have < int(h.Total) {
		return "", false
	}
	delete(r.open, key)
	return s.join(), true
}

// join reads all segments as one: peers cut escapes and surrogate pairs in two.
func (s *segments) join() string {
	all := units{coding: s.part[0].coding}
	for _, u := range s.part {
		all.b = append(all.b, u.b...)
	}
	return all.text(s.first.DataCoding, newGSM7(s.h.Locking, s.h.Single))
}

func (r *Reassembler) keep(key segmentKey, s *segments) {
	for len(r.open) >= r.limit {
		delete(r.open, r.order[0])
		r.order = r.order[1:]
	}
	if len(r.order) > 2*r.limit {
		live := r.order[:0]
		for _, k := range r.order {
			if r.open[k] != nil {
				live = append(live, k)
			}
		}
		r.order = live
	}
	r.open[key] = s
	r.order = append(r.order, key)
}

// Open returns how many messages are unfinished.
func (r *Reassembler) Open() int { return len(r.open) }
