package smsc

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"

	"tollgate/smpp/pdu"
)

// Bits of what a bind may do.
const (
	transmits = 1 << iota
	receives
)

// conn is one connection. Its reader goroutine owns what stands above mu.
type conn struct {
	s       *Server
	id      uint64
	net     net.Conn
	rng     *rand.Rand
	flow    *flow // nil without a capture
	now     int64 // taken once for all PDUs of one read
	submits int   // submit_sm so far
	sm      pdu.SubmitSM
	touched touched

	acct    atomic.Pointer[account] // nil until bound
	mode    atomic.Uint32           // transmits, receives
	pending atomic.Int64            // submit_sm whose response is due later
	seq     atomic.Uint32           // of our own requests
	written atomic.Uint64           // octets written
	lastIn  atomic.Int64            // when the last PDU came
	asked   atomic.Int64            // when our unanswered enquire_link left; 0: none
	leaving atomic.Int64            // when our unbind left; 0: none
	mute    atomic.Bool             // half-open: nothing is read or written any more
	held    atomic.Bool             // the script lets nothing out

	flights map[uint32]flight // unanswered deliver_sm, guarded by acct.mu

	mu           sync.Mutex
	room         sync.Cond // the output has room again, or the connection is closed
	out, spare   []byte
	queuedOctets uint64
	writing      bool
	closed       bool

	resp pdu.SubmitSMResp
	gone chan struct{} // closed with the connection
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{s: s, id: s.nextConn.Add(1), net: nc, gone: make(chan struct{})}
	c.rng = rand.New(rand.NewPCG(s.p.Seed, c.id))
	c.room.L = &c.mu
	c.lastIn.Store(s.now())
	return c
}

// serve reads until the connection ends, and cleans up after it.
func (c *conn) serve() {
	err := c.read()
	if c.flow != nil {
		if !c.isGone() { // the peer left
			c.flow.end(fromESME)
		}
		c.flow.end(fromSMSC)
	}
	c.shut()
	if a := c.acct.Load(); a != nil {
		a.lost(c, &c.touched)
		c.touched.flush(nil)
		c.s.stats.bound.Add(-1)
	}
	c.s.mu.Lock()
	delete(c.s.conns, c)
	c.s.mu.Unlock()
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
		c.s.log.Info("smsc: connection ended", "conn", c.id, "err", err)
	}
}

// errLeave ends a connection that said good-bye.
var errLeave = errors.New("unbound")

func (c *conn) read() error {
	var src io.Reader = c.net
	if n := c.s.p.Faults.SlowRead; n > 0 {
		src = &slowReader{c: c, perSecond: n}
	}
	r := pdu.NewReader(src, 0)
	for {
		fresh := !r.Ready()
		if fresh {
			c.touched.flush(c)
			c.waitRoom()
		}
		h, wire, err := r.Next()
		if err != nil {
			return c.readError(h, err)
		}
		if fresh {
			c.now = c.s.now()
			c.lastIn.Store(c.now)
		}
		if c.s.recorded {
			c.record(wire)
		}
		if err := c.handle(h, wire); err != nil {
			c.touched.flush(c)
			c.drain()
			if errors.Is(err, errLeave) {
				return nil
			}
			return err
		}
		if c.s.script != nil && c.isGone() {
			return errDropped
		}
	}
}

// silent says that nothing may be written now.
func (c *conn) silent() bool {
	return c.mute.Load() || c.held.Load() || c.s.paused.Load() || c.s.held.Load()
}

// readError answers what lost its framing before the connection is closed.
func (c *conn) readError(h pdu.Header, err error) error {
	if errors.Is(err, pdu.ErrFraming) {
		if c.s.recorded { // its header is all there is
			c.record(pdu.AppendHeader(nil, h))
		}
		c.send(&pdu.GenericNack{}, pdu.ESME_RINVCMDLEN, h.Sequence, &c.touched)
		c.touched.flush(c)
	}
	return err
}

