package camara

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// Config is which network is asked, for what, and as whom. A zero field means
// its default.
type Config struct {
	Name     string // of metrics and reports: "camara", and "camara/device-swap" for what is not the first API
	Base     string // https://HOST/BASE, before the name of an API
	TokenURL string // of the token endpoint (RFC 6749 §3.2); Base + "/oauth2/token"
	ClientID string
	Secret   string   // of the client
	Scopes   []string // asked for; none: what the server gives
	Auth     string   // how the client shows its secret: "basic", "post"; "": whichever works
	CAFile   string   // PEM, instead of the system's certificates
	// APIs are asked, by name, with "/VERSION" behind it for another version
	// than that of the package comment, as in "sim-swap/v1". Default sim-swap.
	APIs []string
	// MaxAges are the periods, in hours from 1 to 2400, that check is asked
	// for where a date is withheld. Default 24 and 240; 0 alone: not asked.
	MaxAges []int
	// RecycledDays is how far back number-recycling looks: 365.
	RecycledDays int
	Skew         time.Duration // how far the network's clock may be ahead: 5 min
	IdleConns    int           // connections kept open between lookups: 64
}

const (
	bodyMax    = 64 << 10         // octets of an answer
	headersMax = 16 << 10         // octets of its headers
	timeoutMax = 10 * time.Second // of a lookup whose context has no deadline
	maxAgeMax  = 2400             // hours (SimSwap r3.3, CreateCheckSimSwap)
)

func (c Config) withDefaults() Config {
	def := func(s *string, to string) {
		if *s == "" {
			*s = to
		}
	}
	def(&c.Name, "camara")
	c.Base = strings.TrimRight(c.Base, "/")
	def(&c.TokenURL, c.Base+"/oauth2/token")
	if len(c.APIs) == 0 {
		c.APIs = []string{"sim-swap"}
	}
	switch {
	case len(c.MaxAges) == 0:
		c.MaxAges = []int{24, 240}
	case slices.Equal(c.MaxAges, []int{0}):
		c.MaxAges = nil
	}
	slices.Sort(c.MaxAges)
	if c.RecycledDays == 0 {
		c.RecycledDays = 365
	}
	if c.Skew == 0 {
		c.Skew = 5 * time.Minute
	}
	if c.IdleConns <= 0 {
		c.IdleConns = 64
	}
	return c
}

// validate reports all that is wrong together.
func (c *Config) validate() error {
	var bad []error
	add := func(wrong bool, format string, args ...any) {
		if wrong {
			bad = append(bad, fmt.Errorf(format, args...))
		}
	}
	add(!isHTTPS(c.Base), "the base must be an https URL without credentials, query or fragment")
	add(!isHTTPS(c.TokenURL), "token_url must be an https URL without credentials, query or fragment")
	add(c.ClientID == "", "client_id is missing: the name of our client at the network")
	add(c.Secret == "", "the client's secret is missing: name its file by secret_file")
	add(c.Auth != "" && c.Auth != "basic" && c.Auth != "post", "auth=%s: write basic or post, or leave it out", c.Auth)
	for _, hours := range c.MaxAges {
		add(hours < 1 || hours > maxAgeMax, "max_age=%d: write hours from 1 to %d, or 0 alone", hours, maxAgeMax)
	}
	add(len(c.MaxAges) > 4 || len(slices.Compact(slices.Clone(c.MaxAges))) < len(c.MaxAges), "max_age: write at most four different periods")
	add(c.RecycledDays < 1 || c.RecycledDays > 3650, "recycled_days=%d: write 1 to 3650", c.RecycledDays)
	add(c.Skew < 0 || c.Skew > time.Hour, "skew=%v: write at most 1h", c.Skew)
	return errors.Join(bad...)
}

func isHTTPS(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// httpClient keeps connections open, verifies certificates and follows no
// redirect: number and token are for the network alone.
func (c *Config) httpClient() (*http.Client, error) {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           c.IdleConns,
		MaxIdleConnsPerHost:    c.IdleConns,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: headersMax,
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("ca: %w", err)
		}
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca: %s holds no certificate in PEM", c.CAFile)
		}
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: t, CheckRedirect: stay}, nil
}
