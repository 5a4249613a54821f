package controls

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/configs"
	"tollgate/fraud"
	"tollgate/fraud/ranges"
	"tollgate/fraud/spend"
	"tollgate/gateway/keys"
	"tollgate/hlr/subscriber"
)

const number subscriber.MSISDN = "+491701234567"

// desk is controls on a directory, with a clock.
type desk struct {
	*Controls
	t    *testing.T
	dir  string
	ring *keys.Ring
	now  time.Time
	reg  *prometheus.Registry
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	ring, err := keys.New()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, dir: t.TempDir(), ring: ring, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	d.open(nil)
	return d
}

func (d *desk) open(files []File) {
	d.t.Helper()
	d.reg = prometheus.NewRegistry()
	c, err := Open(Config{
		Dir: d.dir, Sealer: d.ring, Devices: d.ring, Files: files, Every: time.Hour, Now: func() time.Time { return d.now },
		Spend: spend.Config{Prices: []spend.Price{{Each: 100_000}}, Caps: []spend.Cap{{Name: "all", Day: 1_000_000}}},
	}, d.reg)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Controls = c
	d.t.Cleanup(c.Close)
}

func (d *desk) facts(edit func(*Send)) (f fraud.Facts) {
	d.Facts(d.send(edit), &f)
	return f
}

func (d *desk) send(edit func(*Send)) *Send {
	s := &Send{At: d.now, Tenant: "shop", To: number, Region: "DE", Segments: func() int { return 1 }}
	if edit != nil {
		edit(s)
	}
	return s
}

