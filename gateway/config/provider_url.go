package config

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Provider is one source of subscriber facts, from its URL.
type Provider struct {
	Kind  string // static, osmohlr, osmomsc, enum, camara, httpjson
	Addr  string // host:port, of osmohlr, osmomsc and enum
	File  string // of static and httpjson, or the name of a mapping that ships
	Zone  string // DNS suffix, of enum
	Base  string // https URL, of camara
	Query url.Values
}

// named says that File is no file but the name of a mapping that ships: a file
// has a path, such as ./vendor.yaml or vendor.yaml.
func (p *Provider) named() bool {
	return p.Kind == "httpjson" && !strings.ContainsAny(p.File, `./\`)
}

// providerForms is how each kind is written.
var providerForms = map[string]string{
	"static":       "static:FILE",
	"osmohlr":      "osmohlr://HOST:4259",
	"osmomsc":      "osmomsc://HOST:4254",
	"enum":         "enum://HOST:PORT/SUFFIX",
	"camara+https": "camara+https://HOST/BASE?client_id=ID&secret_file=FILE",
	"httpjson":     "httpjson:FILE",
}

var providerPorts = map[string]string{"osmohlr": "4259", "osmomsc": "4254", "enum": "53"}

// ParseProviderURL reads static:FILE, osmohlr://HOST:4259,
// osmomsc://HOST:4254, enum://HOST:PORT/SUFFIX, camara+https://... or
// httpjson:FILE.
func ParseProviderURL(s string) (Provider, error) {
	kind, rest, _ := strings.Cut(s, ":")
	form, known := providerForms[kind]
	if !known {
		return Provider{}, fmt.Errorf("%q is no kind of provider%s", kind, didYouMean(kind, sortedKeys(providerForms)))
	}
	wrong := fmt.Errorf("write %s", form)
	switch kind {
	case "static", "httpjson":
		file := strings.TrimPrefix(rest, "//")
		if file == "" {
			return Provider{}, wrong
		}
		return Provider{Kind: kind, File: file}, nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return Provider{}, wrong
	}
	p := Provider{Kind: kind, Query: u.Query()}
	if kind == "camara+https" {
		u.Scheme, u.RawQuery = "https", ""
		p.Kind, p.Base = "camara", u.String()
		return p, nil
	}
	port := u.Port()
	if port == "" {
		port = providerPorts[kind]
	}
	p.Addr, p.Zone = net.JoinHostPort(u.Hostname(), port), strings.Trim(u.Path, "/.")
	if (kind == "enum") != (p.Zone != "") || strings.Contains(p.Zone, "/") {
		return Provider{}, wrong
	}
	return p, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }
