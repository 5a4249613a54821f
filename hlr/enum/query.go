package enum

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/miekg/dns"

	"tollgate/hlr"
)

// strangersMax is how many datagrams that are no answer to us are dropped in
// one lookup before it counts as failed.
const strangersMax = 1000

var (
	errSilent    = errors.New("the ENUM server did not answer in time")
	errHalf      = errors.New("the ENUM server's answer is no DNS message")
	errFlooded   = errors.New("the ENUM lookup drowned in datagrams that were no answers to it")
	errTruncated = errors.New("the ENUM server cut its answer off, over TCP too")
	errQuestion  = errors.New("the ENUM server answered another question over TCP")
)

// ask makes one query. Its answer is one without an error, to the question.
func (p *Provider) ask(ctx context.Context, name string) (*dns.Msg, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeoutMax)
		defer cancel()
	}
	q := query(name)
	answer, err := p.overUDP(ctx, q)
	if err == nil && answer.Truncated {
		answer, err = p.overTCP(ctx, q)
	}
	switch {
	case err != nil:
		return nil, told(ctx, err)
	case answer.Rcode == dns.RcodeNameError:
		return nil, hlr.ErrNotCovered
	case answer.Rcode != dns.RcodeSuccess:
		return nil, fmt.Errorf("the ENUM server answered %s", rcodeText(answer.Rcode))
	}
	return answer, nil
}

func query(name string) *dns.Msg {
	return new(dns.Msg).SetQuestion(name, dns.TypeNAPTR).SetEdns0(datagramMax, false)
}

// told puts the context's end in the place of what it made of the connection.
func told(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		cause := ctx.Err()
		if cause == nil {
			cause = context.DeadlineExceeded
		}
		return fmt.Errorf("%w: %w", errSilent, cause)
	}
	return err
}

// overUDP sends the query, and once more when nothing came: from a port that
// the kernel picks, on a socket that hears only the server. A late answer to
// the first datagram counts.
func (p *Provider) overUDP(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	conn, stop, err := p.dial(ctx, "udp")
	if err != nil {
		return nil, err
	}
	defer stop()
	deadline, _ := ctx.Deadline()
	retry := p.cfg.Retry
	if retry <= 0 {
		retry = min(time.Until(deadline)/2, retryMax)
	}
	until, again := time.Now().Add(retry), true
	if until.After(deadline) {
		until, again = deadline, false
	}
	for strangers := 0; ; again, until = false, deadline {
		if err := conn.WriteMsg(q); err != nil {
			return nil, fmt.Errorf("asking the ENUM server: %w", err)
		}
		_ = conn.SetReadDeadline(until) // fails only on a closed socket: then so does the read
		answer, err := listen(conn, q, &strangers)
		if !again || !errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
			return answer, err
		}
	}
}

// listen waits for the answer and drops what is none.
func listen(conn *dns.Conn, q *dns.Msg, strangers *int) (*dns.Msg, error) {
	for ; *strangers < strangersMax; *strangers++ {
		wire, err := conn.ReadMsgHeader(nil)
		if errors.Is(err, dns.ErrShortRead) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("waiting for the ENUM server: %w", err)
		}
		if wire[0] != byte(q.Id>>8) || wire[1] != byte(q.Id) {
			continue
		}
		answer, err := whole(wire)
		if err != nil {
			return nil, err
		}
		if answers(answer, q) {
			return answer, nil
		}
	}
	return nil, errFlooded
}

// overTCP asks once more where an answer has no bounds of a datagram.
func (p *Provider) overTCP(ctx context.Context, q *dns.Msg) (*dns.Msg, error) {
	conn, stop, err := p.dial(ctx, "tcp")
	if err != nil {
		return nil, err
	}
	defer stop()
	if err := conn.WriteMsg(q); err != nil {
		return nil, fmt.Errorf("asking the ENUM server over TCP: %w", err)
	}
	wire, err := conn.ReadMsgHeader(nil)
	if err != nil {
		return nil, fmt.Errorf("waiting for the ENUM server over TCP: %w", err)
	}
	answer, err := whole(wire)
	switch {
	case err != nil:
		return nil, err
	case !answers(answer, q):
		return nil, errQuestion
	case answer.Truncated:
		return nil, errTruncated
	}
	return answer, nil
}

// whole decodes a message that has all the records that its header counts: the
// library takes one that ends early between two records, and no record at all
// would mean that the number is not in the tree. One with TC may lack some.
func whole(wire []byte) (*dns.Msg, error) {
	m := new(dns.Msg)
	err := m.Unpack(wire)
	if m.Truncated {
		return m, nil
	}
	for i, n := range []int{len(m.Question), len(m.Answer), len(m.Ns), len(m.Extra)} {
		if err != nil || int(binary.BigEndian.Uint16(wire[4+2*i:])) != n {
			return nil, errHalf
		}
	}
	return m, nil
}

// dial connects; stop closes, and so does the end of the context.
func (p *Provider) dial(ctx context.Context, network string) (conn *dns.Conn, stop func(), err error) {
	c, err := new(net.Dialer).DialContext(ctx, network, p.cfg.Addr)
	if err != nil {
		return nil, nil, fmt.Errorf("reaching the ENUM server: %w", err)
	}
	deadline, _ := ctx.Deadline()
	_ = c.SetDeadline(deadline) // fails only on a closed socket
	unhook := context.AfterFunc(ctx, func() { c.Close() })
	return &dns.Conn{Conn: c, UDPSize: datagramMax}, func() { unhook(); c.Close() }, nil
}

// answers says that m answers q: its id, and its question as it was asked. A
// server that refuses may leave the question out; nothing is believed of such
// an answer but that it is an error.
func answers(m, q *dns.Msg) bool {
	if !m.Response || m.Id != q.Id || m.Opcode != dns.OpcodeQuery {
		return false
	}
	if len(m.Question) == 0 {
		return m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError
	}
	if len(m.Question) > 1 {
		return false
	}
	is, was := m.Question[0], q.Question[0]
	return is.Qtype == was.Qtype && is.Qclass == was.Qclass && strings.EqualFold(is.Name, was.Name)
}
