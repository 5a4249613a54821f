package offline

import "encoding/binary"

// slab keeps packed records in large pieces of memory without pointers to each:
// millions of small strings would have to be marked in every sweep of the
// garbage collector. A record lies in a slot of its class, whose size is a
// multiple of 16 octets; a slot that is given back takes the next record.
type slab struct {
	classes [slabClasses]slabClass
}

const (
	slabStep    = 16
	slabClasses = 512     // 8 KiB at most: see maxText
	slabPiece   = 1 << 16 // octets of one piece
)

type slabClass struct {
	pieces [][]byte
	used   uint32   // slots that were ever taken
	free   []uint32 // of these, given back
}

// ref is where a record lies: its class, and in the low 32 bits its slot and
// one. 0 is none.
type ref uint64

// slabHead is a record's length, in front of it.
const slabHead = 2

func classOf(octets int) uint32 { return uint32((octets + slabHead - 1) / slabStep) }

// set keeps b in place of what r is, and says where.
func (s *slab) set(r ref, b []byte) ref {
	class := classOf(len(b))
	if r == 0 || uint32(r>>32) != class {
		s.drop(r)
		r = s.take(class)
	}
	at := s.slot(r)
	binary.LittleEndian.PutUint16(at, uint16(len(b)))
	copy(at[slabHead:], b)
	return r
}

func (s *slab) take(class uint32) ref {
	c := &s.classes[class]
	if n := len(c.free); n > 0 {
		slot := c.free[n-1]
		c.free = c.free[:n-1]
		return ref(class)<<32 | ref(slot+1)
	}
	if c.used == uint32(len(c.pieces))*perPiece(class) {
		c.pieces = append(c.pieces, make([]byte, slabPiece))
	}
	c.used++
	return ref(class)<<32 | ref(c.used)
}

// perPiece is how many slots of a class a piece has.
func perPiece(class uint32) uint32 { return slabPiece / (slabStep * (class + 1)) }

// slot is the memory of a record.
func (s *slab) slot(r ref) []byte {
	class, slot := uint32(r>>32), uint32(r)-1
	size := slabStep * (class + 1)
	at := slot % perPiece(class) * size
	return s.classes[class].pieces[slot/perPiece(class)][at : at+size]
}

// get copies a record, "" for none: what is unpacked from it borrows, and may
// outlast it.
func (s *slab) get(r ref) string {
	if r == 0 {
		return ""
	}
	at := s.slot(r)
	return string(at[slabHead : slabHead+int(binary.LittleEndian.Uint16(at))])
}

// same compares a record without copying it.
func (s *slab) same(r ref, b []byte) bool {
	if r == 0 {
		return len(b) == 0
	}
	at := s.slot(r)
	return string(at[slabHead:slabHead+int(binary.LittleEndian.Uint16(at))]) == string(b)
}

// drop gives a record's slot back.
func (s *slab) drop(r ref) {
	if r != 0 {
		c := &s.classes[r>>32]
		c.free = append(c.free, uint32(r)-1)
	}
}
