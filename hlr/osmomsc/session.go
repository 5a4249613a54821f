package osmomsc

import (
	"bytes"
	"context"
	"errors"
	"net"
	"regexp"
	"time"
)

// maxReply bounds what one command may print, in octets. A subscriber takes
// about one thousand.
const maxReply = 64 << 10

// session is one connection to the command line, used by one lookup at a time.
type session struct {
	conn   net.Conn
	telnet telnet
	prompt string
	read   []byte
}

var (
	errReply  = errors.New("the MSC's command line does not answer as an osmo-msc does")
	errLogin  = errors.New("the MSC's command line asks for a password: set `no login` on its loopback address")
	promptEnd = regexp.MustCompile(`(?:^|\n)([A-Za-z0-9_.-]{1,64}> )$`)
)

// connect opens a session and learns its prompt.
func connect(ctx context.Context, addr string) (*session, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, errors.New("the MSC cannot be reached: " + plain(err))
	}
	s := &session{conn: conn}
	if err := s.greet(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) greet(ctx context.Context) error {
	defer s.until(ctx)()
	banner, err := s.readTo(ctx, func(b []byte) bool {
		return promptEnd.Match(b) || bytes.HasSuffix(b, []byte("Password: "))
	})
	if err != nil {
		return err
	}
	m := promptEnd.FindSubmatch(banner)
	if m == nil {
		return errLogin
	}
	s.prompt = string(m[1])
	_, err = s.run(ctx, "terminal length 0") // else it pages
	return err
}

// run gives one command and returns what it printed.
func (s *session) run(ctx context.Context, command string) (string, error) {
	defer s.until(ctx)()
	s.read = s.read[:0] // a late reply of before would not begin with our echo
	if _, err := s.conn.Write([]byte(command + "\n")); err != nil {
		return "", broken(ctx, err)
	}
	said, err := s.readTo(ctx, func(b []byte) bool { return bytes.HasSuffix(b, []byte("\n"+s.prompt)) })
	if err != nil {
		return "", err
	}
	echo, reply, _ := bytes.Cut(said, []byte("\n"))
	if string(bytes.TrimRight(echo, "\r")) != command {
		return "", errReply
	}
	reply = bytes.TrimSuffix(reply, []byte(s.prompt))
	return string(bytes.ReplaceAll(reply, []byte("\r"), nil)), nil
}

// readTo reads until done says so of all that was read.
func (s *session) readTo(ctx context.Context, done func([]byte) bool) ([]byte, error) {
	chunk := make([]byte, 4096)
	for !done(s.read) {
		n, err := s.conn.Read(chunk)
		s.read = s.telnet.strip(s.read, chunk[:n])
		if err != nil && !done(s.read) {
			return nil, broken(ctx, err)
		}
		if len(s.read) > maxReply {
			return nil, errReply
		}
	}
	return s.read, nil
}

// until ends the session's reads and writes with the context.
func (s *session) until(ctx context.Context) (release func()) {
	_ = s.conn.SetDeadline(time.Time{})
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

func (s *session) close() { s.conn.Close() }

func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.New("the MSC's connection broke: " + plain(err))
}

// plain is an error without the addresses that net puts into it.
func plain(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
