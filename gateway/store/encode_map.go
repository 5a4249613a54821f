package store

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// A map is one nested message an entry: key 1, value 2.

func appendPair(b []byte, num protowire.Number, k, v string) []byte {
	b, mark := beginNested(b, num)
	b = appendString(b, 1, k)
	b = appendString(b, 2, v)
	return endNested(b, mark)
}

func decodePair(b []byte) (p [2]string, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			p[0] = r.string()
		case 2:
			p[1] = r.string()
		}
	}
	return p, r.done("map entry")
}

// cooldown is one entry of NumberState's two maps over purposes; the flags
// tell in which of them it stands.
type cooldown struct {
	purpose        string
	until          time.Time
	stopped, sends bool // in CooldownSend, and its value there
}

func appendCooldown(b []byte, num protowire.Number, c cooldown) []byte {
	b, mark := beginNested(b, num)
	b = appendString(b, 1, c.purpose)
	b = appendTime(b, 2, c.until)
	b = appendBool(b, 3, c.stopped)
	b = appendBool(b, 4, c.sends)
	return endNested(b, mark)
}

func decodeCooldown(b []byte) (c cooldown, err error) {
	r := reader{rest: b}
	for r.next() {
		switch r.num {
		case 1:
			c.purpose = r.string()
		case 2:
			c.until = r.time()
		case 3:
			c.stopped = r.bool()
		case 4:
			c.sends = r.bool()
		}
	}
	return c, r.done("cool-down")
}
