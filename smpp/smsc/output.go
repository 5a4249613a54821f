package smsc

import (
	"slices"
	"time"

	"tollgate/smpp/pdu"
)

// outputMax is how many octets may wait for a peer before its requests stop
// being read.
const outputMax = 1 << 20

// keepBuffer is the largest output buffer kept by an idle connection.
const keepBuffer = 64 << 10

// touched are the connections that a batch of work wrote to; each is flushed
// once, after the batch. It belongs to one goroutine.
type touched struct{ conns []*conn }

func (t *touched) add(c *conn) {
	if n := len(t.conns); n > 0 && t.conns[n-1] == c || slices.Contains(t.conns, c) {
		return
	}
	t.conns = append(t.conns, c)
}

// flush writes what waits on each. own, the connection whose reader calls, is
// written by the caller itself; nobody waits for another's peer.
func (t *touched) flush(own *conn) {
	for i, c := range t.conns {
		c.flush(c == own)
		t.conns[i] = nil
	}
	t.conns = t.conns[:0]
}

// send queues a PDU and returns the offset of its end in the stream.
func (c *conn) send(p pdu.PDU, status pdu.Status, seq uint32, t *touched) uint64 {
	c.mu.Lock()
	start := len(c.out)
	out, err := pdu.Append(c.out, p, status, seq)
	if err != nil {
		c.mu.Unlock()
		c.s.log.Error("smsc: encode a PDU", "pdu", p.CommandID().String(), "err", err)
		return 0
	}
	c.out = out
	return c.queued(start, t)
}

// sendRaw queues octets as they are.
func (c *conn) sendRaw(b []byte, t *touched) {
	c.mu.Lock()
	start := len(c.out)
	c.out = append(c.out, b...)
	c.queued(start, t)
}

// queued ends what send began, with c.mu held.
func (c *conn) queued(start int, t *touched) uint64 {
	if c.closed {
		c.out = c.out[:start]
	}
	fresh := c.out[start:]
	c.queuedOctets += uint64(len(fresh))
	end := c.queuedOctets
	if c.s.rec != nil && len(fresh) > 0 {
		c.s.rec.write(c, "out", fresh)
	}
	c.mu.Unlock()
	t.add(c)
	return end
}

// flush starts writing what is queued, unless somebody does already. With wait
// the caller writes what there is now by itself, which spares a switch.
func (c *conn) flush(wait bool) {
	c.mu.Lock()
	if len(c.out) == 0 || c.writing || c.closed || c.silent() {
		c.mu.Unlock()
		return
	}
	c.writing = true
	c.mu.Unlock()
	if !wait || c.writeOnce() {
		c.s.wg.Go(func() {
			for c.writeOnce() {
			}
		})
	}
}

// writeOnce writes what is queued and says whether more came meanwhile.
func (c *conn) writeOnce() (more bool) {
	c.mu.Lock()
	b := c.out
	c.out = c.spare[:0]
	c.spare = nil
	c.mu.Unlock()

	err := c.write(b)

	c.mu.Lock()
	defer c.mu.Unlock()
	if cap(b) <= keepBuffer {
		c.spare = b[:0]
	}
	c.written.Add(uint64(len(b)))
	c.room.Broadcast()
	if err != nil {
		c.net.Close() // the reader sees it and cleans up
	}
	more = len(c.out) > 0 && err == nil && !c.closed && !c.silent()
	c.writing = more
	return more
}

func (c *conn) write(b []byte) error {
	if err := c.net.SetWriteDeadline(time.Now().Add(c.s.p.WriteTimeout)); err != nil {
		return err
	}
	shown := b
	if c.flow != nil && c.written.Load() == 0 {
		shown = blanked(b) // an outbind comes first, if at all
	}
	step := len(b)
	if c.s.p.Faults.OctetWrites || c.s.script != nil && c.s.now() < c.s.octets.Load() {
		step = 1
	}
	for len(b) > 0 {
		if c.flow != nil {
			c.flow.data(fromSMSC, shown[len(shown)-len(b):][:min(step, len(b))])
		}
		n, err := c.net.Write(b[:min(step, len(b))])
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// waitRoom holds the reader while the peer does not take what it asked for.
func (c *conn) waitRoom() {
	c.mu.Lock()
	for (len(c.out) > outputMax || c.pending.Load() > pendingMax) && !c.closed && !c.s.stopped.Load() {
		c.room.Wait()
	}
	c.mu.Unlock()
}

// drain waits until everything queued is written, so that a good-bye is not cut
// off by closing. The write deadline bounds it.
func (c *conn) drain() {
	c.mu.Lock()
	for (c.writing || len(c.out) > 0) && !c.closed && !c.silent() && !c.s.stopped.Load() {
		c.room.Wait()
	}
	c.mu.Unlock()
}
