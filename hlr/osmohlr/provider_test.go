package osmohlr

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const number = subscriber.MSISDN("+491701234567")

// frame is a text as the HLR frames it.
func frame(text string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(text)+1))
	return append(append(b, 0xee, 0), text...)
}

// reply is the info of a number (a real osmo-hlr 1.5 gives these lines).
func reply(id, msisdn, imsi string) []byte {
	return frame("GET_REPLY " + id + " subscriber.by-msisdn-" + msisdn + ".info \nid\t1\nimsi\t" + imsi + "\nmsisdn\t" + msisdn +
		"\nnam_cs\t1\nnam_ps\t1\nvlr_number\tMSC-1\nms_purged_cs\t0\nlmsi\t00000000")
}

// request is one GET that a fake HLR has got.
type request struct {
	id, msisdn string
	conn       net.Conn
}

func (r request) ok(imsi string) { _, _ = r.conn.Write(reply(r.id, r.msisdn, imsi)) }

// fakeHLR serves each connection with handle, which gets one request at a time.
func fakeHLR(t testing.TB, handle func(request)) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
			go serve(conn, handle)
		}
	}()
	return ln.Addr().String()
}

func serve(conn net.Conn, handle func(request)) {
	r := bufio.NewReader(conn)
	for {
		var head [4]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return
		}
		text := make([]byte, binary.BigEndian.Uint16(head[:])-1)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		f := strings.Fields(string(text))
		if len(f) != 3 || f[0] != "GET" || !strings.HasPrefix(f[2], "subscriber.by-msisdn-") || !strings.HasSuffix(f[2], ".info") {
			panic(fmt.Sprintf("a request that must never be made: %q", text))
		}
		handle(request{f[1], strings.TrimSuffix(strings.TrimPrefix(f[2], "subscriber.by-msisdn-"), ".info"), conn})
	}
}

func provider(t testing.TB, addr string, cfg Config) *Provider {
	t.Helper()
	cfg.Addr = addr
	if cfg.Stall == 0 {
		cfg.Stall = 300 * time.Millisecond
	}
	cfg.RetryMin, cfg.RetryMax = time.Millisecond, 20*time.Millisecond
	p := New(cfg, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { p.Close() })
	return p
}

func lookup(t testing.TB, p *Provider, n subscriber.MSISDN) (hlr.Subscriber, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return p.Lookup(ctx, n)
}

func TestLookup(t *testing.T) {
	p := provider(t, fakeHLR(t, func(r request) { r.ok("262011234567890") }), Config{Home: "26201"})
	s, err := lookup(t, p, number)
	if err != nil || s.IMSI != "262011234567890" || s.VLR != "MSC-1" || s.IMEI != "" || s.Home != "26201" || s.Absent {
		t.Errorf("Lookup = %+v %+v, %v", s.IMSI, s.VLR, err)
	}
	if got, want := s.Tells(), hlr.FieldIMSI|hlr.FieldVLR|hlr.FieldHome; got != want || want&^p.Fields() != 0 {
		t.Errorf("told %v of %v, want %v", got, p.Fields(), want)
	}
	if p.Name() != "osmohlr" || p.Note() != "" {
		t.Errorf("name %q, note %q", p.Name(), p.Note())
	}
}

