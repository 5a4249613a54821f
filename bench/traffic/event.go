package traffic

import (
	"bufio"
	"io"
	"strconv"
	"time"
)

// origin is where a request came from: the context of a send or a check. An
// empty field is not told.
type origin struct {
	ip     string
	asn    uint32
	device string
	agent  string
	ja4    string
	claim  *identity // what the tenant's app says of the handset: IMSI, ICCID, IMEI, cell
}

// writer writes events as the replay contract has them, one JSON object a line.
type writer struct {
	to    *bufio.Writer
	buf   []byte
	err   error
	stats *Stats
}

func newWriter(to io.Writer, stats *Stats) *writer {
	return &writer{to: bufio.NewWriterSize(to, 1<<18), stats: stats}
}

func (o *writer) flush() error {
	if err := o.to.Flush(); o.err == nil {
		o.err = err
	}
	return o.err
}

func (o *writer) begin(at millis, event string) {
	o.buf = append(o.buf[:0], `{"at":"`...)
	o.buf = appendTime(o.buf, at)
	o.buf = append(o.buf, `","event":"`...)
	o.buf = append(append(o.buf, event...), '"')
}

// text writes a field unless it is empty. Its words need no escaping: they are
// digits, names and agents that this package chose.
func (o *writer) text(name, value string) {
	if value == "" {
		return
	}
	o.buf = append(append(append(o.buf, `,"`...), name...), `":"`...)
	o.buf = append(append(o.buf, value...), '"')
}

func (o *writer) number(name string, value uint32) {
	if value != 0 {
		o.buf = append(append(append(o.buf, `,"`...), name...), `":`...)
		o.buf = strconv.AppendUint(o.buf, uint64(value), 10)
	}
}

func (o *writer) flag(name string, value bool) {
	if value {
		o.buf = append(append(append(o.buf, `,"`...), name...), `":true`...)
	}
}

func (o *writer) context(from *origin) {
	start := len(o.buf)
	o.buf = append(o.buf, `,"context":{`...)
	empty := len(o.buf)
	o.text("ip", from.ip)
	o.number("asn", from.asn)
	o.text("device_id", from.device)
	o.text("user_agent", from.agent)
	o.text("ja4", from.ja4)
	if c := from.claim; c != nil {
		o.buf = append(o.buf, `,"device":{`...)
		inner := len(o.buf)
		o.text("imsi", c.imsi)
		o.text("iccid", c.iccid)
		o.text("imei", c.imei)
		o.number("lac", c.lac)
		o.number("cid", c.cid)
		o.buf = append(closeObject(o.buf, inner), '}')
	}
	if len(o.buf) == empty { // nothing is told: no context at all
		o.buf = o.buf[:start]
		return
	}
	o.buf = append(closeObject(o.buf, empty), '}')
}

// closeObject drops the comma before the first field of an object begun at start.
func closeObject(b []byte, start int) []byte {
	if len(b) > start && b[start] == ',' {
		b = append(b[:start], b[start+1:]...)
	}
	return b
}

func (o *writer) end() {
	o.buf = append(o.buf, '}', '\n')
	if _, err := o.to.Write(o.buf); o.err == nil {
		o.err = err
	}
	o.stats.Events++
	o.stats.Bytes += int64(len(o.buf))
}

func appendTime(b []byte, at millis) []byte {
	return time.UnixMilli(int64(at)).UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
}
