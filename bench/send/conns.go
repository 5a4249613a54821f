package send

import (
	"fmt"
	"time"
)

// Aim says where the gateway is; siblings made from now on go there too.
func (l *Load) Aim(rawURL string) (err error) {
	l.t, err = newTarget(rawURL, l.c, l.plan)
	return err
}

// Connect opens all connections, so that the load itself does not.
func (l *Load) Connect() error {
	for len(l.idle) < l.c.Connections {
		c, err := l.t.dial()
		if err != nil {
			return fmt.Errorf("connect to %s: %w; is the gateway running?", l.t.addr, err)
		}
		l.idle = append(l.idle, c)
	}
	return nil
}

// Disconnect closes the connections, so that they cost a gateway nothing while
// another load runs.
func (l *Load) Disconnect() {
	for _, c := range l.idle {
		c.close()
	}
	l.idle = nil
}

// redial opens a connection in place of one that broke.
func (l *Load) redial() (*client, error) {
	c, err := l.t.dial()
	if err != nil {
		time.Sleep(50 * time.Millisecond) // a dead gateway is not worth a busy loop
	}
	return c, err
}

func (l *Load) take() *client {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle) == 0 {
		return nil
	}
	c := l.idle[len(l.idle)-1]
	l.idle = l.idle[:len(l.idle)-1]
	return c
}

func (l *Load) put(c *client) {
	if c == nil {
		return
	}
	l.mu.Lock()
	l.idle = append(l.idle, c)
	l.mu.Unlock()
}
