package coding

import "unicode/utf8"

// plan is a text with its scheme and where its segments end.
type plan struct {
	scheme scheme
	ends   []int // octets of the text; one entry a segment
}

// Count returns the coding that Split would choose and the segments that it
// would make: what the message costs and what it takes of a carrier's rate.
// With Payload the segments are those that the SMSC will make.
func Count(text string, o Options) (c Coding, segments int, err error) {
	p, err := makePlan(text, &o)
	return p.scheme.coding, len(p.ends), err
}

// makePlan takes the scheme with the fewest segments.
func makePlan(text string, o *Options) (best plan, err error) {
	usual := o.usual()
	if units, wrong := usual.units(text); wrong < 0 && units <= usual.capacity(0) {
		return plan{scheme: usual, ends: []int{len(text)}}, nil // nothing is better than one part, and it comes first
	}
	fits, bad := false, -1
	schemes := o.schemes()
	for i := range schemes {
		s := &schemes[i]
		units, wrong := s.units(text)
		if wrong >= 0 {
			bad = max(bad, wrong)
			continue
		}
		fits = true
		if ends, ok := cut(text, s, units, o); ok && (best.ends == nil || len(ends) < len(best.ends)) {
			best = plan{scheme: *s, ends: ends}
		}
		if len(best.ends) == 1 {
			return best, nil
		}
	}
	switch {
	case best.ends != nil:
		return best, nil
	case fits:
		return plan{}, &TooLongError{Max: o.maxParts()}
	}
	r, _ := utf8.DecodeRuneInString(text[bad:])
	return plan{}, &NotEncodableError{Rune: r, Offset: bad}
}

// cut returns the ends of the segments, as full as they can be; ok is false when
// there are too many.
func cut(text string, s *scheme, units int, o *Options) (ends []int, ok bool) {
	h := Header{Single: s.gsm.single, Locking: s.gsm.locking}
	if units <= s.capacity(h.size()) {
		return []int{len(text)}, true
	}
	// An SMSC that writes the header itself may take the reference of 16 bits,
	// which SAR has; a message_payload is counted in the same way.
	h.Total, h.Wide = 1, o.Concat != UDH8
	room, limit := s.capacity(h.size()), o.maxParts()
	for start := 0; start < len(text); {
		if len(ends) == limit {
			return nil, false
		}
		start = s.fill(text, start, room)
		ends = append(ends, start)
	}
	return ends, true
}

// fill returns where a segment that begins at start ends. Only a cluster that is
// longer than a whole segment is cut inside, between two characters.
func (s *scheme) fill(text string, start, room int) int {
	at := start
	for at < len(text) {
		end := clusterEnd(text, at)
		n, _ := s.units(text[at:end])
		if n > room {
			break
		}
		room -= n
		at = end
	}
	if at > start || at == len(text) {
		return at
	}
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if s.cost(r) > room {
			break
		}
		room -= s.cost(r)
		at += n
	}
	return at
}
