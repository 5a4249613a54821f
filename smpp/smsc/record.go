package smsc

import (
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
