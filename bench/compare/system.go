package compare

import (
	"context"
	"errors"
	"io"

	"tollgate/bench/devgate"
	"tollgate/bench/proc"
	"tollgate/bench/send"
)

// The systems' names, as results have them.
const (
	bare     = "bare fasthttp"
	kannel   = "Kannel, no store"
	spooling = "Kannel, spool"
	tollgate = "Tollgate"
)

// system is one that is loaded.
type system struct {
	name string
	load *send.Load // what its phases are siblings of
	pids []int
	most int // connections that it takes; 0: any number
	stop func()
}

// kannelConnections is how many HTTP connections smsbox 1.4.5 takes at once, with
// some room: at 500 it accepts no more until one closes.
const kannelConnections = 490

// sibling is the system's load in the way of a phase.
func (s *system) sibling(cfg send.Config) *send.Load {
	if s.most > 0 {
		cfg.Connections = min(cfg.Connections, s.most)
	}
	return s.load.Sibling(cfg)
}

// close ends the system and its carrier.
func (s *system) close() {
	s.load.Close()
	s.stop()
}

// begin makes a load with our carrier behind it, has start make a gateway that
// binds there, and waits for the bind.
func begin(ctx context.Context, name string, cfg send.Config, start func(carrier string) (url string, pids []int, stop func(), err error)) (*system, error) {
	l, err := send.New(cfg)
	if err != nil {
		return nil, err
	}
	url, pids, stop, err := start(l.Carrier())
	if err != nil {
		l.Close()
		return nil, err
	}
	s := &system{name: name, load: l, pids: pids, stop: stop}
	if err := errors.Join(l.AwaitBind(ctx, io.Discard), l.Aim(url)); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func startBare(ctx context.Context, c *Config) (*system, error) {
	return begin(ctx, bare, send.Config{}, func(string) (string, []int, func(), error) {
		p, url, err := send.StartBaseline(ctx, c.BaselineCommand)
		if err != nil {
			return "", nil, nil, err
		}
		return url, []int{p.Pid()}, p.Stop, nil
	})
}

func startTollgate(ctx context.Context, c *Config) (*system, error) {
	cfg := send.Config{SMSC: "127.0.0.1:0", NoReceipts: c.NoReceipts, Key: send.Mix{{Name: devgate.Key, Weight: 1}}}
	return begin(ctx, tollgate, cfg, func(carrier string) (string, []int, func(), error) {
		g, err := devgate.Start(ctx, devgate.Config{Command: c.Command, Dir: c.Dir, Carrier: carrier})
		if err != nil {
			return "", nil, nil, err
		}
		return g.URL, []int{g.Pid()}, g.Stop, nil
	})
}

func startKannel(ctx context.Context, c *Config, name string, spool bool) (*system, error) {
	user, password := secret(), secret()
	cfg := send.Config{
		SMSC: "127.0.0.1:0", NoReceipts: c.NoReceipts, Dialect: "kannel", Key: send.Mix{{Name: user + ":" + password, Weight: 1}},
	}
	s, err := begin(ctx, name, cfg, func(carrier string) (string, []int, func(), error) {
		k, err := runKannel(ctx, c.Dir, kannelConfig{carrier: carrier, user: user, password: password, spool: spool})
		if err != nil {
			return "", nil, nil, err
		}
		return k.url, []int{k.boxes[0].Pid(), k.boxes[1].Pid()}, k.stop, nil
	})
	if err == nil {
		s.most = kannelConnections
	}
	return s, err
}

// usage reads what a system uses; zero where that is not known.
func (s *system) usage() proc.Usage {
	u, err := proc.ReadAll(s.pids)
	if err != nil {
		return proc.Usage{}
	}
	return u
}