// What an HLR says wrongly is an error that names no number, never a clean
// answer; and the next lookup on the same connection is right.
func TestWrongAnswers(t *testing.T) {
	other := strings.Replace(number.Digits(), "4567", "9999", 1)
	for name, c := range map[string]struct {
		say  func(r request) []byte
		want error
	}{
		"absent":         {func(r request) []byte { return frame("ERROR " + r.id + " No such subscriber.") }, hlr.ErrAbsent},
		"other variable": {func(r request) []byte { return reply(r.id, other, "262011234567890") }, hlr.ErrOtherNumber},
		"no IMSI":        {func(r request) []byte { return reply(r.id, r.msisdn, "") }, errAnswer},
		"letters":        {func(r request) []byte { return reply(r.id, r.msisdn, "26201abc") }, errAnswer},
		"long IMSI":      {func(r request) []byte { return reply(r.id, r.msisdn, "1234567890123456") }, errAnswer},
		"other number": {func(r request) []byte {
			return []byte(strings.Replace(string(reply(r.id, r.msisdn, "262011234567890")), "msisdn\t"+r.msisdn, "msisdn\t"+other, 1))
		}, hlr.ErrOtherNumber},
		"two IMSIs": {func(r request) []byte {
			return frame("GET_REPLY " + r.id + " subscriber.by-msisdn-" + r.msisdn + ".info imsi\t1\nimsi\t2\nmsisdn\t" + r.msisdn)
		}, errAnswer},
		"no tab": {func(r request) []byte {
			return frame("GET_REPLY " + r.id + " subscriber.by-msisdn-" + r.msisdn + ".info imsi")
		}, errAnswer},
		"empty": {func(r request) []byte { return frame("GET_REPLY " + r.id) }, hlr.ErrOtherNumber},
		"keys of the SIM": {func(r request) []byte {
			return frame("GET_REPLY " + r.id + " subscriber.by-msisdn-" + r.msisdn + ".info imsi\t262011234567890\naud3g.k\t00112233\nmsisdn\t" + r.msisdn)
		}, errSecret},
		"another error": {func(r request) []byte { return frame("ERROR " + r.id + " subscriber 491701234567 broke") }, nil},
		"too old":       {func(r request) []byte { return frame("ERROR " + r.id + " Command not found") }, nil},
	} {
		first := true
		p := provider(t, fakeHLR(t, func(r request) {
			if first {
				first = false
				_, _ = r.conn.Write(c.say(r))
				return
			}
			r.ok("262011234567890")
		}), Config{})
		_, err := lookup(t, p, number)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		} else if strings.Contains(err.Error(), "4567") || strings.Contains(err.Error(), "2620") || strings.Contains(err.Error(), "0011") {
			t.Errorf("%s: the error names an identity: %v", name, err)
		}
		if s, err := lookup(t, p, number); err != nil || s.IMSI != "262011234567890" {
			t.Errorf("%s: the lookup after it: %v", name, err)
		}
	}
}

// A broken connection fails its lookups at once, and the next one is made.
func TestBrokenConnections(t *testing.T) {
	for name, say := range map[string]func(r request){
		"closed":       func(r request) { r.conn.Close() },
		"half a frame": func(r request) { _, _ = r.conn.Write(reply(r.id, r.msisdn, "262011234567890")[:20]); r.conn.Close() },
		"giant frame":  func(r request) { _, _ = r.conn.Write([]byte{0xff, 0xff, 0xee, 0}) },
		"silence":      func(r request) {},
		"traps alone": func(r request) {
			for range 20 {
				_, _ = r.conn.Write(frame("TRAP 0 subscriber changed"))
				time.Sleep(20 * time.Millisecond)
			}
		},
	} {
		var once sync.Once
		p := provider(t, fakeHLR(t, func(r request) {
			broke := false
			once.Do(func() { broke = true; say(r) })
			if !broke {
				r.ok("262011234567890")
			}
		}), Config{})
		began := time.Now()
		if _, err := lookup(t, p, number); err == nil || time.Since(began) > 2*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(began))
		}
		if err := eventually(func() error { _, err := lookup(t, p, number); return err }); err != nil {
			t.Errorf("%s: never again: %v", name, err)
		}
	}
}

