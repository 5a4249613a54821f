package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tollgate/gateway/store"
)

var errNoRev = errors.New("store: a record that carries a revision was put without one (the first is 1)")

// encode turns txs into one pending: encoded, sealed, with the revisions to
// check. It holds no lock.
func (s *Store) encode(ctx context.Context, txs ...*store.Tx) (*pending, error) {
	p := newPendingFor(txs)
	p.result = len(txs) == 1 && len(txs[0].Messages) == 0 && len(txs[0].Deliveries) > 0
	for _, tx := range txs {
		if err := s.encodeTx(ctx, p, tx); err != nil {
			p.release()
			return nil, err
		}
	}
	return p, nil
}

func (s *Store) encodeTx(ctx context.Context, p *pending, tx *store.Tx) error {
	for _, m := range tx.Messages {
		s.encodeMessage(p, m, tx)
	}
	for _, m := range tx.Refused {
		s.encodeRefused(p, m)
	}
	for _, c := range tx.Contents {
		if err := s.encodeContent(ctx, p, c, tx); err != nil {
			return err
		}
	}
	for _, d := range tx.Deliveries {
		if err := s.encodeDelivery(ctx, p, d, tx); err != nil {
			return err
		}
	}
	if err := s.encodeRevised(p, tx); err != nil {
		return err
	}
	for _, a := range tx.Answers {
		p.plain = store.AppendAnswer(p.plain[:0], a)
		s.put(p, answerKey(day(a.At), s.cfg.Sealer.Index("answer", a.Tenant, a.Key)), 0, 0)
		p.claims = append(p.claims, claimKey{a.Tenant, a.Key})
	}
	return nil
}

// encodeMessage writes the message with what was accepted with it, and the
// entry that makes it open together with its content.
func (s *Store) encodeMessage(p *pending, m *store.Message, tx *store.Tx) {
	a := acceptedOf(tx, m)
	p.plain = a.appendTo(p.plain[:0])
	deadline := deadline(m.ExpiresAt)
	s.put(p, idKey(classMessage, m.ID), messageHead(deadline, a.challenge != nil), 0)

	open := openKey(deadline, m.ID)
	if c := contentOf(tx, m.ID); c != nil {
		p.plain = appendContent(p.plain[:0], c)
		s.put(p, open, uint64(m.Kind), 0)
	} else {
		p.mark(open, uint64(m.Kind))
	}
}

// encodeRefused writes a refused send, without its ID, which stands in the key.
func (s *Store) encodeRefused(p *pending, m *store.Message) {
	alone := *m
	alone.ID = store.ID{}
	p.plain = store.AppendMessage(p.plain[:0], &alone)
	s.put(p, idKey(classRefused, m.ID), 0, 0)
}

func deadline(at time.Time) int64 { return max(at.UnixMilli(), 0) }

// messageHead is the varint before a message: its deadline, and whether its
// challenge is inside.
func messageHead(deadline int64, challenge bool) uint64 {
	head := uint64(deadline) << 1
	if challenge {
		head |= 1
	}
	return head
}

// appendContent writes a content without its ID, which stands in the key.
func appendContent(b []byte, c *store.Content) []byte {
	return store.AppendContent(b, &store.Content{Text: c.Text})
}

// appendDelivery does the same for a delivery, and leaves out the steps that stand
// with the message.
func appendDelivery(b []byte, d *store.Delivery) []byte {
	c := *d
	c.ID, c.First = store.ID{}, min(max(d.First, 0), len(d.Timeline))
	c.Timeline = d.Timeline[c.First:]
	return store.AppendDelivery(b, &c)
}

func deliveryOf(tx *store.Tx, id store.ID) (d *store.Delivery) {
	for _, v := range tx.Deliveries {
		if v.ID == id {
			d = v
		}
	}
	return d
}

func contentOf(tx *store.Tx, id store.ID) (c *store.Content) {
	for _, v := range tx.Contents {
		if v.ID == id {
			c = v
		}
	}
	return c
}