// metric reads one value; labels are in the order of their names.
func (d *desk) metric(name string, labels ...string) float64 {
	d.t.Helper()
	families, err := d.reg.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.Metric {
			same := f.GetName() == name && len(m.Label) == len(labels)
			for i := 0; same && i < len(labels); i++ {
				same = m.Label[i].GetValue() == labels[i]
			}
			if same {
				return m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	d.t.Fatalf("there is no %s%v", name, labels)
	return 0
}

func file(t *testing.T, name, text string) File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return File{Path: path}
}

func TestOwnListIsKept(t *testing.T) {
	d := newDesk(t)
	for _, e := range []Entry{
		{List: "block", Kind: "number", Value: "+491701*", Reason: "pumped", Source: "noc"},
		{List: "safe", Kind: "number", Value: string(number)},
		{List: "block", Kind: "device", Value: "phone-secret"},
		{List: "block", Kind: "asn", Value: "64500", Expires: d.now.Add(time.Hour)},
	} {
		if _, err := d.Lists.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string) {
		t.Helper()
		if f := d.facts(nil).Listed; f.Safe.Kind != "number" || f.Blocked.Kind != "" {
			t.Errorf("%s, the number: %+v", when, f)
		}
		if f := d.facts(func(s *Send) { s.To = "+491701999999" }).Listed; f.Blocked.Reason != "pumped" || f.Blocked.List != "admin" {
			t.Errorf("%s, its range: %+v", when, f)
		}
		if f := d.facts(func(s *Send) { s.Device = "phone-secret" }).Listed; f.Blocked.Kind != "device" {
			t.Errorf("%s, the device: %+v", when, f)
		}
		if f := d.facts(func(s *Send) { s.ASN = 64500 }).Listed; f.Blocked.Kind != "asn" || f.Blocked.Left != time.Hour {
			t.Errorf("%s, the system: %+v", when, f)
		}
	}
	check("at first")
	d.Close()
	if _, err := d.ring.Rotate(); err != nil { // a rotation loses no listed device
		t.Fatal(err)
	}
	d.open(nil)
	check("after a restart and a rotation")
	kept, err := os.ReadFile(filepath.Join(d.dir, listsFile))
	if err != nil || bytes.Contains(kept, []byte("4917")) || bytes.Contains(kept, []byte("noc")) {
		t.Errorf("the file shows what it lists: %v", err)
	}
	for _, e := range d.Lists.Entries() {
		if strings.Contains(e.Value, "secret") {
			t.Errorf("a device id is kept: %+v", e)
		}
	}
	id := d.Lists.Entries()[0].ID
	if err := d.Lists.Remove(id); err != nil {
		t.Fatal(err)
	}
	if f := d.facts(func(s *Send) { s.To = "+491701999999" }).Listed; f.Blocked.Kind != "" {
		t.Errorf("removed: %+v", f)
	}
	if err := d.Lists.Remove(id); !errors.Is(err, ErrNoEntry) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestOwnListReplacesAndExpires(t *testing.T) {
	d := newDesk(t)
	first, _ := d.Lists.Add(Entry{List: "block", Kind: "number", Value: string(number), Expires: d.now.Add(time.Minute)})
	second, err := d.Lists.Add(Entry{List: "safe", Kind: "number", Value: string(number)})
	if err != nil || first.ID != second.ID || len(d.Lists.Entries()) != 1 || d.facts(nil).Listed.Blocked.Kind != "" {
		t.Errorf("%+v, %v", d.Lists.Entries(), err)
	}
	for name, e := range map[string]Entry{
		"no list": {Kind: "number", Value: string(number)}, "no kind": {List: "block", Value: string(number)}, "no number": {List: "block", Kind: "number", Value: "17"},
		"past": {List: "block", Kind: "asn", Value: "1", Expires: d.now.Add(-time.Hour)}, "nobody's account": {List: "block", Kind: "account", Value: "u"},
	} {
		if _, err := d.Lists.Add(e); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if len(d.Lists.Entries()) != 1 {
		t.Error("what was refused is kept")
	}
}

func TestFilesAndReload(t *testing.T) {
	d := newDesk(t)
	d.Close()
	blocked := file(t, "abuse.yaml", "block: [{number: \"+491701*\"}, {device: d-1}]")
	d.open([]File{blocked})
	if f := d.facts(nil).Listed; f.Blocked.List != "abuse" {
		t.Errorf("%+v", f)
	}
	if f := d.facts(func(s *Send) { s.Device, s.To = "d-1", "+33612345678" }).Listed; f.Blocked.Kind != "device" {
		t.Errorf("%+v", f)
	}
	if _, err := d.Lists.Add(Entry{List: "safe", Kind: "number", Value: string(number)}); err != nil || d.facts(nil).Listed.Blocked.Kind != "" {
		t.Errorf("an exception from a file's range: %+v, %v", d.facts(nil).Listed, err)
	}
	if err := d.Set([]File{file(t, "bad.yaml", "block: [{number: x}]")}, spend.Config{}); err == nil || !strings.Contains(err.Error(), "bad.yaml:1:") {
		t.Errorf("a bad list is taken over: %v", err)
	}
	other := func(s *Send) { s.To = "+491701999999" }
	if d.facts(other).Listed.Blocked.Kind == "" || d.facts(other).Spend.Cap != "all" {
		t.Error("a reload that failed changed something")
	}
	if err := d.Set(nil, spend.Config{}); err != nil || d.facts(other).Listed.Blocked.Kind != "" || d.facts(other).Spend.Cap != "" {
		t.Errorf("a reload that took the list away: %v", err)
	}
}

func TestRangesAndSpendAreKept(t *testing.T) {
	d := newDesk(t)
	text, err := configs.FS.ReadFile("policies/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := fraud.LoadPolicy("default", text)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		d.Decided(d.send(nil), p, &fraud.Decision{Kind: fraud.Block, Ranges: 1})
		d.Accepted(d.send(nil))
	}
	before := d.facts(nil)
	if !before.RangeBlock.Active || before.RangeBlock.Reason != "pumped" || before.Spend.Used != 0.6 {
		t.Fatalf("%+v %+v", before.RangeBlock, before.Spend)
	}
	d.Close()
	d.open(nil)
	if after := d.facts(nil); after.RangeBlock != before.RangeBlock || after.Spend != before.Spend {
		t.Errorf("after a restart %+v %+v", after.RangeBlock, after.Spend)
	}
	if b, u := d.metric("tollgate_range_blocks"), d.metric("tollgate_spend_used_ratio", "all", "day"); b != 1 || u != 0.5 {
		t.Errorf("metrics: %g blocked, %g spent", b, u)
	}
	if d.Lift(ranges.Key{Tenant: "acme", Range: "+491701234"}) || !d.Lift(ranges.Key{Tenant: "shop", Range: "+491701234"}) || d.facts(nil).RangeBlock.Active {
		t.Error("Lift")
	}
}

func TestKeptFileThatCannotBeOpened(t *testing.T) {
	d := newDesk(t)
	if _, err := d.Lists.Add(Entry{List: "block", Kind: "asn", Value: "64500"}); err != nil {
		t.Fatal(err)
	}
	d.Close()
	other, err := keys.New()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Config{Dir: d.dir, Sealer: other, Devices: other}, nil); err == nil || !strings.Contains(err.Error(), listsFile) {
		t.Errorf("started without its block list: %v", err)
	}
}

// Who is let through by lot comes back with proof and meets the same lot.
func TestExplored(t *testing.T) {
	d := newDesk(t)
	lots := []uint32{7, 900, 901, 902}
	lot := func(s *Send) {
		s.Lot = func() uint32 { l := lots[0]; lots = lots[1:]; return l }
	}
	if f := d.facts(lot); f.Draw != 7 {
		t.Fatalf("drew %d", f.Draw)
	}
	lots = append([]uint32{7}, lots...) // the send itself
	s := d.send(lot)
	d.Decided(s, nil, &fraud.Decision{Kind: fraud.StepUp, Explored: true})
	if f := d.facts(lot); f.Draw != 7 {
		t.Errorf("the second send drew %d", f.Draw)
	}
	if f := d.facts(func(s *Send) { lot(s); s.Tenant = "acme" }); f.Draw != 900 {
		t.Errorf("another tenant's drew %d", f.Draw)
	}
	for range 2 { // counted once
		d.Decided(d.send(lot), nil, &fraud.Decision{Kind: fraud.Allow, Explored: true})
	}
	d.now = d.now.Add(exploredFor)
	if f := d.facts(lot); f.Draw != 901 {
		t.Errorf("after %v it drew %d", exploredFor, f.Draw)
	}
	if o, p := d.metric("tollgate_explored_total", "opened"), d.metric("tollgate_explored_total", "passed"); o != 1 || p != 1 {
		t.Errorf("metrics: %g opened, %g passed", o, p)
	}
}
