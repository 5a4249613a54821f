package traffic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// record is an event as the replay contract has it, all fields of all kinds.
type record struct {
	At      time.Time
	Event   string
	ID      string
	To      string
	Tenant  string
	Purpose string
	Account string `json:"account_id"`
	Label   string
	Result  string
	Carrier string
	Error   string
	Context *struct {
		IP     string
		ASN    uint32
		Device string `json:"device_id"`
		Agent  string `json:"user_agent"`
		JA4    string
		Claim  *struct {
			IMSI, ICCID, IMEI string
			LAC, CID          uint32
		} `json:"device"`
	}
	IMSI, ICCID, IMEI, VLR string
	LAC, CID               uint32
	PLMN                   string     `json:"mccmnc"`
	Ported                 *time.Time `json:"ported_at"`
	LineType               string     `json:"line_type"`
	Roaming                bool
	Reachable              *bool
	Forwarding             bool       `json:"call_forwarding"`
	Recycled               *time.Time `json:"recycled_at"`
	Absent                 bool
}

// file is a generated file, read back.
type file struct {
	stats  *Stats
	events []record
}

// small is a fortnight of a quarter of the default traffic.
func small(kind Kind, seed uint64) Config { return Config{Kind: kind, Seed: seed, Rate: 2500} }

var files = map[Kind]func() *file{
	Crude:    sync.OnceValue(func() *file { return read(small(Crude, 7)) }),
	Adaptive: sync.OnceValue(func() *file { return read(small(Adaptive, 7)) }),
	Drift:    sync.OnceValue(func() *file { return read(small(Drift, 7)) }),
}

func read(c Config) *file {
	var b bytes.Buffer
	stats, err := Generate(c, &b)
	if err != nil {
		panic(err)
	}
	f := &file{stats: stats}
	in := json.NewDecoder(&b)
	in.DisallowUnknownFields()
	for {
		var r record
		if err := in.Decode(&r); err == io.EOF {
			return f
		} else if err != nil {
			panic(err)
		}
		f.events = append(f.events, r)
	}
}

func eachKind(t *testing.T, test func(t *testing.T, f *file)) {
	for _, kind := range []Kind{Crude, Adaptive, Drift} {
		t.Run(string(kind), func(t *testing.T) { test(t, files[kind]()) })
	}
}

func TestSameFlagsSameOctets(t *testing.T) {
	generate := func(seed uint64) string {
		var b strings.Builder
		if _, err := Generate(Config{Kind: Drift, Seed: seed, Rate: 400, Duration: 5 * 24 * time.Hour}, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	a, b := generate(3), generate(3)
	if a != b {
		t.Error("two runs of one configuration differ")
	}
	if a == generate(4) {
		t.Error("another seed gives the same traffic")
	}
}

func TestCrowdsAreUnmovedByAttacks(t *testing.T) {
	of := func(share float64) string {
		c := Config{Seed: 5, Rate: 800, Duration: 5 * 24 * time.Hour, AttackShare: share}
		stats, err := Generate(c, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(stats.Labels["legit:flash"], stats.Labels["legit:cgnat"], stats.Labels["legit:shared"])
	}
	if none, many := of(-1), of(0.3); none != many {
		t.Errorf("sends of crowds %s without attacks, %s with: each population has its own chance", none, many)
	}
}

func TestNoAttacks(t *testing.T) {
	stats, err := Generate(Config{Rate: 500, AttackShare: -1}, io.Discard)
	if err != nil || stats.Attacks != 0 || stats.Sends == 0 {
		t.Errorf("attack share below 0: %d sends, %d of them attacks, %v; want no attacks", stats.Sends, stats.Attacks, err)
	}
}

func TestDefaultSize(t *testing.T) {
	stats, err := Generate(Config{Seed: 1}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Sends < 100_000 || stats.Sends > 200_000 {
		t.Errorf("%d sends, want 100 to 200 thousand", stats.Sends)
	}
	if n := stats.Campaigns(); n < 20 || n > 40 {
		t.Errorf("%d campaigns, want 20 to 40", n)
	}
}

func TestEveryConfigurationEnds(t *testing.T) {
	for _, c := range []Config{
		{Duration: 6 * time.Hour, Rate: 4000},
		{Tenants: 1, Rate: 300},
		{Tenants: 23, Rate: 300, Kind: Adaptive},
		{Duration: 60 * 24 * time.Hour, Rate: 60, Kind: Drift},
		{AttackShare: 0.5, Rate: 300, Campaigns: 60, Median: 20, Spread: 0.3},
	} {
		if errs := c.Validate(); errs != nil {
			t.Fatalf("%+v: %v", c, errs)
		}
		stats, err := Generate(c, io.Discard)
		if err != nil || stats.Attacks == 0 || stats.Attacks == stats.Sends {
			t.Errorf("%+v: %d sends, %d of attacks, %v", c, stats.Sends, stats.Attacks, err)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []Config{
		{Kind: "subtle"}, {Duration: time.Minute}, {Rate: -1}, {AttackShare: 0.95},
		{Tenants: -1}, {Campaigns: 3}, {Spread: 9}, {Rate: 1e12},
	} {
		if errs := c.Validate(); len(errs) != 1 {
			t.Errorf("%+v: %d errors %v, want one", c, len(errs), errs)
		}
	}
	if errs := (&Config{}).Validate(); errs != nil {
		t.Errorf("the default is refused: %v", errs)
	}
}

type failing struct{}

var errFull = errors.New("no space left")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestStopsWhenNothingCanBeWritten(t *testing.T) {
	stats, err := Generate(Config{}, failing{})
	if !errors.Is(err, errFull) {
		t.Fatalf("Generate = %v, want the writer's error", err)
	}
	if stats.Sends > 20_000 {
		t.Errorf("%d sends were made for a writer that fails", stats.Sends)
	}
}

// Memory holds what is under way and the members, not what was written.
func TestWhatIsPlannedIsBounded(t *testing.T) {
	planned := func(days int) int {
		c := Config{Seed: 2, Rate: 1000, Duration: time.Duration(days) * 24 * time.Hour}
		w := newWorld(c.withDefaults(), newWriter(io.Discard, newStats()))
		for _, p := range populations {
			if p.start != nil {
				p.start(w, newDice(1, p.group), c.Rate*float64(days)*p.share)
			}
		}
		w.startAttacks()
		most := 0
		for len(w.queue) > 0 && w.now < w.end { // later visits are planned for long after it
			most = max(most, len(w.queue))
			w.step()
		}
		return most
	}
	// visits after a change of card are planned up to 90 days ahead, which ten weeks do not fill
	if week, ten := planned(7), planned(70); ten > 4*week {
		t.Errorf("%d events are planned at most in a week, %d in ten times that: it should not grow with the file", week, ten)
	}
}

func BenchmarkGenerate(b *testing.B) {
	var events, octets int64
	for i := range b.N {
		stats, err := Generate(Config{Kind: Adaptive, Seed: uint64(i + 1), Rate: 4000}, io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		events, octets = events+stats.Events, octets+stats.Bytes
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(octets)/float64(events), "octets/event")
}
