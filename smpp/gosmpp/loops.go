package gosmpp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	their "github.com/fiorix/go-smpp/smpp/pdu"

	"tollgate/smpp/pdu"
	"tollgate/smpp/session"
)

// maxUndecodable is how many PDUs in a row the library may fail to decode before
// the link is given up: the stream makes no sense any more.
const maxUndecodable = 10

// read is the reading goroutine.
func (l *Link) read() {
	bad := 0
	for {
		body, err := l.conn.Read()
		if err != nil {
			if bad++; fatal(err) || bad > maxUndecodable {
				l.readEnded(err)
				return
			}
			if l.cfg.Dropped != nil {
				l.cfg.Dropped(err)
			}
			continue
		}
		bad = 0
		l.heard.Store(time.Now().UnixNano())
		l.handle(body)
	}
}

// readEnded ends the link after reading failed. After a goodbye that is no failure.
func (l *Link) readEnded(err error) {
	l.mu.Lock()
	goodbye := l.goodbye
	l.mu.Unlock()
	if goodbye != nil {
		l.end(goodbye)
		return
	}
	l.end(fmt.Errorf("read from %s: %w", l.cfg.Addr, err))
}

// fatal tells errors of the connection or of its framing from those of one PDU,
// which the library has read whole. It has no types for them.
func fatal(err error) bool {
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &network) || strings.HasPrefix(err.Error(), "PDU too ") || strings.HasPrefix(err.Error(), "tls:")
}

// handle takes one PDU of the peer.
func (l *Link) handle(body their.Body) {
	h := body.Header()
	switch h.ID {
	case their.EnquireLinkID:
		l.answer(their.NewEnquireLinkRespSeq(h.Seq), 0)
	case their.UnbindID:
		resp := their.NewUnbindResp()
		resp.Header().Seq = h.Seq
		l.answer(resp, 0)
		l.endSoon(session.ErrPeerUnbound)
	case their.DeliverSMID:
		l.deliver(body)
	case their.SubmitSMRespID, their.EnquireLinkRespID, their.UnbindRespID, their.GenericNACKID:
		l.response(body)
	}
}

// response completes the request that it answers.
func (l *Link) response(body their.Body) {
	h := body.Header()
	r := l.take(h.Seq)
	if r == nil {
		if l.cfg.Stray != nil {
			l.cfg.Stray()
		}
		return
	}
	o := session.Outcome{
		Header: pdu.Header{
			Length: h.Len, ID: pdu.CommandID(h.ID), Status: pdu.Status(h.Status), Sequence: h.Seq,
		},
		Latency: time.Since(r.sent),
	}
	o.Body = messageID(body)
	r.done.Complete(o)
}

// deliver hands a deliver_sm on, unless too many are unacknowledged.
func (l *Link) deliver(body their.Body) {
	seq := body.Header().Seq
	if l.unacked.Add(1) > int64(l.cfg.MaxUnacked) {
		l.unacked.Add(-1)
		l.answer(their.NewDeliverSMRespSeq(seq), l.cfg.Busy)
		return
	}
	d := deliverSM(body)
	l.cfg.Deliver(&d, func(status pdu.Status) {
		l.unacked.Add(-1)
		l.answer(their.NewDeliverSMRespSeq(seq), status)
	})
}

// answer queues a response. The queue has room for all that can be open; a peer
// that floods us with enquire_link and does not read loses the link.
func (l *Link) answer(body their.Body, status pdu.Status) {
	body.Header().Status = their.Status(status)
	select {
	case l.out <- outgoing{body: body}:
	case <-l.ended:
	default:
		l.end(fmt.Errorf("peer %s does not read our answers", l.cfg.Addr))
	}
}

// endSoon ends the link once what is queued had a chance to be written.
func (l *Link) endSoon(err error) {
	l.mu.Lock()
	l.closing, l.goodbye = true, err
	l.mu.Unlock()
	time.AfterFunc(100*time.Millisecond, func() { l.end(err) })
}

// write is the writing goroutine: the library writes one PDU at a time.
func (l *Link) write() {
	for {
		select {
		case o := <-l.out:
			if err := l.writeOne(o); err != nil {
				l.end(fmt.Errorf("write to %s: %w", l.cfg.Addr, err))
				return
			}
		case <-l.ended:
			return
		}
	}
}

