// Package store is the contract of everything durable: what a record is, which
// writes belong together, and what "accepted" means. storetest holds the suite
// that every engine passes; pebble is the embedded engine.
//
// A Tx is a set of records that are written together or not at all. Commit
// returns once the Tx is on disk, sharing one sync with all who wait at the
// same time (a commit group). Write returns at once: what it wrote is visible
// to every later read, and on disk within 20 ms; it may be lost if the process
// ends before that. Whatever others rely on goes through Commit: an accepted
// message, the answer of a check, a freeze, a lock, the outcome behind a
// deliver_sm_resp. Attempts and their results go through Write: after a crash
// an attempt without a result is repeated and marked as a repeat. So do sends
// that were refused, with the decision and its facts: a crash may lose those of
// the last 20 ms, of which nothing was promised but the refusal.
//
// Records that many may change at once (Challenge, NumberState,
// AccountState, Identity, Review) carry a revision: a Tx that puts one with Rev n succeeds only where
// revision n-1 is stored (0: none), else Commit returns ErrConflict and
// nothing of the Tx was written.
//
// A failed sync is final: the engine calls its Fatal handler and answers every
// later call with ErrFailed. The process must end; the restart recovers.
package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"tollgate/hlr/subscriber"
)

// What an engine answers; every other error is the engine's own.
var (
	ErrNotFound = errors.New("store: no such record")
	ErrConflict = errors.New("store: the record was changed meanwhile")
	ErrFailed   = errors.New("store: a write failed, the process must restart to recover")
	// ErrFull says that free disk is below the watermark. It is decided
	// before anything is written.
	ErrFull   = errors.New("store: free disk is below the watermark")
	ErrClosed = errors.New("store: closed")
	// ErrLocked is returned by Open when another process holds the data.
	ErrLocked = errors.New("store: the data directory is in use by another process")

	// What Claim answers when the idempotency key cannot be claimed.
	ErrInFlight  = errors.New("store: a request with this idempotency key is in flight")
	ErrKeyReused = errors.New("store: this idempotency key was used with another body")
)

// Store keeps everything that must outlive the process.
type Store interface {
	// Commit writes txs, all of them or nothing, and returns once they are on
	// disk. When ctx ends first the write may still happen.
	Commit(ctx context.Context, txs ...*Tx) error
	// Write applies tx without waiting for the disk (within 20 ms). It waits
	// only while more is on its way to disk than the engine takes at once.
	Write(tx *Tx) error

	// Claim takes an idempotency key before a request is worked on. It
	// returns the stored answer when the same request was answered before,
	// (nil, nil) when the caller now holds the key (and ends by putting an
	// Answer in the Tx, or by Release), ErrInFlight or ErrKeyReused. An
	// answer is replayed once it is on disk; until then it is in flight. A
	// Commit that fails, by ErrConflict for one, leaves the key held.
	Claim(ctx context.Context, tenant, key string, body [32]byte, now time.Time) (*Answer, error)
	// Release gives a claimed key back unanswered, so that it may be tried again.
	Release(tenant, key string)

	Message(ctx context.Context, id ID) (*Message, error)
	// Refused is a send that was refused by decision, as long as it is kept.
	Refused(ctx context.Context, id ID) (*Message, error)
	// Content is the text of a message until its terminal state erased it.
	Content(ctx context.Context, id ID) (*Content, error)
	Delivery(ctx context.Context, id ID) (*Delivery, error)
	Challenge(ctx context.Context, id ID) (*Challenge, error)
	NumberState(ctx context.Context, tenant string, n subscriber.MSISDN) (*NumberState, error)
	AccountState(ctx context.Context, tenant, account string) (*AccountState, error)
	// Identity is the identity of record that source ("network", or
	// "tenant:ID" for what a tenant claims) told of a number.
	Identity(ctx context.Context, source string, n subscriber.MSISDN) (*Identity, error)
	Review(ctx context.Context, id ID) (*Review, error)
	// Reviews lists a tenant's reviews ("" for all tenants), newest first:
	// those that nobody has resolved yet when open is set, else all.
	// after continues a listing behind that id; limit is at most 1000.
	Reviews(ctx context.Context, tenant string, open bool, after ID, limit int) ([]*Review, error)

	// Open yields every message without a terminal state, earliest deadline
	// first, as they are when it yields the first: the queue to recover at
	// start. It reads no more of them than it yields, so that a million are
	// listed in seconds.
	Open(ctx context.Context) iter.Seq2[OpenMessage, error]
	// Unfinished reads one of them whole; ErrNotFound when it has a terminal
	// state by now.
	Unfinished(ctx context.Context, id ID) (Unfinished, error)
	// Expire erases what its retention no longer keeps: idempotency answers,
	// refused sends, messages with their deliveries and challenges, reviews,
	// states and identities. It is called again and again, and one call may do a part.
	Expire(ctx context.Context, now time.Time, keep Retention) (erased int, err error)
	// Erase deletes what is kept of a number: identities, the states and
	// claims of the tenants named, reviews, refused sends, and finished
	// messages with all that belongs to them. Messages without a terminal state are left and
	// counted. Called again after a crash it goes on. Idempotency answers
	// cannot be found by number; they go within two days.
	Erase(ctx context.Context, n subscriber.MSISDN, tenants []string) (erased, open int, err error)

	// Full returns ErrFull below the watermark of free disk, ErrFailed after
	// a failed write, nil otherwise. It costs no I/O.
	Full() error
	// Durability says in words what Commit promises, for /readyz?verbose.
	Durability() string
	Close() error
}

