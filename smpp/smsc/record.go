package smsc

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"sync"
	"time"

	"tollgate/smpp/pdu"
)

// recorder writes one JSON object a line for every PDU.
type recorder struct {
	mu     sync.Mutex
	w      io.Writer
	failed bool
}

// line is one PDU in a record. What does not decode has its octets alone.
type line struct {
	At     time.Time `json:"at"`
	Conn   uint64    `json:"conn"`
	Dir    string    `json:"dir"` // in: from the ESME
	PDU    string    `json:"pdu,omitempty"`
	Status string    `json:"status,omitempty"`
	Seq    uint32    `json:"seq"`
	Fields pdu.PDU   `json:"fields,omitempty"`
	Hex    string    `json:"hex"`
}

func (r *recorder) write(c *conn, dir string, wire []byte) {
	l := line{At: time.Now(), Conn: c.id, Dir: dir, Hex: hex.EncodeToString(wire)}
	if len(wire) >= pdu.HeaderLen {
		h, p, _ := pdu.Decode(wire)
		l.PDU, l.Seq, l.Fields = h.ID.String(), h.Sequence, withoutPassword(p)
		if h.ID.IsResponse() {
			l.Status = h.Status.String()
		}
		if isBind(h.ID) {
			l.Hex = "" // it holds the password
		}
	}
	b, err := json.Marshal(l)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed {
		return
	}
	if err == nil {
		_, err = r.w.Write(append(b, '\n'))
	}
	if err != nil {
		r.failed = true
		c.s.log.Error("smsc: the record ends here: it cannot be written", "err", err)
	}
}

// record shows what came in to whoever asked for a record.
func (c *conn) record(wire []byte) {
	if c.s.rec != nil {
		c.s.rec.write(c, "in", wire)
	}
	if c.flow != nil {
		c.flow.data(fromESME, blanked(wire))
	}
}

// blanked returns wire, or where it begins with a PDU that holds a password a
// copy with an asterisk for each of its octets, and for all of a body in which
// it cannot be told where the password is.
func blanked(wire []byte) []byte {
	if len(wire) < pdu.HeaderLen || !isBind(pdu.DecodeHeader(wire).ID) {
		return wire
	}
	end := min(max(int(pdu.DecodeHeader(wire).Length), pdu.HeaderLen), len(wire))
	wire = bytes.Clone(wire)
	secret := wire[pdu.HeaderLen:end]
	if id := bytes.IndexByte(secret, 0); id >= 0 {
		secret = secret[id+1:]
		if n := bytes.IndexByte(secret, 0); n >= 0 {
			secret = secret[:n]
		}
	}
	for i := range secret {
		secret[i] = '*'
	}
	return wire
}

func isBind(id pdu.CommandID) bool {
	return id == pdu.BindTransmitterID || id == pdu.BindReceiverID || id == pdu.BindTransceiverID || id == pdu.OutbindID
}

// withoutPassword keeps secrets out of the record.
func withoutPassword(p pdu.PDU) pdu.PDU {
	switch b := p.(type) {
	case *pdu.BindTransmitter:
		b.Password = ""
	case *pdu.BindReceiver:
		b.Password = ""
	case *pdu.BindTransceiver:
		b.Password = ""
	case *pdu.Outbind:
		b.Password = ""
	}
	return p
}
