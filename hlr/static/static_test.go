package static

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

const number1 = subscriber.MSISDN("+491701234567")

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// replace puts a new file in the place of the old one.
func replace(t *testing.T, path, text string) {
	t.Helper()
	write(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, name, text string) (p *Provider, path string, logged *bytes.Buffer) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	write(t, path, text)
	logged = &bytes.Buffer{}
	p, err := New(path, prometheus.NewRegistry(), slog.New(slog.NewTextHandler(logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return p, path, logged
}

func imsi(t *testing.T, p *Provider, n subscriber.MSISDN) string {
	t.Helper()
	s, err := p.Lookup(t.Context(), n)
	switch {
	case errors.Is(err, hlr.ErrAbsent):
		return "absent"
	case errors.Is(err, hlr.ErrNotCovered):
		return "not covered"
	case err != nil:
		t.Fatal(err)
	}
	return s.IMSI
}

func withIMSI(i int) string {
	return fmt.Sprintf("\"+491701234567\": {imsi: \"26201%010d\"}\n", i)
}

// The next lookup after an edit sees it, however soon it comes and however
// the file was written; the size never changes here.
func TestAnEditIsSeenByTheNextLookup(t *testing.T) {
	for name, edit := range map[string]func(*testing.T, string, string){"in place": write, "by rename": replace} {
		t.Run(name, func(t *testing.T) {
			p, path, _ := open(t, "s.yaml", withIMSI(0))
			for i := 1; i <= 20; i++ {
				edit(t, path, withIMSI(i))
				for range 2 {
					if got, want := imsi(t, p, number1), fmt.Sprintf("26201%010d", i); got != want {
						t.Fatalf("edit %d: IMSI %s, want %s", i, got, want)
					}
				}
			}
		})
	}
}

// File times that keep whole seconds do not hide a second edit.
func TestAnEditWithinTheSameTickIsSeen(t *testing.T) {
	p, path, _ := open(t, "s.yaml", withIMSI(0))
	for i := 1; i <= 5; i++ {
		write(t, path, withIMSI(i))
		tick := time.Now().Truncate(time.Second)
		if err := os.Chtimes(path, tick, tick); err != nil {
			t.Fatal(err)
		}
		if got, want := imsi(t, p, number1), fmt.Sprintf("26201%010d", i); got != want {
			t.Fatalf("edit %d: IMSI %s, want %s", i, got, want)
		}
	}
}

// Edits in turns of both kinds, with lookups of many others going on.
func TestAnEditIsSeenUnderLoad(t *testing.T) {
	p, path, _ := open(t, "s.yaml", withIMSI(0))
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 4 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = p.Lookup(context.Background(), number1)
				}
			}
		})
	}
	defer others.Wait()
	defer close(stop)
	for i := 1; i <= 20; i++ {
		if i%2 == 0 {
			write(t, path, withIMSI(i))
		} else {
			replace(t, path, withIMSI(i))
		}
		if got, want := imsi(t, p, number1), fmt.Sprintf("26201%010d", i); got != want {
			t.Fatalf("edit %d: IMSI %s, want %s", i, got, want)
		}
	}
}

// Half a file that parses must not look like numbers that vanished.
func TestHalfWrittenFileIsNotRead(t *testing.T) {
	half, rest := withIMSI(1), "\"+491701234568\": {imsi: \"262010000000002\"}\n"
	p, path, _ := open(t, "s.yaml", half+rest)
	for range 100 { // until the machine gives the time to write within quiet
		got, took := lookupDuring(t, p, path, half, rest)
		if took > quiet/2 {
			continue
		}
		if got != "262010000000002<nil>" {
			t.Errorf("lookup while the file was written: %s", got)
		}
		return
	}
	t.Error("the machine is too busy to write two lines within 10ms")
}

// lookupDuring writes the file in two goes with a lookup in between.
func lookupDuring(t *testing.T, p *Provider, path, half, rest string) (got string, took time.Duration) {
	start := time.Now()
	write(t, path, half)
	answer := make(chan string)
	go func() {
		s, err := p.Lookup(context.Background(), "+491701234568")
		answer <- fmt.Sprint(s.IMSI, err)
	}()
	time.Sleep(quiet / 10)
	write(t, path, half+rest)
	took = time.Since(start)
	return <-answer, took
}

func TestNumbersThatVanish(t *testing.T) {
	p, path, _ := open(t, "s.yaml", withIMSI(1)+"\"+491701234568\": {imsi: \"262010000000002\"}\n")
	if got := imsi(t, p, "+491701234569"); got != "not covered" {
		t.Errorf("never listed: %s", got)
	}
	replace(t, path, withIMSI(1))
	if got := imsi(t, p, "+491701234568"); got != "absent" {
		t.Errorf("listed once: %s", got)
	}
	replace(t, path, "{}")
	if got := imsi(t, p, "+491701234568"); got != "absent" {
		t.Errorf("two contents later: %s", got)
	}
	replace(t, path, withIMSI(3)+"default: absent\n")
	if got := imsi(t, p, "+491701234569"); got != "absent" {
		t.Errorf("never listed, default absent: %s", got)
	}
	if got := imsi(t, p, number1); got != "262010000000003" {
		t.Errorf("back again: %s", got)
	}
}

