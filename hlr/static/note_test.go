package static

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr"
)

// A file that is broken or gone shows in the health of a provider that still
// answers, until it is mended.
func TestHealthNotesARefusedFile(t *testing.T) {
	p, path, _ := open(t, "s.yaml", withIMSI(1))
	g := hlr.New(hlr.Config{Budget: 10 * time.Second, Providers: []hlr.ProviderConfig{{Provider: p}}},
		prometheus.NewRegistry(), time.Now, slog.New(slog.DiscardHandler))
	check := func(when, want string) {
		t.Helper()
		h := g.Health()[0]
		if !h.OK || !strings.Contains(h.Note, want) || want == "" && h.Note != "" {
			t.Errorf("%s: %+v, want OK and the note %q", when, h, want)
		}
	}
	check("at first", "")
	replace(t, path, "\"+491701234567\": {imsy: \"262010000000001\"}\n")
	imsi(t, p, number1)
	check("broken", "is refused")
	replace(t, path, withIMSI(2))
	imsi(t, p, number1)
	check("mended", "")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	check("gone, before any lookup", "cannot be read")
	imsi(t, p, number1)
	check("gone", "is refused")
	replace(t, path, withIMSI(3))
	imsi(t, p, number1)
	check("back", "")
}
