package smsc

import (
	"sync"
	"time"

	"tollgate/smpp/coding"
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
	parts   *coding.Reassembler

	alphabet coding.Alphabet
}

// letter is a whole message. One of a single part is decoded when somebody
// looks: at the rate of a load test that would cost more than the rest.
type letter struct {
	last *message
	body []byte
	text string // of several parts
}

func newBook(size int, a coding.Alphabet) *book {
	return &book{
		size: size, submits: ring[*message]{size: size}, inbox: ring[letter]{size: size},
		parts: coding.NewReassembler(a, partsMax), alphabet: a,
	}
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
			b.inbox.items[i].body, b.inbox.items[i].text = text, ""
		}
	}
}

// whole counts a message that needs no other part, or whose last part came.
func (s *Server) whole(m *message, tlvs pdu.TLVs) {
	l := letter{last: m, body: m.body}
	if _, sar := tlvs.Get(pdu.TagSarTotalSegments); sar || m.esmClass&pdu.ESMClassUDHI != 0 {
		var whole bool
		if l.text, whole = s.book.join(m, tlvs); !whole {
			return
		}
		l.body = nil
	}
	s.stats.messages.Add(1)
	if s.book.size > 0 {
		s.book.mu.Lock()
		s.book.inbox.push(l)
		s.book.mu.Unlock()
	}
	if s.onWhole != nil {
		s.onWhole(s.read(l))
	}
}

// join adds a part to the others of its message.
func (b *book) join(m *message, tlvs pdu.TLVs) (text string, whole bool) {
	pair := m.acct.name + "\x00" + m.from.Addr + "\x00" + m.to.Addr
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.parts.Add(pair, coding.Part{ESMClass: m.esmClass, DataCoding: m.coding, ShortMessage: m.body, TLVs: tlvs})
}

// read decodes a letter.
func (s *Server) read(l letter) Message {
	m, text := l.last, l.text
	if l.body != nil {
		text = s.book.alphabet.Decode(m.coding, l.body)
	}
	return Message{
		To: number(m.to), From: number(m.from), Text: text,
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