func TestABrokenFileKeepsTheFormerContent(t *testing.T) {
	for name, broken := range map[string]string{
		"not YAML":        withIMSI(2) + "\"+491701234568\": {imsi\n  - x: [",
		"unknown field":   withIMSI(2) + "\"+491701234568\": {imsy: \"262010000000002\"}\n",
		"a short IMSI":    withIMSI(2) + "\"+491701234568\": {imsi: \"26201\"}\n",
		"duplicate":       withIMSI(2) + "\"491701234567\": {imsi: \"262010000000002\"}\n",
		"empty":           "",
		"not a record":    withIMSI(2) + "\"+491701234568\": 262010000000002\n",
		"another default": withIMSI(2) + "default: clean\n",
	} {
		t.Run(name, func(t *testing.T) {
			p, path, logged := open(t, "s.yaml", withIMSI(1))
			write(t, path, broken)
			for range 3 {
				if got := imsi(t, p, number1); got != "262010000000001" {
					t.Errorf("IMSI %s, want that of the former content", got)
				}
			}
			text := logged.String()
			if n := strings.Count(text, "level=ERROR"); n != 1 {
				t.Errorf("%d errors logged, want one:\n%s", n, text)
			}
			if broken != "" && !strings.Contains(text, "line ") {
				t.Errorf("the error names no line: %s", text)
			}
			if strings.Contains(text, "26201") || strings.Contains(text, "4917012") {
				t.Errorf("the log holds an identity: %s", text)
			}
			write(t, path, withIMSI(3))
			if got := imsi(t, p, number1); got != "262010000000003" {
				t.Errorf("IMSI %s after the file was mended", got)
			}
		})
	}
}

func TestAFileThatIsGoneKeepsItsContent(t *testing.T) {
	p, path, logged := open(t, "s.yaml", withIMSI(1))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := imsi(t, p, number1); got != "262010000000001" {
			t.Errorf("IMSI %s", got)
		}
	}
	if n := strings.Count(logged.String(), "level=ERROR"); n != 1 {
		t.Errorf("%d errors logged, want one: %s", n, logged)
	}
	write(t, path, withIMSI(2))
	if got := imsi(t, p, number1); got != "262010000000002" {
		t.Errorf("IMSI %s once the file was back", got)
	}
}

func TestNewRefusesABadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.csv")
	reg, log := prometheus.NewRegistry(), slog.New(slog.DiscardHandler)
	if _, err := New(path, reg, log); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
	write(t, path, "imsi\n1\n")
	if _, err := New(path, reg, log); err == nil || !strings.Contains(err.Error(), "msisdn") {
		t.Errorf("a CSV without numbers: %v", err)
	}
}

func TestFieldsAreThoseTheFileEverTold(t *testing.T) {
	p, path, _ := open(t, "s.csv", "msisdn,line_type\n491701234567,voip\n")
	if f := p.Fields(); f != hlr.FieldLineType {
		t.Errorf("fields %v", f)
	}
	replace(t, path, "msisdn,imsi\n491701234567,262010000000001\n")
	imsi(t, p, number1)
	if f := p.Fields(); f != hlr.FieldLineType|hlr.FieldIMSI {
		t.Errorf("fields %v", f)
	}
}

// The Gatherer neither caches nor penalises what a file says or leaves out.
func TestThroughTheGatherer(t *testing.T) {
	p, path, _ := open(t, "s.yaml", withIMSI(1))
	g := hlr.New(hlr.Config{Budget: 10 * time.Second, Providers: []hlr.ProviderConfig{{Provider: p}}},
		prometheus.NewRegistry(), time.Now, slog.New(slog.DiscardHandler))
	old := hlr.Need{Fields: hlr.FieldIdentity, IdentityMaxAge: time.Hour}
	if a := g.Gather(t.Context(), number1, old); a.IMSI != "262010000000001" {
		t.Errorf("IMSI %q, %v", a.IMSI, a.Sources)
	}
	replace(t, path, withIMSI(2))
	if a := g.Gather(t.Context(), number1, old); a.IMSI != "262010000000002" {
		t.Errorf("IMSI %q: a cached answer", a.IMSI)
	}
	if a := g.Gather(t.Context(), "+491701234568", hlr.Need{}); a.Asked != 0 || len(a.Sources) != 0 {
		t.Errorf("a number that is not listed: asked %v", a.Asked)
	}
	replace(t, path, "{}")
	if a := g.Gather(t.Context(), number1, hlr.Need{}); !a.Absent || a.Known != hlr.FieldIMSI {
		t.Errorf("a number taken out: absent %v, known %v", a.Absent, a.Known)
	}
}
