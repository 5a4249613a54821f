package crashtest

import (
	"fmt"
	"reflect"
	"time"

	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// kind of a record.
type kind uint8

const (
	message kind = iota
	delivery
	challenge
	number
	account
	identity
	review
	answer
)

var kindNames = [...]string{"message", "delivery", "challenge", "number state", "account state", "identity", "review", "answer"}

// key names a record.
type key struct {
	kind kind
	id   store.ID
	to   subscriber.MSISDN
	name string // tenant, account, source or idempotency key
}

func (k key) String() string {
	return fmt.Sprintf("%s %v %s %s", kindNames[k.kind], k.id, k.to, k.name)
}

// promise is what the store said of a change.
type promise uint8

const (
	unsure  promise = iota // nothing: it was under way when the disk failed
	written                // by Write: on disk within 20 ms
	acked                  // by Commit: on disk
)

// change is one Tx, or one record that an erasure takes away.
type change struct {
	what    string
	promise promise
	at      time.Time // when the store answered
}

// version is one value that a record had; nil when it was not there.
type version struct {
	value any
	by    *change
}

// history is what a record went through, oldest first. Only one worker changes
// it, one step after the other.
type history struct{ versions []version }

// model is what a store must hold.
type model map[key]*history

func (m model) of(k key) *history {
	h := m[k]
	if h == nil {
		h = &history{versions: []version{{}}}
		m[k] = h
	}
	return h
}

func (h *history) latest() any { return h.versions[len(h.versions)-1].value }

// put notes that a change gives a record a value.
func (m model) put(k key, value any, by *change) {
	h := m.of(k)
	h.versions = append(h.versions, version{value, by})
}

// drop takes back what a change that was refused did not do.
func (m model) drop(by *change, keys []key) {
	for _, k := range keys {
		h := m.of(k)
		if n := len(h.versions); h.versions[n-1].by == by {
			h.versions = h.versions[:n-1]
		}
	}
}

// floor is the earliest version that may be found after a crash at a moment:
// that of the latest change that was promised to be on disk by then.
func (h *history) floor(crash time.Time, within time.Duration) int {
	for i := len(h.versions) - 1; i > 0; i-- {
		by := h.versions[i].by
		if by.promise == acked || by.promise == written && crash.Sub(by.at) > within {
			return i
		}
	}
	return 0
}

// match is the newest version, not before floor, that value is.
func (h *history) match(value any, floor int) (int, bool) {
	for i := len(h.versions) - 1; i >= floor; i-- {
		v := h.versions[i].value
		if v == nil && value == nil || v != nil && value != nil && reflect.DeepEqual(v, value) {
			return i, true
		}
	}
	return 0, false
}

// keys lists the records of a Tx with their values.
func each(tx *store.Tx, f func(key, any)) {
	for _, v := range tx.Messages {
		f(key{kind: message, id: v.ID}, v)
	}
	for _, v := range tx.Deliveries {
		f(key{kind: delivery, id: v.ID}, v)
	}
	for _, v := range tx.Challenges {
		f(key{kind: challenge, id: v.ID}, v)
	}
	for _, v := range tx.Numbers {
		f(key{kind: number, to: v.To, name: v.Tenant}, v)
	}
	for _, v := range tx.Accounts {
		f(key{kind: account, name: v.AccountID}, v)
	}
	for _, v := range tx.Identities {
		f(key{kind: identity, to: v.To, name: v.Source}, v)
	}
	for _, v := range tx.Reviews {
		f(key{kind: review, id: v.ID}, v)
	}
	for _, v := range tx.Answers {
		f(key{kind: answer, name: v.Key}, v)
	}
}
