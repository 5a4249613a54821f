package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tollgate/gateway/config"
	"tollgate/smpp/smsc"
)

// carrierSide is an SMSC inside the test, which counts what the binary sends.
type carrierSide struct {
	*smsc.Server
	addr string

	mu   sync.Mutex
	seen map[string][]sighting // by number
}

// sighting is one whole message as a handset would have got it.
type sighting struct {
	at   time.Time
	text string
}

// newCarrier listens on a free port and serves a profile there.
func newCarrier(t *testing.T, p *smsc.Profile) *carrierSide {
	t.Helper()
	return listenCarrier(t, "127.0.0.1:0", p)
}

func listenCarrier(t *testing.T, addr string, p *smsc.Profile) *carrierSide {
	t.Helper()
	c := &carrierSide{seen: map[string][]sighting{}}
	var ln net.Listener
	eventually(t, "the carrier's port", func() (ok bool) {
		var err error
		ln, err = net.Listen("tcp", addr)
		return err == nil
	})
	c.addr = ln.Addr().String()
	c.Server = smsc.New(p, smsc.Options{OnMessage: c.note, UniqueSize: 1 << 20})
	served := make(chan error, 1)
	go func() { served <- c.Serve(ln) }()
	t.Cleanup(func() {
		_ = c.Close() // it always returns nil
		if err := <-served; err != nil {
			t.Errorf("the SMSC: %v", err)
		}
	})
	return c
}

func (c *carrierSide) note(m smsc.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[m.To] = append(c.seen[m.To], sighting{m.At, m.Text})
}

// sightings is how often, and when, a number was sent to.
func (c *carrierSide) sightings(to string) []sighting {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[to]
}

func (c *carrierSide) total() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.seen {
		n += len(s)
	}
	return n
}

// code waits for the n-th text to a number (from 1) and returns its code.
func (c *carrierSide) code(t *testing.T, to string, n int) string {
	t.Helper()
	eventually(t, "a text at the carrier", func() bool { return len(c.sightings(to)) >= n })
	return digits(c.sightings(to)[n-1].text)
}

// sightingCode is the code in the latest text to a number.
func (c *carrierSide) sightingCode(to string) string {
	seen := c.sightings(to)
	return digits(seen[len(seen)-1].text)
}

// url is the carrier as --carrier takes it.
func (c *carrierSide) url(query string) string {
	return "smpp://e2e:secret@" + c.addr + "?name=test&" + query
}

// deadAddr is an address where nobody listens.
func deadAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

// serveKey is the API key of the tenant in every configuration that the tests
// write.
const serveKey = "e2e-key-of-acme"

// configuration is a file for serve, with what a test adds to it.
type configuration struct {
	store   string // lines under store:
	tenant  string // lines of the tenant
	carrier string // addr
	rest    string // top-level sections
}

// write puts the file into dir.
func (c configuration) write(t *testing.T, dir string) (file string) {
	t.Helper()
	text := fmt.Sprintf(`api: {listen: "127.0.0.1:0", drain_timeout: 20s}
ops: {listen: "127.0.0.1:0"}
store:
  url: pebble:%s
%s
tenants:
  - id: acme
    keys: [%q]
%s
carriers:
  - name: test
    addr: %q
    system_id: e2e
%s
`, filepath.Join(dir, "data"), c.store, config.HashKey(serveKey), c.tenant, c.carrier, c.rest)
	file = filepath.Join(dir, "tollgate.yaml")
	must(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}
