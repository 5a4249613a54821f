package config

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"tollgate/fraud/numbering"
	"tollgate/gateway/otp"
)

var (
	namePattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$`)
	regionPattern = regexp.MustCompile(`^([A-Z]{2}|001)$`)
	localePattern = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$`)
	senderPattern = regexp.MustCompile(`^(\+?[0-9]{3,15}|[!-~]([ -~]{0,9}[!-~])?)$`)
)

func (d *decoder) tenants(c *Config) {
	ids, keys := map[string]string{}, map[KeyHash]string{}
	for i := range c.Tenants {
		t, path := &c.Tenants[i], fmt.Sprintf("tenants[%d]", i)
		d.unique(path+".id", t.ID, ids)
		if len(t.Keys) == 0 {
			d.addf(path+".keys", "there is none; the tenant could not call")
		}
		for j, k := range t.Keys {
			at := fmt.Sprintf("%s.keys[%d]", path, j)
			if other, taken := keys[k]; taken && k != (KeyHash{}) {
				d.addf(at, "is the key of %s too; give each its own", other)
			}
			keys[k] = at
		}
		d.tenant(c, t, path)
		d.webhook(c, &t.Webhook, path+".webhook")
	}
}

func (d *decoder) tenant(c *Config, t *Tenant, path string) {
	if t.DefaultRegion != "" {
		d.matches(path+".default_region", t.DefaultRegion, regionPattern, "a region in capitals such as DE (ISO 3166-1 alpha-2)")
		if regionPattern.MatchString(t.DefaultRegion) && !numbering.HasRegion(t.DefaultRegion) {
			d.addf(path+".default_region", "there is no numbering plan for %q", t.DefaultRegion)
		}
	}
	for i, r := range t.Regions {
		d.matches(fmt.Sprintf("%s.regions[%d]", path, i), r, regionPattern, "a region in capitals such as DE (ISO 3166-1 alpha-2)")
	}
	if t.Policy != "" {
		d.policy(path+".policy", t.Policy, c)
	}
	d.senders(t, path)
	if t.Locale != "" {
		d.matches(path+".locale", t.Locale, localePattern, "a language tag such as de or pt-BR")
	}
	for name, texts := range t.Templates {
		d.template(path+".templates."+name, name, texts)
	}
	if t.Cooldown != nil {
		between(d, path+".cooldown", *t.Cooldown, 0, 24*time.Hour)
	}
	if t.CodeLength != 0 {
		between(d, path+".code_length", t.CodeLength, 4, 10)
	}
	between(d, path+".limits.per_second", t.Limits.PerSecond, 0, 1e6)
	between(d, path+".limits.per_number", t.Limits.PerNumber.Window, 0, 30*24*time.Hour)
}

func (d *decoder) senders(t *Tenant, path string) {
	const want = "3 to 15 digits, or at most 11 characters"
	if t.Sender != "" {
		d.matches(path+".sender", t.Sender, senderPattern, want)
		if len(t.Senders) > 0 && !contains(t.Senders, t.Sender) {
			d.addf(path+".sender", "%q is not among the senders", t.Sender)
		}
	}
	for i, s := range t.Senders {
		d.matches(fmt.Sprintf("%s.senders[%d]", path, i), s, senderPattern, want)
	}
}

func (d *decoder) template(path, name string, texts map[string]string) {
	d.matches(path, name, namePattern, "named with letters, digits, hyphens, dots and underscores")
	if len(texts) == 0 {
		d.addf(path, "has no text; write at least one locale")
	}
	for locale, text := range texts {
		if _, err := otp.NewCatalog(map[string]map[string]string{name: {locale: text}}); err != nil {
			d.addf(path+"."+locale, "%v", err)
		}
	}
}

// webhook judges an endpoint and its secret (Standard Webhooks: whsec_ and 24
// to 64 octets in base64).
func (d *decoder) webhook(c *Config, w *Webhook, path string) {
	if w.URL == "" {
		if w.Secret != "" {
			d.addf(path+".url", "is missing, but there is a secret for it")
		}
		return
	}
	if wrong := webURL(w.URL, c.Webhooks.AllowHTTP); wrong != "" {
		d.addf(path+".url", "%s", wrong)
	}
	if d.hasProblem(path + ".secret") {
		return // told already
	}
	text, ok := strings.CutPrefix(w.Secret.Reveal(), "whsec_")
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		d.addf(path+".secret_file", "the secret must be whsec_ and 24 to 64 octets in base64; make one with: echo whsec_$(openssl rand -base64 32)")
	}
}

// hasProblem says that something was found wrong with a setting, or with one
// that starts with its name.
func (d *decoder) hasProblem(path string) bool {
	for _, p := range d.list {
		if strings.HasPrefix(p.Path, path) {
			return true
		}
	}
	return false
}

func (d *decoder) matches(path, is string, pattern *regexp.Regexp, want string) {
	if !pattern.MatchString(is) {
		d.addf(path, "%q must be %s", is, want)
	}
}

// unique asks for a name that is fit for a label and used once.
func (d *decoder) unique(path, name string, seen map[string]string) {
	if !namePattern.MatchString(name) {
		d.addf(path, "%q must be 1 to 64 letters, digits and _.:-", name)
		return
	}
	if other, taken := seen[name]; taken {
		d.addf(path, "%q is the name of %s too", name, other)
	}
	seen[name] = path
}
