package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

const rulesDir = "../../configs/prometheus"

// needProgram skips a test where a program of Prometheus is missing.
func needProgram(t *testing.T, name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("skipped: the program %s is not installed; `apt-get install prometheus` or .ci/install brings it", name)
	}
	return path
}

// promServer is a Prometheus of our own.
type promServer struct {
	base string
	seen time.Time // its latest good scrape, as scrapedSince found it
	mu   sync.Mutex
	said []string // its last lines, for a failure's sake
}

var (
	promListening = regexp.MustCompile(`msg="Listening on" address=(\S+)`)
	promQueryHTTP = &http.Client{Timeout: 10 * time.Second}
)

// startPrometheus runs Prometheus with the shipped configuration, turned to
// our target and to a scrape each second, until the test's end.
func startPrometheus(ctx context.Context, t *testing.T, target string, flags ...string) *promServer {
	program := needProgram(t, "prometheus")
	dir := t.TempDir()
	args := append([]string{
		"--config.file=" + writePromConfig(t, dir, target), "--storage.tsdb.path=" + filepath.Join(dir, "data"),
		"--web.listen-address=127.0.0.1:0", "--log.level=info",
	}, flags...)
	cmd := exec.Command(program, args...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &promServer{}
	addr, read := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(read)
		p.listen(stderr, addr)
	}()
	t.Cleanup(func() { p.stop(t, cmd, read) })
	select {
	case a := <-addr:
		p.base = "http://" + a
	case <-read:
		t.Fatalf("prometheus ended at its start:\n%s", p.last())
	case <-ctx.Done():
		t.Fatalf("prometheus does not listen:\n%s", p.last())
	}
	p.await(ctx, t, "prometheus is ready", func() bool {
		resp, err := promQueryHTTP.Get(p.base + "/-/ready")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// writePromConfig changes nothing in the shipped configuration but the target
// and the pace.
func writePromConfig(t *testing.T, dir, target string) string {
	var config map[string]any
	text, err := os.ReadFile(filepath.Join(rulesDir, "prometheus.yml"))
	if err == nil {
		err = yaml.Unmarshal(text, &config)
	}
	if err != nil {
		t.Fatal(err)
	}
	global := config["global"].(map[string]any)
	global["scrape_interval"], global["scrape_timeout"], global["evaluation_interval"] = "1s", "1s", "1s"
	job := config["scrape_configs"].([]any)[0].(map[string]any)
	job["static_configs"].([]any)[0].(map[string]any)["targets"] = []string{target}
	rules, err := os.ReadFile(filepath.Join(rulesDir, "tollgate.rules.yml"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "tollgate.rules.yml"), rules, 0o600)
	}
	if err == nil {
		text, err = yaml.Marshal(config)
	}
	file := filepath.Join(dir, "prometheus.yml")
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// listen reads what Prometheus says: where it listens, above all.
func (p *promServer) listen(r io.Reader, addr chan<- string) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if m := promListening.FindStringSubmatch(lines.Text()); m != nil {
			select {
			case addr <- m[1]:
			default:
			}
		}
		p.mu.Lock()
		p.said = append(p.said, lines.Text())
		p.said = p.said[max(0, len(p.said)-20):]
		p.mu.Unlock()
	}
}

func (p *promServer) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

// stop ends the process that startPrometheus began, and no other.
func (p *promServer) stop(t *testing.T, cmd *exec.Cmd, read <-chan struct{}) {
	_ = cmd.Process.Signal(os.Interrupt) // it may have ended by itself
	kill := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	<-read
	if err := cmd.Wait(); err != nil {
		t.Errorf("prometheus: %v\n%s", err, p.last())
	}
}

// await asks again until f says yes or the time is over.
func (p *promServer) await(ctx context.Context, t *testing.T, what string, f func() bool) {
	t.Helper()
	for !f() {
		select {
		case <-ctx.Done():
			t.Fatalf("waiting until %s: %v\n%s", what, ctx.Err(), p.last())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// promSeries is one series of an answer.
type promSeries struct {
	labels map[string]string
	values []float64
}

// api asks Prometheus and decodes the data of its answer.
func (p *promServer) api(path string, params url.Values, data any) error {
	resp, err := promQueryHTTP.PostForm(p.base+path, params)
	if path == "/api/v1/rules" || strings.HasPrefix(path, "/api/v1/label/") {
		resp, err = promQueryHTTP.Get(p.base + path + "?" + params.Encode())
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer := struct {
		Error string `json:"error"`
		Data  any    `json:"data"`
	}{Data: data}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s answered %s: %w", path, resp.Status, err)
	}
	if answer.Error != "" {
		return fmt.Errorf("%s: %s", path, answer.Error)
	}
	return nil
}

// instant evaluates an expression now.
func (p *promServer) instant(expr string) ([]promSeries, error) {
	return p.query("/api/v1/query", url.Values{"query": {expr}})
}

// settled evaluates an expression at the latest good scrape: on a machine that
// is busy with other things, the one under way may not come in time.
func (p *promServer) settled(expr string) ([]promSeries, error) {
	return p.query("/api/v1/query", url.Values{"query": {expr}, "time": {promTime(p.seen)}})
}

func promTime(t time.Time) string {
	return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64)
}

// between evaluates an expression at each second from one time to another.
func (p *promServer) between(expr string, from, to time.Time) ([]promSeries, error) {
	return p.query("/api/v1/query_range", url.Values{"query": {expr}, "start": {promTime(from)}, "end": {promTime(to)}, "step": {"1"}})
}

func (p *promServer) query(path string, params url.Values) ([]promSeries, error) {
	var data struct {
		Type   string `json:"resultType"`
		Result []struct {
			Metric map[string]string `json:"metric"`
			Value  []any             `json:"value"`
			Values [][]any           `json:"values"`
		} `json:"result"`
	}
	if err := p.api(path, params, &data); err != nil {
		return nil, err
	}
	var all []promSeries
	for _, r := range data.Result {
		s := promSeries{labels: r.Metric}
		if r.Value != nil {
			r.Values = append(r.Values, r.Value)
		}
		for _, v := range r.Values {
			text, _ := v[1].(string)
			value, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, fmt.Errorf("%s: the value %q: %w", path, text, err)
			}
			s.values = append(s.values, value)
		}
		all = append(all, s)
	}
	return all, nil
}

// promFigures counts the values that are numbers, and those of them that are
// not zero.
func promFigures(all []promSeries) (numbers, living int) {
	for _, s := range all {
		for _, v := range s.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			numbers++
			if v != 0 {
				living++
			}
		}
	}
	return numbers, living
}
