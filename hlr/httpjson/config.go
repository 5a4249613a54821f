package httpjson

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tollgate/configs"
	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Config is which mapping is used, and with what secrets. A zero field means
// its default.
type Config struct {
	Name    string                      // of metrics and reports; "httpjson"
	File    string                      // the mapping, or the name of a shipped one
	Mapping []byte                      // instead of the file's content; File still names it in errors
	Secret  string                      // what {secret} stands for
	Env     func(string) (string, bool) // os.LookupEnv
	// IdleConns is how many connections to the vendor are kept open between
	// lookups: 64.
	IdleConns int
	Registry  prometheus.Registerer // of the cost; nil counts none
}

const (
	bodyMax    = 64 << 10         // octets of an answer
	headersMax = 16 << 10         // octets of its headers
	timeoutMax = 10 * time.Second // of a lookup whose context has no deadline
	fileMax    = 1 << 20          // octets of a mapping
)

// Provider asks one vendor. It is safe for use by many goroutines.
type Provider struct {
	name    string
	log     *slog.Logger
	fields  hlr.Field
	m       *mapping
	url     template
	body    template
	headers []filled
	client  *http.Client
	cost    prometheus.Counter // nil: not counted
	infer   bool               // ported from the networks before and after
	strange sync.Map           // facts that came with a word of no list
}

type filled struct {
	name  string
	value template
}

var (
	_ hlr.Provider = (*Provider)(nil)
	_ hlr.Noter    = (*Provider)(nil)
)

// Shipped lists the names of the mappings that ship.
func Shipped() []string {
	files, _ := fs.Glob(configs.FS, "hlr/*.yaml") // the pattern is well formed
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "hlr/"), ".yaml")
	}
	return files
}

// New reads the mapping and all that it names. It does not speak with the
// vendor.
func New(cfg Config, log *slog.Logger) (*Provider, error) {
	text, err := cfg.read()
	if err != nil {
		return nil, err
	}
	m, err := parseMapping(text, cfg.File)
	if err != nil {
		return nil, err
	}
	if cfg.Name == "" {
		cfg.Name = "httpjson"
	}
	p := &Provider{name: cfg.Name, log: log, m: m}
	p.tells()
	p.prepare(&cfg)
	if err := errors.Join(m.problems...); err != nil {
		return nil, err
	}
	if m.cost != nil && cfg.Registry != nil {
		p.cost = costCounter(cfg.Registry).WithLabelValues(p.name)
	}
	return p, nil
}

