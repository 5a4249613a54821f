package send

import (
	"strconv"
	"sync/atomic"
)

// plan says what send i is, from i alone.
type plan struct {
	seed     uint64
	numbers  *numbers
	distinct uint64 // of the numbers, those that are used
	keys     []string
	purposes []string
	context  bool // every send tells an IP, a device and a user agent
	attack   uint64
	coded    bool // messages are known by their code: numbers repeat

	next atomic.Uint64 // index of the next send
}

// shareScale is what a share of attacks counts in: a hundredth of a per cent.
const shareScale = 10_000

func newPlan(c *Config) (*plan, error) {
	n, err := newNumbers(c.Seed, c.Countries)
	if err != nil {
		return nil, err
	}
	p := &plan{
		seed: spread(c.Seed), numbers: n, distinct: n.max, context: c.Context || c.Attack > 0, attack: uint64(c.Attack * shareScale),
		keys: c.Key.wheel(), purposes: c.Purpose.wheel(),
	}
	if c.Distinct > 0 {
		p.distinct = min(c.Distinct, n.max)
	}
	p.coded = p.attack > 0 || p.distinct < n.max
	return p, nil
}

// wheel has each name as often as it weighs.
func (m Mix) wheel() (names []string) {
	for _, s := range m {
		for range s.Weight {
			names = append(names, s.Name)
		}
	}
	return names
}

// dice is what chance has for send i; salt tells its uses apart.
func (p *plan) dice(i, salt uint64) uint64 { return spread(p.seed ^ i*0x9E3779B97F4A7C15 ^ salt<<56) }

func pick(names []string, dice uint64) string {
	if len(names) == 1 {
		return names[0]
	}
	return names[dice%uint64(len(names))]
}

func (p *plan) key(i uint64) string     { return pick(p.keys, p.dice(i, 1)) }
func (p *plan) purpose(i uint64) string { return pick(p.purposes, p.dice(i, 2)) }

// idempotencyKey appends a key that no other send of any run has.
func (p *plan) idempotencyKey(b []byte, i uint64) []byte {
	b = strconv.AppendUint(append(b, "bench-"...), p.seed, 36)
	return strconv.AppendUint(append(b, '-'), i, 36)
}

// attacks says that send i belongs to the pumping.
func (p *plan) attacks(i uint64) bool {
	return p.attack > 0 && p.dice(i, 3)%shareScale < p.attack
}

// to appends the number of send i.
func (p *plan) to(b []byte, i uint64) []byte {
	if p.attacks(i) {
		return p.pumped(b, i)
	}
	return p.numbers.append(b, i%p.distinct)
}

// Pumping: a few ranges of a thousand numbers in one costly country, gone
// through nearly in order, from a few rented machines with one client.
const (
	pumpRanges  = 8
	pumpSources = 16
)

func (p *plan) pumped(b []byte, i uint64) []byte {
	const during = 1_000_000 // sends after which other ranges are pumped
	b = append(b, "+62812"...)
	b = digits(b, p.dice(i/during*pumpRanges+i%pumpRanges, 4), 4)
	return digits(b, i/pumpRanges, 3)
}

// digits appends the last n digits of v.
func digits(b []byte, v uint64, n int) []byte {
	at := len(b) + n
	for range n {
		b = append(b, '0')
	}
	for k := at - 1; k >= at-n; k-- {
		b[k] += byte(v % 10)
		v /= 10
	}
	return b
}

// body appends the JSON of send i.
func (p *plan) body(b []byte, i uint64) []byte {
	b = append(b, `{"to":"`...)
	b = p.to(b, i)
	b = append(b, `","purpose":`...)
	b = strconv.AppendQuote(b, p.purpose(i))
	if p.coded {
		b = append(b, `,"code":"`...)
		b = digits(b, i, codeDigits)
		b = append(b, '"')
	}
	if p.context {
		b = p.appendContext(b, i)
	}
	return append(b, '}')
}

// codeDigits is the longest code that the API takes.
const codeDigits = 10

// appendContext tells whom the request came from: of an honest send a home
// and a device for each number, of a pumped one a few machines.
func (p *plan) appendContext(b []byte, i uint64) []byte {
	who := p.dice(i%p.distinct, 5)
	host := [4]byte{byte(11 + who%80), byte(who >> 8), byte(who >> 16), byte(1 + who>>24%250)}
	agent := "okhttp/4.12.0"
	if p.attacks(i) {
		who = p.dice(i%pumpSources, 6)
		host, agent = [4]byte{5, 188, byte(who), byte(i % pumpSources)}, "python-requests/2.31"
	}
	b = append(b, `,"context":{"ip":"`...)
	for k, octet := range host {
		if k > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(octet), 10)
	}
	b = append(b, `","device_id":"d-`...)
	b = strconv.AppendUint(b, who, 36)
	b = append(b, `","user_agent":"`...)
	b = append(b, agent...)
	return append(b, `"}`...)
}

// index finds the send that a message at the carrier belongs to.
func (p *plan) index(to, text string) (i uint64, ok bool) {
	if !p.coded {
		return p.numbers.index(to)
	}
	if i, ok = findCode(text); !ok {
		return 0, false
	}
	var room [24]byte
	return i, string(p.to(room[:0], i)) == to // another run's code
}

// findCode finds the code in a text: the only run of ten digits in it.
func findCode(text string) (v uint64, ok bool) {
	run := 0
	for k := 0; k <= len(text); k++ {
		if k < len(text) && text[k] >= '0' && text[k] <= '9' {
			v, run = v*10+uint64(text[k]-'0'), run+1
			continue
		}
		if run == codeDigits {
			return v, true
		}
		v, run = 0, 0
	}
	return 0, false
}