func messageOf(tx *store.Tx, id store.ID) *store.Message {
	for _, v := range tx.Messages {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// encodeContent writes a content that comes later than its message; as long
// as the message is open.
func (s *Store) encodeContent(ctx context.Context, p *pending, c *store.Content, tx *store.Tx) error {
	if messageOf(tx, c.ID) != nil {
		return nil
	}
	m, err := s.Message(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("store: writing a content: its message: %w", err)
	}
	d, err := s.Delivery(ctx, c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if d != nil && d.Status.Terminal() {
		return nil
	}
	p.plain = appendContent(p.plain[:0], c)
	s.put(p, openKey(deadline(m.ExpiresAt), c.ID), uint64(m.Kind), 0)
	return nil
}

// encodeDelivery writes a delivery; a terminal one closes its message, and
// the content goes with that.
func (s *Store) encodeDelivery(_ context.Context, p *pending, d *store.Delivery, tx *store.Tx) error {
	if !d.Status.Terminal() {
		if messageOf(tx, d.ID) == nil {
			p.plain = appendDelivery(p.plain[:0], d)
			s.put(p, idKey(classDelivery, d.ID), 0, 0)
		}
		return nil
	}
	p.plain = appendDelivery(p.plain[:0], d)
	s.put(p, idKey(classDelivery, d.ID), doneAt(d), 0)
	at := deadline(d.ExpiresAt)
	if d.ExpiresAt.IsZero() {
		if m := messageOf(tx, d.ID); m != nil {
			at = deadline(m.ExpiresAt)
		} else if stored, err := s.deadlineOf(d.ID); err == nil {
			at = stored
		} else if !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("store: closing a message: %w", err)
		}
	}
	p.delete(openKey(at, d.ID))
	return nil
}

// doneAt is the time of a terminal state, never 0.
func doneAt(d *store.Delivery) uint64 {
	at := d.DoneAt
	if at.IsZero() {
		at = d.ID.Time()
	}
	return uint64(max(at.UnixMilli(), 1))
}

// encodeRevised writes the records that many may change.
func (s *Store) encodeRevised(p *pending, tx *store.Tx) error {
	for _, c := range tx.Challenges {
		if m := messageOf(tx, c.ID); m != nil && issuedWith(c, m) {
			p.inside(idKey(classChallenge, c.ID))
			continue
		}
		p.plain = store.AppendChallenge(p.plain[:0], c)
		if err := s.putRevised(p, idKey(classChallenge, c.ID), c.Rev, nil); err != nil {
			return err
		}
	}
	for _, n := range tx.Numbers {
		k, former := s.indexKeys(classNumber, "number", n.Tenant, string(n.To))
		p.plain = store.AppendNumberState(p.plain[:0], n)
		if err := s.putRevised(p, k, n.Rev, former); err != nil {
			return err
		}
	}
	for _, v := range tx.Accounts {
		k, former := s.indexKeys(classAccount, "account", v.Tenant, v.AccountID)
		p.plain = store.AppendAccountState(p.plain[:0], v)
		if err := s.putRevised(p, k, v.Rev, former); err != nil {
			return err
		}
	}
	for _, v := range tx.Identities {
		k, former := s.indexKeys(classIdentity, "identity", v.Source, string(v.To))
		p.plain = store.AppendIdentity(p.plain[:0], v)
		if err := s.putRevised(p, k, v.Rev, former); err != nil {
			return err
		}
	}
	for _, v := range tx.Reviews {
		p.plain = store.AppendReview(p.plain[:0], v)
		if err := s.putRevised(p, idKey(classReview, v.ID), v.Rev, nil); err != nil {
			return err
		}
		p.listReview(v)
	}
	return nil
}

func (s *Store) putRevised(p *pending, k key, rev uint64, former []place) error {
	if rev == 0 {
		return errNoRev
	}
	s.put(p, k, rev, rev)
	p.checks = append(p.checks, check{at: place{key: k}, want: rev - 1, former: former, from: -1})
	return nil
}

// indexKeys is where a record stands under the newest key and where it may
// still stand under the former ones.
func (s *Store) indexKeys(class byte, kind string, parts ...string) (key, []place) {
	k := indexKey(class, s.cfg.Sealer.Index(kind, parts...))
	sums := s.cfg.Sealer.IndexFormer(kind, parts...)
	if len(sums) == 0 {
		return k, nil
	}
	former := make([]place, len(sums))
	for i, sum := range sums {
		former[i].key = indexKey(class, sum)
	}
	return k, former
}
