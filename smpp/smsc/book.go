package smsc

import (
	"slices"
	"sync"
	"time"

	"tollgate/smpp/pdu"
)

// Message is what a handset received: one text, its parts put together.
type Message struct {
	To, From  string // E.164 with its plus when the type of number is international, else as they came
	Text      string
	At        time.Time // when the last part was accepted
	MessageID string    // of the last part, as in its response
	SystemID  string
}

// partsMax is how many unfinished messages may wait for their other parts; the
// oldest goes when there are more.
const partsMax = 4096

// book remembers the latest messages: every submit_sm for query_sm and its
// like, every whole message for the inbox.
type book struct {
	mu      sync.Mutex
	size    int
	submits ring[*message]
	inbox   ring[letter]
	parts   map[partKey]*parts
	waiting []partKey // oldest first
}

// letter is a whole message, decoded when somebody looks.
type letter struct {
	last *message
	body []byte // without user data headers
}

func newBook(size int) *book {
	return &book{size: size, submits: ring[*message]{size: size}, inbox: ring[letter]{size: size}, parts: map[partKey]*parts{}}
}

func (b *book) add(m *message) {
	if b.size == 0 {
		return
	}
	b.mu.Lock()
	b.submits.push(m)
	b.mu.Unlock()
}

// outcome is the final state of a message.
func (b *book) outcome(m *message) (stat, err string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return m.stat, m.err
}

// find returns the newest message of an account with an id, nil when it is not
// remembered.
func (b *book) find(a *account, id string) *message {
	for i := b.submits.len() - 1; i >= 0; i-- {
		if m := b.submits.at(i); m.id == id && m.acct == a {
			return m
		}
	}
	return nil
}

// rewrite changes the text of a message in the inbox, with b.mu held.
func (b *book) rewrite(m *message, text []byte) {
	for i := range b.inbox.items {
		if b.inbox.items[i].last == m {
			b.inbox.items[i].body = text
		}
	}
}

// whole counts a message that needs no other part, or whose last part came.
func (s *Server) whole(m *message) {
	p, body, isPart := m.part()
	if isPart {
		s.book.mu.Lock()
		body = s.book.gather(partKey{m.acct, m.from, m.to, p.ref, p.total}, p, body)
		s.book.mu.Unlock()
		if body == nil {
			return
		}
	}
	s.stats.messages.Add(1)
	l := letter{last: m, body: body}
	if s.book.size > 0 {
		s.book.mu.Lock()
		s.book.inbox.push(l)
		s.book.mu.Unlock()
	}
	if s.onWhole != nil {
		s.onWhole(s.read(l))
	}
}

// read decodes a letter.
func (s *Server) read(l letter) Message {
	m := l.last
	return Message{
		To: number(m.to), From: number(m.from), Text: decodeText(s.p.Alphabet, m.coding, l.body),
		At: s.epoch.Add(time.Duration(m.at)), MessageID: m.id, SystemID: m.acct.name,
	}
}

func number(a pdu.Address) string {
	if a.TON == pdu.TONInternational {
		return "+" + a.Addr
	}
	return a.Addr
}

// Inbox lists what the handsets received, newest last, at most
// Options.InboxSize.
func (s *Server) Inbox() []Message {
	s.book.mu.Lock()
	letters := make([]letter, s.book.inbox.len())
	for i := range letters {
		letters[i] = s.book.inbox.at(i)
	}
	s.book.mu.Unlock()
	messages := make([]Message, len(letters))
	for i, l := range letters {
		messages[i] = s.read(l)
	}
	return messages
}

// gather keeps one part and returns the whole body when it was the last one
// missing, nil otherwise.
func (b *book) gather(k partKey, p part, body []byte) []byte {
	w := b.parts[k]
	if w == nil {
		if len(b.waiting) >= partsMax {
			delete(b.parts, b.waiting[0])
			b.waiting = b.waiting[1:]
		}
		w = &parts{bodies: make([][]byte, p.total), missing: int(p.total)}
		b.parts[k] = w
		b.waiting = append(b.waiting, k)
	}
	if w.bodies[p.number-1] == nil {
		w.bodies[p.number-1] = append([]byte{}, body...)
		w.missing--
	}
	if w.missing > 0 {
		return nil
	}
	delete(b.parts, k)
	b.waiting = slices.DeleteFunc(b.waiting, func(o partKey) bool { return o == k })
	return append([]byte{}, slices.Concat(w.bodies...)...)
}

// ring keeps the latest size items.
type ring[T any] struct {
	size  int
	items []T
	first int
}

func (r *ring[T]) push(v T) {
	if len(r.items) < r.size {
		r.items = append(r.items, v)
		return
	}
	r.items[r.first] = v
	r.first = (r.first + 1) % r.size
}

func (r *ring[T]) len() int { return len(r.items) }

// at returns the i-th oldest item.
func (r *ring[T]) at(i int) T { return r.items[(r.first+i)%len(r.items)] }
