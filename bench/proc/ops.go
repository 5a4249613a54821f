package proc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Ops is a gateway's ops listener.
type Ops struct {
	URL   string // http://HOST:PORT
	Token string // for /debug; "": none is needed
}

// opsMax bounds an answer, beside the time that a profile records.
const opsMax = 30 * time.Second

func (o *Ops) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.URL+path, nil)
	if err != nil {
		return nil, err
	}
	if o.Token != "" {
		req.Header.Set("Authorization", "Bearer "+o.Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%s%s answers %s", o.URL, path, resp.Status)
	}
	return resp, nil
}

// Metrics are the values of one scrape. A name without labels has its series
// added up: what counts here is the whole.
type Metrics map[string]float64

// Metrics scrapes the listener.
func (o *Ops) Metrics(ctx context.Context) (Metrics, error) {
	ctx, cancel := context.WithTimeout(ctx, opsMax)
	defer cancel()
	resp, err := o.get(ctx, "/metrics")
	if err != nil {
		return nil, fmt.Errorf("read the gateway's metrics: %w", err)
	}
	defer resp.Body.Close()
	return parse(resp.Body)
}

// parse reads the text format of Prometheus as far as sums need it.
func parse(r io.Reader) (Metrics, error) {
	m := Metrics{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest := line, ""
		if i := strings.IndexAny(line, "{ "); i > 0 {
			name, rest = line[:i], line[i:]
		}
		if i := strings.LastIndexByte(rest, '}'); i >= 0 {
			rest = rest[i+1:]
		}
		value := strings.Fields(rest)
		if len(value) == 0 {
			continue
		}
		if v, err := strconv.ParseFloat(value[0], 64); err == nil && !math.IsNaN(v) {
			m[name] += v
		}
	}
	return m, lines.Err()
}

// MakeDir makes the directory of Profile and sees whether files can be made in it,
// so that a wrong one shows before the load. There is none without a name.
func MakeDir(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("save profiles: %w", err)
	}
	f, err := os.CreateTemp(dir, ".probe-")
	if err != nil {
		return fmt.Errorf("save profiles: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Profile records the gateway's CPU for d, and then takes its heap,
// allocations and goroutines, into files of dir.
func (o *Ops) Profile(ctx context.Context, dir string, d time.Duration) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("save profiles: %w", err)
	}
	seconds := max(1, int(d.Seconds()))
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second+opsMax)
	defer cancel()
	if err := o.save(ctx, dir, "cpu", fmt.Sprintf("profile?seconds=%d", seconds)); err != nil {
		return err
	}
	var errs []error
	for _, kind := range []string{"heap", "allocs", "goroutine"} {
		errs = append(errs, o.save(ctx, dir, kind, kind))
	}
	return errors.Join(errs...)
}

// InBackground starts Profile; the function that it returns waits for it.
func (o *Ops) InBackground(ctx context.Context, dir string, d time.Duration) (wait func() error) {
	var wg sync.WaitGroup
	var err error
	wg.Go(func() { err = o.Profile(ctx, dir, d) })
	return func() error { wg.Wait(); return err }
}

func (o *Ops) save(ctx context.Context, dir, kind, path string) error {
	resp, err := o.get(ctx, "/debug/pprof/"+path)
	if err != nil {
		return fmt.Errorf("save the %s profile: %w", kind, err)
	}
	defer resp.Body.Close()
	f, err := os.Create(filepath.Join(dir, kind+".pprof"))
	if err != nil {
		return fmt.Errorf("save the %s profile: %w", kind, err)
	}
	_, err = io.Copy(f, resp.Body)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("save the %s profile: %w", kind, err)
	}
	return nil
}