func eventually(f func() error) (err error) {
	for range 200 {
		if err = f(); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

// Noise between the answers reaches nobody.
func TestNoise(t *testing.T) {
	p := provider(t, fakeHLR(t, func(r request) {
		for _, b := range [][]byte{
			{0, 1, 0xfe, 0},                     // IPA keep-alive
			{0, 0, 0xee},                        // a frame of nothing
			{0, 2, 0xee, 5, 'x'},                // another extension
			frame("TRAP 0 x y"),                 // a trap
			frame("ERROR err Request unknown"),  // of nobody's request
			frame("ERROR"),                      //
			reply("4294967296", r.msisdn, "1"),  // no id of ours
			reply("777777", r.msisdn, "999999"), // nobody waits for it
			reply(r.id, r.msisdn, "262011234567890"),
			reply(r.id, r.msisdn, "262019999999999"), // a second answer
		} {
			_, _ = r.conn.Write(b)
		}
	}), Config{})
	for range 50 {
		if s, err := lookup(t, p, number); err != nil || s.IMSI != "262011234567890" {
			t.Fatalf("IMSI %q, %v", s.IMSI, err)
		}
	}
}

// Many lookups at once, answered in disorder: each gets its own.
func TestPipelined(t *testing.T) {
	const n = 400
	var mu sync.Mutex
	var held []request
	p := provider(t, fakeHLR(t, func(r request) {
		mu.Lock()
		defer mu.Unlock()
		if held = append(held, r); len(held) < n/4 {
			return
		}
		for i := range held {
			r := held[len(held)-1-i]
			r.ok("26201" + r.msisdn[len(r.msisdn)-10:])
		}
		held = nil
	}), Config{Stall: 5 * time.Second})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			digits := fmt.Sprintf("49170%07d", i)
			s, err := lookup(t, p, subscriber.MSISDN("+"+digits))
			if err != nil || s.IMSI != "26201"+digits[len(digits)-10:] {
				t.Errorf("%s got %s, %v", digits, s.IMSI, err)
			}
		})
	}
	all.Wait()
}

// A lookup that nobody waits for any more costs neither the connection nor the
// next lookup.
func TestGivenUp(t *testing.T) {
	var conns sync.Map
	p := provider(t, fakeHLR(t, func(r request) {
		conns.Store(r.conn, true)
		time.Sleep(50 * time.Millisecond)
		r.ok("262011234567890")
	}), Config{Stall: 200 * time.Millisecond, MaxWaiting: 2})
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		if _, err := p.Lookup(ctx, number); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("given up: %v", err)
		}
		cancel()
	}
	if _, err := lookup(t, p, number); !errors.Is(err, hlr.ErrOverloaded) {
		t.Errorf("a third on its way: %v, want ErrOverloaded", err)
	}
	time.Sleep(400 * time.Millisecond) // more than Stall, all answered by now
	if _, err := lookup(t, p, number); err != nil {
		t.Errorf("after them: %v", err)
	}
	count := 0
	conns.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("%d connections, want the one", count)
	}
}

func TestDown(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	p := provider(t, addr, Config{})
	began := time.Now()
	if _, err := lookup(t, p, number); err == nil || time.Since(began) > time.Second || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if !strings.Contains(p.Note(), "cannot be reached") {
		t.Errorf("note %q", p.Note())
	}
	p.Close()
	if _, err := lookup(t, p, number); !errors.Is(err, errClosed) {
		t.Errorf("closed: %v", err)
	}
}

// Nothing but digits ever stands in a request.
func TestOnlyNumbersAreAsked(t *testing.T) {
	p := provider(t, fakeHLR(t, func(r request) { r.ok("262011234567890") }), Config{})
	for _, n := range []subscriber.MSISDN{"", "+", "12", "+49170 1", "+49170.info-all", "+4917012345678901", "+49\n", "+٤٩١٧٠١٢٣٤٥"} {
		if _, err := lookup(t, p, n); !errors.Is(err, hlr.ErrNotCovered) {
			t.Errorf("%q: %v", n, err)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add(reply("1", "491701234567", "262011234567890")[4:])
	f.Add([]byte("ERROR 6 No such subscriber."))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, ok := parseAnswer(text)
		if !ok {
			return
		}
		if s, err := a.subscriber(number, ""); err == nil && (s.IMSI == "" || strings.Trim(s.IMSI, "0123456789") != "") {
			t.Fatalf("%q is taken for a subscriber", text)
		}
	})
}

func FuzzReadFrame(f *testing.F) {
	f.Add(frame("GET_REPLY 1 x y"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		r := bufio.NewReader(strings.NewReader(string(wire)))
		for range len(wire) + 1 {
			if _, err := readFrame(r, nil); err != nil {
				return
			}
		}
		t.Fatal("more frames than octets")
	})
}
