package gateway

import (
	"strings"
	"sync"

	"tollgate/fraud/numbering"
	"tollgate/hlr/subscriber"
	"tollgate/smpp/carrier"
	"tollgate/smpp/coding"
	"tollgate/smpp/pdu"
)

// maxInbound bounds the keywords that wait for the disk; with one more the carrier is
// asked to deliver it again later.
const maxInbound = 1024

// maxUnjoined is how many long messages of one carrier may wait for the rest of their
// segments; the oldest is given up for one more.
const maxUnjoined = 256

// inbound is a keyword from a handset that the carrier waits to have acknowledged.
type inbound struct {
	carrier string
	from    subscriber.MSISDN
	to      string // our address, digits only
	keyword keyword
	ack     func(pdu.Status)
}

// joiner puts the segments of one carrier's messages together.
type joiner struct {
	mu sync.Mutex
	r  *coding.Reassembler
}

func newJoiner(c *carrier.Carrier) *joiner {
	return &joiner{r: coding.NewReassembler(c.Coding().Alphabet, maxUnjoined)}
}

func (j *joiner) join(m *carrier.MO) (text string, whole bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.r.Add(m.Source+" "+m.Dest, m.Part)
}

// MO takes a message from a handset (carrier.Handler), on the goroutine of its link. A
// keyword that changes something is acknowledged once the change is on disk; all else
// at once, the segments of an unfinished message among it: carriers with a window of
// one send no second segment before, and no keyword needs two.
func (d *Dispatcher) MO(m carrier.MO, name string, ack func(pdu.Status)) {
	l := d.lanes[name]
	if l == nil {
		ack(pdu.ESME_ROK)
		return
	}
	text, whole := l.joiner.join(&m)
	if !whole {
		ack(pdu.ESME_ROK)
		return
	}
	k := keywordOf(text)
	d.m.messages.WithLabelValues("mobile_originated").Inc()
	d.m.inbound.WithLabelValues(string(k)).Inc()
	from, known := handsetOf(&m)
	if k != keywordStop && k != keywordStart || !known {
		ack(pdu.ESME_ROK)
		return
	}
	select {
	case d.inbox <- inbound{name, from, bareAddress(m.Dest), k, ack}:
	default:
		ack(carrier.NotNow)
	}
}

// receive works the keywords off, one after the other: a STOP and a START of one
// handset take effect in the order in which they came.
func (d *Dispatcher) receive() {
	for {
		select {
		case in := <-d.inbox:
			d.keyword(in)
		case <-d.ctx.Done():
			return // what is not acknowledged comes again
		}
	}
}

// handsetOf reads the sender of a message. A national number, with its one leading zero,
// could be anybody's.
func handsetOf(m *carrier.MO) (subscriber.MSISDN, bool) {
	digits := strings.TrimPrefix(m.Source, "+")
	if !m.Global {
		digits = strings.TrimPrefix(digits, "00")
	}
	if strings.HasPrefix(digits, "0") {
		return "", false
	}
	n, err := numbering.Parse("+"+digits, "")
	return n.MSISDN, err == nil
}

func bareAddress(a string) string { return strings.TrimPrefix(a, "+") }
