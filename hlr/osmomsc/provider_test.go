package osmomsc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const number = subscriber.MSISDN("+491701234567")

// attached is what an osmo-msc 1.9 printed of an attached subscriber.
const attached = `  Subscriber: 
    MSISDN: NUMBER
    LAC / cell ID: 4321 / 8765
    RAN type: GERAN-A
    IMSI: 001010000000001
    IMEI: 35209900176148
    IMEISV: 3520990017614823
    Flags: 
      IMSI detached:                  false
      Conf. by radio contact:         true
      Location conf. in HLR:          true
      Received cancel location:       false
      MS not reachable:               false
    Expires: in 60 min 0 sec
    Use count: 1 (attached)
`

// fakeMSC is a command line; say is given each command and prints its reply.
func fakeMSC(t testing.TB, say func(w net.Conn, n int, command string)) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	var n atomic.Int32
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go func() {
				fmt.Fprint(conn, "Welcome to the OsmoMSC VTY interface\r\n\r\nNO WARRANTY.\r\n\xff\xfb\x01\xff\xfb\x03\xff\xfe\"\xff\xfd\x1fOsmoMSC> ")
				for r := bufio.NewReader(conn); ; {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					command := strings.TrimRight(line, "\r\n")
					if command == "terminal length 0" {
						prints(conn, command, "")
						continue
					}
					if !strings.HasPrefix(command, "show subscriber msisdn ") {
						panic("a command that must never be given: " + command)
					}
					say(conn, int(n.Add(1)), command)
				}
			}()
		}
	}()
	return ln.Addr().String()
}

// prints echoes the command, prints the reply and prompts again.
func prints(w net.Conn, command, reply string) {
	fmt.Fprintf(w, "%s\r\n%sOsmoMSC> ", command, strings.ReplaceAll(reply, "\n", "\r\n"))
}

func asked(command string) string { return strings.TrimPrefix(command, "show subscriber msisdn ") }

func good(w net.Conn, command string) {
	prints(w, command, strings.Replace(attached, "NUMBER", asked(command), 1))
}

func lookup(t testing.TB, p *Provider, n subscriber.MSISDN) (hlr.Subscriber, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	return p.Lookup(ctx, n)
}

func TestLookup(t *testing.T) {
	p := New(Config{Addr: fakeMSC(t, func(w net.Conn, _ int, c string) { good(w, c) }), Network: "00101"})
	defer p.Close()
	for range 3 {
		s, err := lookup(t, p, number)
		if err != nil || s.LAC != 4321 || s.CID != 8765 || s.IMEI != "35209900176148" || s.IMSI != "" || s.Reachable == nil || !*s.Reachable || s.PLMN != "00101" {
			t.Fatalf("%v/%v %v, %v", s.LAC, s.CID, s.PLMN, err)
		}
		if s.Tells() != p.Fields() {
			t.Errorf("told %v, of %v", s.Tells(), p.Fields())
		}
	}
}

func TestReplies(t *testing.T) {
	edit := func(old, now string) string {
		return strings.Replace(strings.Replace(attached, "NUMBER", number.Digits(), 1), old, now, 1)
	}
	for name, c := range map[string]struct {
		reply string
		want  error
		check func(*hlr.Subscriber) bool
	}{
		"not attached":    {"% No subscriber found for msisdn 491701234567\n", hlr.ErrNotCovered, nil},
		"gone":            {edit("cancel location:       false", "cancel location: true"), hlr.ErrNotCovered, nil},
		"other number":    {edit(number.Digits(), "491709999999"), hlr.ErrOtherNumber, nil},
		"nothing":         {"", errReply, nil},
		"unknown command": {"% Unknown command.\n", errReply, nil},
		"two numbers":     {edit("RAN type: GERAN-A", "MSISDN: 491701234567"), errReply, nil},
		"no cell":         {edit("4321 / 8765", "x"), errReply, nil},
		"huge cell":       {edit("4321 / 8765", "1 / 4294967296"), errReply, nil},
		"detached": {edit("IMSI detached:                  false", "IMSI detached: true"), nil,
			func(s *hlr.Subscriber) bool { return s.Reachable != nil && !*s.Reachable }},
		"not reachable": {edit("MS not reachable:               false", "MS not reachable: true"), nil,
			func(s *hlr.Subscriber) bool { return s.Reachable != nil && !*s.Reachable }},
		"no IMEI":         {edit("    IMEI: 35209900176148\n", ""), nil, func(s *hlr.Subscriber) bool { return s.IMEI == "" && s.LAC == 4321 }},
		"an IMEI of sort": {edit("IMEI: 3520", "IMEI: x520"), nil, func(s *hlr.Subscriber) bool { return s.IMEI == "" }},
		"no place":        {edit("    LAC / cell ID: 4321 / 8765\n", ""), nil, func(s *hlr.Subscriber) bool { return s.Tells()&hlr.FieldLocation == 0 }},
	} {
		s, err := parse(c.reply, number)
		if !errors.Is(err, c.want) || c.check != nil && !c.check(&s) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "4567") {
			t.Errorf("%s: the error names the number", name)
		}
	}
}