// handle does one PDU. Its error ends the connection.
func (c *conn) handle(h pdu.Header, wire []byte) error {
	switch h.ID { // the frequent ones, without an allocation
	case pdu.SubmitSMID:
		return c.submitSM(h, wire[pdu.HeaderLen:])
	case pdu.DeliverSMRespID, pdu.DataSMRespID:
		c.delivered(h)
		return nil
	}
	_, body, err := pdu.Decode(wire)
	if err != nil {
		return c.malformed(h, err)
	}
	switch p := body.(type) {
	case *pdu.EnquireLink:
		if !c.s.p.Faults.NoEnquire {
			c.send(&pdu.EnquireLinkResp{}, pdu.ESME_ROK, h.Sequence, &c.touched)
		}
	case *pdu.EnquireLinkResp:
		c.asked.Store(0)
	case *pdu.BindTransmitter:
		return c.bind(h, &p.Bind, transmits)
	case *pdu.BindReceiver:
		return c.bind(h, &p.Bind, receives)
	case *pdu.BindTransceiver:
		return c.bind(h, &p.Bind, transmits|receives)
	case *pdu.Unbind:
		c.send(&pdu.UnbindResp{}, pdu.ESME_ROK, h.Sequence, &c.touched)
		return errLeave
	case *pdu.UnbindResp:
		return errLeave
	case *pdu.GenericNack:
		c.delivered(h) // it may refuse a deliver_sm
	default:
		return c.message(h, body)
	}
	return nil
}

// message does the requests that only a transmitter may make.
func (c *conn) message(h pdu.Header, body pdu.PDU) error {
	if !h.ID.IsResponse() && c.mode.Load()&transmits == 0 {
		c.refuse(h, pdu.ESME_RINVBNDSTS)
		return nil
	}
	switch p := body.(type) {
	case *pdu.DataSM:
		return c.dataSM(h, p)
	case *pdu.SubmitMulti:
		c.submitMulti(h, p)
	case *pdu.QuerySM:
		c.querySM(h, p)
	case *pdu.CancelSM:
		c.cancelSM(h, p)
	case *pdu.ReplaceSM:
		c.replaceSM(h, p)
	default: // a request that only an SMSC makes; an unexpected response is ignored
		if !h.ID.IsResponse() {
			c.refuse(h, pdu.ESME_RINVCMDID)
		}
	}
	return nil
}

// malformed answers a PDU that does not decode.
func (c *conn) malformed(h pdu.Header, err error) error {
	fe, ok := errors.AsType[*pdu.FieldError](err)
	if !ok {
		return err
	}
	if !h.ID.IsResponse() {
		c.refuse(h, fe.Status)
	}
	return nil
}

// refuse answers a request with a status and an empty body.
func (c *conn) refuse(h pdu.Header, status pdu.Status) {
	var p pdu.PDU = &pdu.GenericNack{}
	if resp := pdu.New(h.ID.Response()); resp != nil {
		p = resp
	}
	c.send(p, status, h.Sequence, &c.touched)
}

// request sends a PDU of our own and returns its sequence_number.
func (c *conn) request(p pdu.PDU, t *touched) uint32 {
	seq := c.nextSeq()
	c.send(p, pdu.ESME_ROK, seq, t)
	return seq
}

// nextSeq counts from 1 to 0x7FFFFFFF and starts again (SMPP 3.4 §5.1.4).
func (c *conn) nextSeq() uint32 {
	for {
		if seq := c.seq.Add(1) & 0x7FFFFFFF; seq != 0 {
			return seq
		}
	}
}

// unbind asks the peer to leave; the sweeper closes what stays.
func (c *conn) unbind(t *touched) {
	if c.leaving.CompareAndSwap(0, max(c.s.now(), 1)) {
		c.request(&pdu.Unbind{}, t)
	}
}

// shut closes the connection; its reader cleans up.
func (c *conn) shut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.net.Close()
	close(c.gone)
	c.room.Broadcast()
}