func (l *Link) writeOne(o outgoing) error {
	if err := o.body.SerializeTo(io.Discard); err != nil { // of this PDU, not of the link
		if r := l.take(o.body.Header().Seq); r != nil {
			r.done.Complete(session.Outcome{Err: fmt.Errorf("%w: %w: %w", session.ErrNotSent, errEncode, err)})
		}
		return nil
	}
	if o.request != nil {
		l.mu.Lock()
		o.request.handed = true
		l.mu.Unlock()
	}
	l.writing.Store(time.Now().UnixNano())
	err := l.conn.Write(o.body)
	l.writing.Store(0)
	return err
}

// keep is the goroutine that minds the time: a few looks per limit are exact
// enough for a driver that serves comparison.
func (l *Link) keep() {
	c := &l.cfg
	tick := time.NewTicker(max(time.Millisecond, min(c.ResponseTimeout, c.WriteTimeout, c.EnquireInterval)/10))
	defer tick.Stop()
	var asked time.Time
	for {
		select {
		case <-l.ended:
			return
		case now := <-tick.C:
			l.expire(now)
			if err := l.overdue(now, asked); err != nil {
				l.end(err)
				return
			}
			heard := time.Unix(0, l.heard.Load())
			if !heard.Before(asked) && now.Sub(heard) >= c.EnquireInterval {
				asked = now
				l.enquire()
			}
		}
	}
}

// overdue tells a peer that stopped reading or answering.
func (l *Link) overdue(now, asked time.Time) error {
	if since := l.writing.Load(); since != 0 && now.Sub(time.Unix(0, since)) > l.cfg.WriteTimeout {
		return fmt.Errorf("write to %s: no progress for %s", l.cfg.Addr, l.cfg.WriteTimeout)
	}
	if !asked.IsZero() && l.heard.Load() < asked.UnixNano() && now.Sub(asked) >= l.cfg.ResponseTimeout {
		return session.ErrPeerSilent
	}
	return nil
}

// expire completes what has waited too long.
func (l *Link) expire(now time.Time) {
	l.mu.Lock()
	var dead []uint32
	for seq, r := range l.pending {
		if now.Sub(r.sent) >= l.cfg.ResponseTimeout {
			dead = append(dead, seq)
		}
	}
	l.mu.Unlock()
	for _, seq := range dead {
		if r := l.take(seq); r != nil {
			r.done.Complete(session.Outcome{Err: session.ErrTimeout, Latency: now.Sub(r.sent)})
		}
	}
}

// enquire sends enquire_link.
func (l *Link) enquire() {
	l.control(their.NewEnquireLink(), func(o session.Outcome) {
		if o.Err == nil && l.cfg.RTT != nil {
			l.cfg.RTT(o.Latency)
		}
	})
}

// control sends a request of the link's own.
func (l *Link) control(body their.Body, done session.CompleterFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		// A queue too full even for this ends the link soon by other limits.
		_ = l.put(body, &request{done: done, control: true})
	}
}

// Unbind takes no new requests, waits for the responses (at most DrainTimeout),
// unbinds and closes. When ctx ends first the link is closed at once.
func (l *Link) Unbind(ctx context.Context) error {
	l.mu.Lock()
	l.closing = true
	l.mu.Unlock()
	drained := time.NewTimer(l.cfg.DrainTimeout)
	defer drained.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for waiting := true; waiting; {
		select {
		case <-look.C:
			l.mu.Lock()
			waiting = l.used > 0
			l.mu.Unlock()
		case <-drained.C:
			waiting = false
		case <-ctx.Done():
			waiting = false
		case <-l.ended:
			waiting = false
		}
	}
	l.control(their.NewUnbind(), func(o session.Outcome) {
		if o.Err == nil {
			l.end(session.ErrUnbound)
		}
	})
	select {
	case <-l.done:
	case <-time.After(l.cfg.ResponseTimeout):
		l.end(session.ErrUnbindTimeout)
	case <-ctx.Done():
		l.end(fmt.Errorf("%w: unbind given up: %w", session.ErrClosed, ctx.Err()))
	}
	<-l.done
	if err := l.Err(); !errors.Is(err, session.ErrUnbound) && !errors.Is(err, session.ErrPeerUnbound) {
		return fmt.Errorf("unbind: %w", err)
	}
	return nil
}
