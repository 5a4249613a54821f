package static

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Provider answers from a file. It is safe for use by many goroutines.
type Provider struct {
	path    string
	csv     bool
	log     *slog.Logger
	reloads *prometheus.CounterVec

	state   atomic.Pointer[state]
	columns atomic.Uint32 // hlr.Field, all that the file ever could tell
	token   chan struct{} // who has it reads the file
	began   uint64        // of the latest reading; guarded by token
	clock   atomic.Uint64 // orders the starts of lookups and readings
}

var (
	_ hlr.Local = (*Provider)(nil)
	_ hlr.Noter = (*Provider)(nil)
)

// New reads the file, which must exist and be whole. Files that end in .csv
// are CSV, all others YAML.
func New(path string, reg prometheus.Registerer, log *slog.Logger) (*Provider, error) {
	p := &Provider{
		path: path, csv: strings.EqualFold(filepath.Ext(path), ".csv"),
		log: log, reloads: reloadsCounter(reg), token: make(chan struct{}, 1),
	}
	first, err := p.read()
	if err != nil {
		return nil, fmt.Errorf("subscriber file %s: %w", path, err)
	}
	if first.broken != nil {
		return nil, fmt.Errorf("subscriber file %s: %w", path, first.broken)
	}
	p.adopt(first)
	return p, nil
}

// Name is the provider's name in metrics and reports.
func (p *Provider) Name() string { return "static" }

// Local keeps answers out of the cache.
func (p *Provider) Local() bool { return true }

// Fields is what the columns of the file can tell, and those of all its
// earlier contents.
func (p *Provider) Fields() hlr.Field { return hlr.Field(p.columns.Load()) }

// Lookup answers from the file as it is now. It returns hlr.ErrNotCovered for
// a number that is not listed and hlr.ErrAbsent for one that no longer is.
func (p *Provider) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	if err := p.refresh(ctx); err != nil {
		return hlr.Subscriber{}, fmt.Errorf("reading the subscriber file: %w", err)
	}
	s := p.state.Load()
	if rec, ok := s.content.records[n]; ok {
		return rec.Subscriber, nil
	}
	if _, gone := s.gone[n]; gone || s.content.absent {
		return hlr.Subscriber{}, hlr.ErrAbsent
	}
	return hlr.Subscriber{}, hlr.ErrNotCovered
}

// Note says that the file as it is now is refused, or gone, and the former
// content answers. The log says why, once; a lookup or health check finds out.
func (p *Provider) Note() string {
	if f := p.state.Load().file; f.broken != nil {
		return "the subscriber file is refused, its former content answers; see the log"
	}
	if _, err := os.Stat(p.path); err != nil {
		return "the subscriber file cannot be read, its former content answers"
	}
	return ""
}

// reloadsCounter is shared by all static providers of a process.
func reloadsCounter(reg prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tollgate_static_reloads_total",
		Help: "Readings of a changed subscriber file, by whether it was taken (ok) or refused (broken).",
	}, []string{"result"})
	if err := reg.Register(c); err != nil {
		if former, ok := err.(prometheus.AlreadyRegisteredError); ok {
			return former.ExistingCollector.(*prometheus.CounterVec)
		}
		panic(err)
	}
	c.WithLabelValues("ok")
	c.WithLabelValues("broken")
	return c
}