// Whatever the command line does, a lookup ends with its context, and the next
// one is right.
func TestFaults(t *testing.T) {
	for name, fault := range map[string]func(w net.Conn, command string){
		"silence":       func(net.Conn, string) {},
		"closed":        func(w net.Conn, _ string) { w.Close() },
		"half a reply":  func(w net.Conn, c string) { fmt.Fprintf(w, "%s\r\n  Subscriber:\r\n    MSISDN: 49", c) },
		"no echo":       func(w net.Conn, _ string) { fmt.Fprint(w, "\r\nOsmoMSC> ") },
		"another's":     func(w net.Conn, _ string) { good(w, "show subscriber msisdn 491709999999") },
		"a flood":       func(w net.Conn, c string) { fmt.Fprint(w, c, "\r\n", strings.Repeat("x", 2*maxReply)) },
		"telnet alone":  func(w net.Conn, _ string) { fmt.Fprint(w, strings.Repeat("\xff\xfb\x01", 100)) },
		"paged forever": func(w net.Conn, c string) { fmt.Fprintf(w, "%s\r\n  Subscriber:\r\n --More-- ", c) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := New(Config{Addr: fakeMSC(t, func(w net.Conn, n int, c string) {
				if n <= 2 { // the second is the one on a new connection
					fault(w, c)
					return
				}
				good(w, c)
			})})
			defer p.Close()
			began := time.Now()
			for range 2 {
				if s, err := lookup(t, p, number); err == nil && s.LAC != 4321 {
					t.Error(s.LAC)
				}
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("two lookups took %v", took)
			}
			if s, err := lookup(t, p, number); err != nil || s.LAC != 4321 {
				t.Errorf("the lookup after it: %v", err)
			}
		})
	}
}

func TestPassword(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		conn, err := ln.Accept()
		if err == nil {
			fmt.Fprint(conn, "\r\nUser Access Verification\r\n\r\n\xff\xfb\x01Password: ")
		}
	}()
	p := New(Config{Addr: ln.Addr().String()})
	defer p.Close()
	if _, err := lookup(t, p, number); !errors.Is(err, errLogin) {
		t.Errorf("Lookup = %v", err)
	}
}

// The MSC restarts: the connections kept from before are replaced unseen.
func TestKeptConnectionsAreReplaced(t *testing.T) {
	var mu sync.Mutex
	conns := map[net.Conn]bool{}
	p := New(Config{Addr: fakeMSC(t, func(w net.Conn, _ int, c string) {
		mu.Lock()
		conns[w] = true
		mu.Unlock()
		good(w, c)
	})})
	defer p.Close()
	for range 3 {
		if _, err := lookup(t, p, number); err != nil {
			t.Error(err)
		}
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
	}
	if len(conns) != 3 {
		t.Errorf("%d connections", len(conns))
	}
}

// No more sessions than configured, and all lookups answered.
func TestSessionsAreFew(t *testing.T) {
	var now, most atomic.Int32
	p := New(Config{Sessions: 2, Addr: fakeMSC(t, func(w net.Conn, _ int, c string) {
		most.Store(max(most.Load(), now.Add(1)))
		time.Sleep(time.Millisecond)
		now.Add(-1)
		good(w, c)
	})})
	defer p.Close()
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if s, err := lookup(t, p, number); err != nil || s.LAC != 4321 {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() > 2 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestOnlyNumbersAreAsked(t *testing.T) {
	p := New(Config{Addr: fakeMSC(t, func(w net.Conn, _ int, c string) { good(w, c) })})
	defer p.Close()
	for _, n := range []subscriber.MSISDN{"", "+", "12", "+49170 1", "+49170\nenable", "+4917012345678901"} {
		if _, err := lookup(t, p, n); !errors.Is(err, hlr.ErrNotCovered) {
			t.Errorf("%q: %v", n, err)
		}
	}
}

func TestTelnet(t *testing.T) {
	const wire = "a\xff\xfb\x01b\xff\xffc\xff\xfa\x18\x00x\xff\xf0d\xff\xf1e"
	for cut := range len(wire) {
		var tn telnet
		got := tn.strip(tn.strip(nil, []byte(wire[:cut])), []byte(wire[cut:]))
		if string(got) != "ab\xffcde" {
			t.Errorf("cut at %d: %q", cut, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(strings.Replace(attached, "NUMBER", number.Digits(), 1))
	f.Fuzz(func(t *testing.T, reply string) {
		if s, err := parse(reply, number); err == nil && s.IMSI != "" {
			t.Fatal("it told an IMSI")
		}
	})
}