// OpenMessage is one entry in the list of messages without a terminal state.
type OpenMessage struct {
	ID       ID
	Kind     Kind
	Deadline time.Time // its ExpiresAt, to the millisecond
	// Delivery as written since it was accepted, its timeline without First
	// steps; nil: no carrier has seen it.
	Delivery *Delivery
}

// Unfinished is one message that recovery takes up again.
type Unfinished struct {
	Message  *Message
	Content  *Content  // nil: its text is gone
	Delivery *Delivery // as last written
}

// Tx is what one call writes, all of it or nothing. The zero Tx is empty and
// may be reused after Reset. A record put twice: the last one counts.
//
// The Tx that puts a Message opens it, and should put its Content and first
// Delivery too: engines may store the three together. A terminal Delivery
// closes it for good.
type Tx struct {
	Messages   []*Message
	Refused    []*Message // sends that were refused: they open nothing, and have nothing but this
	Contents   []*Content
	Deliveries []*Delivery // a terminal one erases the message's Content and closes it
	Challenges []*Challenge
	Numbers    []*NumberState
	Accounts   []*AccountState
	Identities []*Identity
	Reviews    []*Review
	Answers    []*Answer
}

// Reset empties tx and keeps its memory.
func (tx *Tx) Reset() {
	clear(tx.Messages)
	clear(tx.Refused)
	clear(tx.Contents)
	clear(tx.Deliveries)
	clear(tx.Challenges)
	clear(tx.Numbers)
	clear(tx.Accounts)
	clear(tx.Identities)
	clear(tx.Reviews)
	clear(tx.Answers)
	*tx = Tx{
		Messages: tx.Messages[:0], Refused: tx.Refused[:0], Contents: tx.Contents[:0], Deliveries: tx.Deliveries[:0],
		Challenges: tx.Challenges[:0], Numbers: tx.Numbers[:0], Accounts: tx.Accounts[:0], Identities: tx.Identities[:0],
		Reviews: tx.Reviews[:0], Answers: tx.Answers[:0],
	}
}

// Sealer encrypts what is stored and hashes what is looked up. gateway/keys
// implements it; the engine never sees a key.
type Sealer interface {
	// Seal appends the sealed form of plain to dst. context binds it to its
	// place: opening it anywhere else fails.
	Seal(dst, plain, context []byte) []byte
	Open(dst, sealed, context []byte) ([]byte, error)
	// Index hashes a lookup key under the newest key; IndexFormer under
	// each former one, newest first, for reads after a rotation.
	Index(kind string, parts ...string) [16]byte
	IndexFormer(kind string, parts ...string) [][16]byte
}
