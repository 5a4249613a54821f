package receipt

import (
	"strconv"
	"sync"
)

// matcherMax is the default bound of a Matcher.
const matcherMax = 1 << 20

// Matcher finds the attempt that a receipt belongs to, among the open ones of
// one carrier. It is safe for concurrent use.
type Matcher[T any] struct {
	mode IDMode

	mu          sync.Mutex
	exact       map[string]*entry[T] // by id as it came; entries chain
	byNumber    map[uint64]*file[T]  // by the low 64 bits of the number; files chain
	first, last *entry[T]            // by age
	len, max    int
	evicted     uint64
	learnt      learner
}

type entry[T any] struct {
	id, dest     string
	value        T
	same         *entry[T] // the next one with this id
	prev, next   *entry[T] // by age
	dec, hex     number
	isDec, isHex bool
	asDec, asHex file[T]
}

// file is an entry's place among those whose id can stand for a number.
type file[T any] struct {
	entry *entry[T]
	next  *file[T]
}

// NewMatcher returns an empty Matcher for a carrier's mode. Above max open attempts,
// 0: 1 048 576, the oldest one is forgotten: its receipt, if it still comes, is an orphan.
func NewMatcher[T any](mode IDMode, max int) *Matcher[T] {
	if max == 0 {
		max = matcherMax
	}
	return &Matcher[T]{
		mode: mode, max: max,
		exact: make(map[string]*entry[T]), byNumber: make(map[uint64]*file[T]),
	}
}

// ReferenceID makes an id out of user_message_reference, for carriers that give
// every message the same id: Add and Match take it like any other.
func ReferenceID(ref uint16) string { return "ref:" + strconv.Itoa(int(ref)) }

// Add opens an attempt: the id of its submit_sm_resp and its destination.
func (m *Matcher[T]) Add(id, dest string, v T) {
	e := &entry[T]{id: id, dest: dest, value: v}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.len >= m.max {
		m.unlink(m.first)
		m.evicted++
	}
	m.link(e)
}

// Remove closes the oldest attempt with exactly this id and destination.
func (m *Matcher[T]) Remove(id, dest string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for e := m.exact[id]; e != nil; e = e.same {
		if e.dest == dest {
			m.unlink(e)
			return
		}
	}
}

// Match returns the open attempt that a receipt's id and destination name. The
// destination must be the attempt's (the national number will do, and an empty
// one does not count), and no other attempt may fit as well: rather no match
// than a wrong one. In mode Auto a match by number needs a destination.
func (m *Matcher[T]) Match(id, dest string) (v T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.find(id, dest); e != nil {
		return e.value, true
	}
	return v, false
}

// Len returns how many attempts are open.
func (m *Matcher[T]) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.len
}

// Evicted returns how many attempts were forgotten because too many were open.
func (m *Matcher[T]) Evicted() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.evicted
}

// Learnt returns the mode that the receipts so far have shown, Auto while that
// is not certain; in another mode it is that mode.
func (m *Matcher[T]) Learnt() IDMode {
	if m.mode != Auto {
		return m.mode
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.learnt.mode()
}

func (m *Matcher[T]) link(e *entry[T]) {
	if head := m.exact[e.id]; head == nil {
		m.exact[e.id] = e
	} else {
		for head.same != nil {
			head = head.same
		}
		head.same = e
	}
	e.prev = m.last
	if m.last != nil {
		m.last.next = e
	} else {
		m.first = e
	}
	m.last = e
	m.len++
	m.index(e)
}

func (m *Matcher[T]) unlink(e *entry[T]) {
	if m.exact[e.id] != e {
		before := m.exact[e.id]
		for before.same != e {
			before = before.same
		}
		before.same = e.same
	} else if e.same != nil {
		m.exact[e.id] = e.same
	} else {
		delete(m.exact, e.id)
	}
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		m.first = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		m.last = e.prev
	}
	m.len--
	m.unindex(e)
}

// index files the attempt under the numbers its id can stand for.
func (m *Matcher[T]) index(e *entry[T]) {
	if m.mode == Exact {
		return
	}
	if m.mode != Hex && m.mode != HexDec {
		e.dec, e.isDec = decimal(e.id)
	}
	if m.mode != Decimal && m.mode != DecHex {
		e.hex, e.isHex = hexadecimal(e.id)
	}
	if e.isDec {
		m.file(e.dec, &e.asDec, e)
	}
	if e.isHex && !(e.isDec && e.dec == e.hex) {
		m.file(e.hex, &e.asHex, e)
	}
}

func (m *Matcher[T]) unindex(e *entry[T]) {
	if e.isDec {
		m.unfile(e.dec, &e.asDec)
	}
	if e.isHex && !(e.isDec && e.dec == e.hex) {
		m.unfile(e.hex, &e.asHex)
	}
}

// file adds f at the end of its chain: the oldest comes first.
func (m *Matcher[T]) file(n number, f *file[T], e *entry[T]) {
	f.entry = e
	head := m.byNumber[n[0]]
	if head == nil {
		m.byNumber[n[0]] = f
		return
	}
	for head.next != nil {
		head = head.next
	}
	head.next = f
}

func (m *Matcher[T]) unfile(n number, f *file[T]) {
	before := m.byNumber[n[0]]
	switch {
	case before == f && f.next == nil:
		delete(m.byNumber, n[0])
	case before == f:
		m.byNumber[n[0]] = f.next
	default:
		for before.next != f {
			before = before.next
		}
		before.next = f.next
	}
	f.next = nil
}
