package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"tollgate/gateway"
	"tollgate/gateway/store"
	"tollgate/hlr/subscriber"
)

// linesPerSecond is how many messages a second are shown one by one; above it
// a summary follows each second.
const linesPerSecond = 20

// console prints what becomes of each message, for a person who watches. The
// gateway calls it while it holds a message: a terminal that is stopped, or a
// pipe that nobody reads, must not stop the gateway. Lines are handed over, and
// those that the terminal is too slow for are counted.
type console struct {
	lines chan string
	now   func() time.Time

	mu     sync.Mutex
	second int64
	shown  int
	hidden map[string]int
}

// maxLines bounds what waits for the terminal.
const maxLines = 256

func newConsole(now func() time.Time) *console {
	return &console{lines: make(chan string, maxLines), now: now, hidden: map[string]int{}}
}

// start prints from now on. The function that it returns prints the rest and
// ends it, or gives up after a second when nobody reads.
func (c *console) start(out io.Writer) (stop func()) {
	done, printed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(printed)
		c.print(out, done)
	}()
	return func() {
		close(done)
		select {
		case <-printed:
		case <-time.After(time.Second):
		}
	}
}

// print writes the lines, and each second what they left out, until done is
// closed; then what is still waiting.
func (c *console) print(out io.Writer, done <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case s := <-c.lines:
			fmt.Fprintln(out, s)
		case <-tick.C:
			c.tick()
		case <-done:
			for len(c.lines) > 0 {
				fmt.Fprintln(out, <-c.lines)
			}
			return
		}
	}
}

// say hands over a line; false when too many wait.
func (c *console) say(s string) bool {
	select {
	case c.lines <- s:
		return true
	default:
		return false
	}
}

// Ended shows a message's terminal state.
func (c *console) Ended(m *store.Message, d *store.Delivery) {
	status := d.Status.String()
	c.line(status, func() string {
		why := ""
		if d.Reason != "" {
			why = " (" + d.Reason + ")"
		}
		took := d.DoneAt.Sub(m.CreatedAt).Round(time.Millisecond / 10)
		return fmt.Sprintf("%-11s %s %s by %s in %v%s", status, m.To.Masked(), m.Purpose, orNone(d.Carrier), took, why)
	})
}

// Refused shows a send that was not accepted, and the reasons.
func (c *console) Refused(tenant string, to subscriber.MSISDN, purpose string, r *gateway.Refusal) {
	c.line(string(r.Code), func() string {
		why := r.Detail
		if r.Decision != nil {
			var codes []string
			for _, reason := range r.Decision.Reasons {
				codes = append(codes, fmt.Sprintf("%s %+.0f", reason.Code, reason.Points))
			}
			why = fmt.Sprintf("score %.0f: %s", r.Decision.Score, strings.Join(codes, ", "))
		}
		if purpose != "" {
			purpose = " " + purpose
		}
		return fmt.Sprintf("%-11s %s%s: %s", r.Code, to.Masked(), purpose, why)
	})
}

// Checked shows a code that was approved.
func (c *console) Checked(ch *store.Challenge) {
	c.line("approved", func() string {
		return fmt.Sprintf("%-11s %s %s %v after the send", "approved", ch.To.Masked(), ch.Purpose, ch.ApprovedAt.Sub(ch.CreatedAt).Round(time.Millisecond/10))
	})
}

func orNone(s string) string {
	if s == "" {
		return "no carrier"
	}
	return s
}

// line shows one line, or counts it once this second has had its share.
func (c *console) line(kind string, text func() string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn(c.now().Unix())
	if c.shown++; c.shown > linesPerSecond || !c.say(c.now().Format("15:04:05.000")+" "+text()) {
		c.hidden[kind]++
	}
}

// turn begins a new second and sums up what the former one hid.
func (c *console) turn(second int64) {
	if second == c.second {
		return
	}
	c.second, c.shown = second, 0
	if len(c.hidden) == 0 {
		return
	}
	var parts []string
	total := 0
	for kind, n := range c.hidden {
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
		total += n
	}
	slices.Sort(parts)
	if c.say(fmt.Sprintf("... and %d more in a second: %s", total, strings.Join(parts, ", "))) {
		clear(c.hidden)
	}
}

// tick sums up although nothing more comes.
func (c *console) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn(c.now().Unix())
}
