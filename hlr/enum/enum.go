package enum

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	"github.com/miekg/dns"

	"tollgate/hlr"
	"tollgate/hlr/subscriber"
)

// Provider asks one ENUM tree. It is safe for use by many goroutines.
type Provider struct {
	cfg    Config
	log    *slog.Logger
	logged sync.Map // texts of the errors that the log has had, a closed set
}

// New checks the configuration. It does not speak with the server: one that is
// down at the start is one whose facts are unknown.
func New(cfg Config, log *slog.Logger) (*Provider, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Provider{cfg: cfg, log: log}, nil
}

// Name is the provider's name in metrics and reports.
func (p *Provider) Name() string { return p.cfg.Name }

// Fields is portability, and the home network where a routing number can be
// mapped to one.
func (p *Provider) Fields() hlr.Field {
	if len(p.cfg.Routing) > 0 || p.cfg.SPNIsPLMN {
		return hlr.FieldPorted | hlr.FieldHome
	}
	return hlr.FieldPorted
}

// Lookup asks for one number, within the context's time.
func (p *Provider) Lookup(ctx context.Context, n subscriber.MSISDN) (hlr.Subscriber, error) {
	name, err := p.domain(n)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	answer, err := p.ask(ctx, name)
	if err != nil {
		return hlr.Subscriber{}, err
	}
	records, err := naptrs(answer, name)
	if err != nil {
		return hlr.Subscriber{}, p.unusable(err)
	}
	if len(records) == 0 {
		return hlr.Subscriber{}, hlr.ErrNotCovered
	}
	uri, err := resolve(records, n)
	if err != nil {
		return hlr.Subscriber{}, p.unusable(err)
	}
	return p.facts(uri), nil
}

// domain is where the number stands in the tree (RFC 6116 §3.2).
func (p *Provider) domain(n subscriber.MSISDN) (string, error) {
	digits := n.Digits()
	if digits == "" || len(digits) > digitsMax || strings.Trim(digits, "0123456789") != "" {
		return "", hlr.ErrNotCovered // no E.164 number
	}
	b := make([]byte, 0, 2*len(digits)+len(p.cfg.Zone))
	for i := len(digits) - 1; i >= 0; i-- {
		b = append(b, digits[i], '.')
	}
	return string(append(b, p.cfg.Zone...)), nil
}

// facts is what a tel URI tells; nil is none that speaks of the PSTN.
func (p *Provider) facts(uri *telURI) (s hlr.Subscriber) {
	if uri == nil {
		return s
	}
	if uri.npdi || uri.rn != "" {
		ported := uri.rn != ""
		s.Ported = &ported
	}
	s.Home = p.home(uri)
	return s
}

// home finds the network that holds the number, "" when nothing names it.
func (p *Provider) home(uri *telURI) subscriber.PLMN {
	rn := uri.rn
	if rn != "" && rn[0] != '+' && strings.HasPrefix(uri.rnContext, "+") {
		rn = unseparated(uri.rnContext) + rn
	}
	if plmn := p.longest(rn); plmn != "" {
		return plmn
	}
	if digits, global := strings.CutPrefix(rn, "+"); global {
		if plmn := p.longest(digits[min(len(digits), subscriber.CountryCodeLen(digits)):]); plmn != "" {
			return plmn
		}
	}
	if plmn, ok := p.cfg.Routing["SPN:"+uri.spn]; ok {
		return plmn
	}
	if p.cfg.SPNIsPLMN && isPLMN(uri.spn) {
		return subscriber.PLMN(uri.spn)
	}
	return ""
}

// longest finds the longest key that a routing number begins with.
func (p *Provider) longest(rn string) subscriber.PLMN {
	for n := len(rn); n > 0; n-- {
		if plmn, ok := p.cfg.Routing[rn[:n]]; ok {
			return plmn
		}
	}
	return ""
}

// unusable logs each kind of bad answer once: the tree's operator must mend it.
func (p *Provider) unusable(err error) error {
	if _, seen := p.logged.LoadOrStore(err.Error(), true); !seen {
		p.log.Warn("the ENUM tree gave an answer that cannot be used; it is logged once for each kind", "provider", p.cfg.Name, "err", err)
	}
	return err
}

var _ hlr.Provider = (*Provider)(nil)

// rcodeText names a response code of the server.
func rcodeText(code int) string {
	if name, ok := dns.RcodeToString[code]; ok {
		return name
	}
	return "an unknown code"
}