// read gets the mapping from where it stands.
func (c *Config) read() ([]byte, error) {
	if c.Env == nil {
		c.Env = os.LookupEnv
	}
	switch {
	case c.Mapping != nil:
		return c.Mapping, nil
	case slices.Contains(Shipped(), c.File):
		return configs.FS.ReadFile("hlr/" + c.File + ".yaml")
	case c.File != "" && !strings.ContainsAny(c.File, `./\`):
		return nil, fmt.Errorf("there is no mapping %q, and a file has a path such as ./%s.yaml%s", c.File, c.File, didYouMean(c.File, Shipped()))
	}
	st, err := os.Stat(c.File)
	if err != nil {
		return nil, err
	}
	if st.Size() > fileMax {
		return nil, fmt.Errorf("%s: a mapping has at most %d octets", c.File, fileMax)
	}
	return os.ReadFile(c.File)
}

// tells finds out which facts the mapping can tell.
func (p *Provider) tells() {
	mapped := map[string]bool{}
	for _, f := range p.m.facts {
		p.fields |= f.kind.tells
		mapped[f.name] = true
	}
	if p.infer = mapped["original_network"] && mapped["home_network"] && !mapped["ported"]; p.infer {
		p.fields |= hlr.FieldPorted
	}
}

// prepare fills the templates in; what is wrong is added to the mapping's
// problems.
func (p *Provider) prepare(cfg *Config) {
	m, s := p.m, &secrets{own: cfg.Secret, env: cfg.Env, dir: filepath.Dir(cfg.File)}
	compile := func(t text, where string, place func(string) escape) template {
		if t.line == 0 {
			return nil
		}
		filled, err := s.compile(t.value, place)
		if err != nil {
			m.addf(t.line, "%s: %v", where, err)
		}
		return filled
	}
	p.url = compile(m.url, "request.url", inURL)
	p.checkURL()
	form := false
	for _, h := range m.headers {
		value := compile(h.value, "request.headers."+h.name, everywhere(raw))
		if !isHeaderValue(value.fill(sample)) {
			m.addf(h.value.line, "request.headers.%s: has octets that no header may have", h.name)
		}
		form = form || strings.EqualFold(h.name, "Content-Type") && strings.Contains(h.value.value, "x-www-form-urlencoded")
		p.headers = append(p.headers, filled{h.name, value})
	}
	p.body = compile(m.body, "request.body", everywhere(map[bool]escape{true: url.QueryEscape, false: inJSON}[form]))
	p.authorize(compile)
	p.client = &http.Client{Transport: p.transport(cfg, s.dir), CheckRedirect: stay}
}

// authorize adds the header of request.auth.
func (p *Provider) authorize(compile func(text, string, func(string) escape) template) {
	bearer := compile(p.m.bearer, "request.auth.bearer", everywhere(raw)).fill(sample)
	user := compile(p.m.user, "request.auth.basic.user", everywhere(raw)).fill(sample)
	password := compile(p.m.password, "request.auth.basic.password", everywhere(raw)).fill(sample)
	value := ""
	switch {
	case p.m.bearer.line > 0:
		value = "Bearer " + bearer
	case p.m.user.line > 0:
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		value = r.Header.Get("Authorization")
	default:
		return
	}
	if !isHeaderValue(value) {
		p.m.addf(p.m.bearer.line, "request.auth.bearer: has octets that no header may have")
	}
	p.headers = append(p.headers, filled{"Authorization", template{{text: value}}})
}

// sample is a number to judge templates with.
const sample = subscriber.MSISDN("+491713920000")

// checkURL asks for https, or for loopback.
func (p *Provider) checkURL() {
	u, err := url.Parse(p.url.fill(sample))
	switch {
	case p.m.url.line == 0:
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		p.m.addf(p.m.url.line, "request.url: must be an absolute URL without credentials or fragment")
	case strings.Contains(u.Host, strings.Trim(sample.Digits(), "+")):
		p.m.addf(p.m.url.line, "request.url: the host cannot depend on the number")
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		p.m.addf(p.m.url.line, "request.url: must begin with https://, or http:// for loopback")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func isHeaderValue(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// transport keeps connections open; it verifies the vendor's certificate.
func (p *Provider) transport(cfg *Config, dir string) *http.Transport {
	idle := cfg.IdleConns
	if idle <= 0 {
		idle = 64
	}
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           idle,
		MaxIdleConnsPerHost:    idle,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: headersMax,
	}
	if ca := p.m.ca; ca.line > 0 {
		file := ca.value
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		pem, err := os.ReadFile(file)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(bytes.TrimSpace(pem)) {
			p.m.addf(ca.line, "request.ca_file: cannot be read, or holds no certificate in PEM")
		}
		t.TLSClientConfig.RootCAs = pool
	}
	return t
}

// stay follows no redirect: the number and the credential are for the vendor
// alone.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Name is the provider's name in metrics and reports.
func (p *Provider) Name() string { return p.name }

// Fields is what the mapping has facts for.
func (p *Provider) Fields() hlr.Field { return p.fields }

// Close ends the connections that are idle.
func (p *Provider) Close() error {
	p.client.CloseIdleConnections()
	return nil
}

// Note names the facts that came with words which the mapping does not know.
func (p *Provider) Note() string {
	var facts []string
	p.strange.Range(func(name, _ any) bool { facts = append(facts, name.(string)); return true })
	if len(facts) == 0 {
		return ""
	}
	slices.Sort(facts)
	return "answers have words that the mapping does not know, their facts are unknown: " + strings.Join(facts, ", ")
}

// costCounter is shared by all providers of this kind in a process.
func costCounter(reg prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tollgate_httpjson_cost_total",
		Help: "What vendors say that their answers cost, in their own unit.",
	}, []string{"provider"})
	if err := reg.Register(c); err != nil {
		if former, ok := err.(prometheus.AlreadyRegisteredError); ok {
			return former.ExistingCollector.(*prometheus.CounterVec)
		}
		panic(err)
	}
	return c
}
