package config

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// complete turns what was written into what is meant: paths from the file's
// directory, secrets from their files, carriers and providers from their URLs.
func (d *decoder) complete(c *Config, dir string) {
	from := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	if rest, ok := strings.CutPrefix(c.Store.URL, "pebble:"); ok {
		data := strings.TrimPrefix(rest, "//")
		from(&data)
		c.Store.URL = "pebble:" + data
	}
	from(&c.Keys.File)
	from(&c.Record.Dir)
	from(&c.Record.KeyFile)
	from(&c.SMSC.Profile)
	for name, file := range c.Policies {
		from(&file)
		c.Policies[name] = file
	}
	from(&c.Ops.TokenFile)
	d.secret(c, &c.Ops.Token, c.Ops.TokenFile, "ops.token")
	for i := range c.Lists.Entries {
		from(&c.Lists.Entries[i])
	}
	for i := range c.Tenants {
		for j := range c.Tenants[i].Lists {
			from(&c.Tenants[i].Lists[j])
		}
		w := &c.Tenants[i].Webhook
		from(&w.SecretFile)
		d.secret(c, &w.Secret, w.SecretFile, fmt.Sprintf("tenants[%d].webhook.secret", i))
	}
	for i := range c.Carriers {
		path := fmt.Sprintf("carriers[%d]", i)
		d.assemble(&c.Carriers[i], path, dir)
		k := &c.Carriers[i]
		for _, p := range []*string{&k.PasswordFile, &k.TLS.CAFile, &k.TLS.CertFile, &k.TLS.KeyFile} {
			from(p)
		}
		k.TLS.Enabled = k.TLS.Enabled || k.TLS.CAFile != "" || k.TLS.CertFile != ""
		d.secret(c, &k.Password, k.PasswordFile, path+".password")
	}
	for name, file := range map[string]*string{
		"disposable_file": &c.Lists.Disposable, "irsf_file": &c.Lists.IRSF, "tor_file": &c.Lists.Tor,
		"datacentre_file": &c.Lists.Datacentre, "ordinary_file": &c.Lists.Ordinary,
	} {
		if from(file); *file != "" {
			d.readable(*file, "lists."+name)
		}
	}
	if from(&c.Replay.Prices); c.Replay.Prices != "" {
		d.readable(c.Replay.Prices, "replay.prices_file")
	}
	if from(&c.HLR.Cells); c.HLR.Cells != "" {
		d.readable(c.HLR.Cells, "hlr.cells")
	}
	for i := range c.HLR.Providers {
		p, path := &c.HLR.Providers[i], fmt.Sprintf("hlr.providers[%d]", i)
		d.provider(p, path+".url", from)
		from(&p.SecretFile)
		d.secret(c, &p.Secret, p.SecretFile, path+".secret")
		from(&p.EventsTokenFile)
		d.secret(c, &p.EventsToken, p.EventsTokenFile, path+".events_token")
	}
}

// secret reads a secret's file. Exactly one newline at its end is the
// editor's, not the secret's.
func (d *decoder) secret(c *Config, s *Secret, file, path string) {
	if file == "" {
		return
	}
	if *s != "" {
		d.addf(path+"_file", "%s is set as well; remove one of the two", last(path))
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		d.addf(path+"_file", "%v", err)
		return
	}
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	if len(text) == 0 || len(text) > 4096 || bytes.ContainsAny(text, "\n\x00") {
		d.addf(path+"_file", "%s must hold the secret alone, on one line", file)
		return
	}
	if isExample(string(text)) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s: %s holds the example that everybody knows; write a secret of your own", path+"_file", file))
	}
	if st, err := os.Stat(file); err == nil && st.Mode().Perm()&0o004 != 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s: %s can be read by every user of this machine; chmod 640 it", path+"_file", file))
	}
	*s = Secret(text)
}

// isExample knows the secrets of the examples in configs: they start with
// example-, in clear or in base64.
func isExample(s string) bool {
	return strings.HasPrefix(s, "example-") || strings.HasPrefix(s, "whsec_ZXhhbXBsZS")
}

// passwordInClear says that the file itself shows a carrier's password.
func (d *decoder) passwordInClear(path string) bool {
	password, ok := passwordOf(d.raw[path])
	return ok && password != "" && !isReference(password)
}

// passwordOf cuts the password out of a URL as it was written, which with a
// ${NAME} in it need not be a URL yet.
func passwordOf(raw string) (string, bool) {
	_, rest, _ := strings.Cut(raw, "://")
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return "", false
	}
	_, password, ok := strings.Cut(rest[:at], ":")
	return password, ok
}

func (d *decoder) provider(p *HLRProvider, path string, from func(*string)) {
	parsed, err := ParseProviderURL(p.URL)
	if err != nil {
		d.addf(path, "%v", err)
		return
	}
	if parsed.File != "" && !parsed.named() {
		from(&parsed.File)
		d.readable(parsed.File, path)
	}
	for _, key := range []string{"ca", "secret_file", "events_token_file"} { // of camara
		if file := parsed.Query.Get(key); file != "" && parsed.Kind == "camara" {
			from(&file)
			parsed.Query.Set(key, file)
		}
	}
	p.Provider = parsed
}

// readable asks for a file that will be read later.
func (d *decoder) readable(file, path string) {
	f, err := os.Open(file)
	if err != nil {
		d.addf(path, "%v", err)
		return
	}
	f.Close()
}

// setField sets one field of a struct by its key in the file.
func setField(into any, key, value string) error {
	v := reflect.ValueOf(into).Elem()
	i, ok := fieldIndex(v.Type(), key)
	if !ok {
		return fmt.Errorf("is not a known key%s", didYouMean(key, fieldNames(v.Type())))
	}
	return set(v.Field(i), value)
}

// webURL says what is wrong with the URL of an endpoint of others, or "".
func webURL(s string, allowHTTP bool) string {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return "must be an absolute URL without credentials or fragment"
	case u.Scheme == "https" || allowHTTP && u.Scheme == "http":
		return ""
	}
	return "must start with https:// (http:// only with webhooks.allow_http)"
}
