package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tollgate/configs"
	"tollgate/smpp/carrier"
	"tollgate/smpp/receipt"
)

// CarrierProfiles lists the names of the profiles that ship.
func CarrierProfiles() []string {
	files, _ := fs.Glob(configs.FS, "carriers/*.yaml") // the pattern is well formed
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".yaml")
	}
	return files
}

// loadProfile reads a profile by the name of a shipped one, or by its file, from
// dir when the path is relative.
func loadProfile(name, dir string) (*carrier.Profile, error) {
	shipped := CarrierProfiles()
	switch {
	case name == "":
		return nil, nil
	case slices.Contains(shipped, name):
		file := "carriers/" + name + ".yaml"
		text, err := configs.FS.ReadFile(file)
		if err != nil {
			return nil, err
		}
		return carrier.ParseProfile(text, file)
	case !strings.ContainsAny(name, "./\\"):
		return nil, fmt.Errorf("there is no profile %q, and a file has a path such as ./%s.yaml%s", name, name, didYouMean(name, shipped))
	case !filepath.IsAbs(name):
		name = filepath.Join(dir, name)
	}
	return carrier.LoadProfile(name)
}

// take puts what a profile says of the carrier's own keys in their place.
func (c *Carrier) take(p *carrier.Profile) {
	c.Settings = p
	if p == nil {
		return
	}
	over(&c.Bind, p.Bind)
	over(&c.Links, p.Links)
	over(&c.Window, p.Window)
	over(&c.TPS, p.TPS)
	over(&c.SystemType, p.SystemType)
	over(&c.ReceiptIDs, p.ReceiptIDs)
	over(&c.EnquireInterval, p.EnquireInterval)
	over(&c.ResponseTimeout, p.ResponseTimeout)
	over(&c.BindTimeout, p.BindTimeout)
	over(&c.DeadAfter, p.DeadAfter)
}

func over[T comparable](field *T, value T) {
	var none T
	if value != none {
		*field = value
	}
}

// assemble puts one carrier together: what was written beside the others wins over
// its url, that over its quirks, those over its profile, and that over the defaults.
func (d *decoder) assemble(c *Carrier, path, dir string) {
	base, query := DefaultCarrier(), map[string][]string(nil)
	if c.URL != "" {
		if d.passwordInClear(path + ".url") {
			d.addf(path+".url", "the password stands in clear: write ${NAME} for a variable of the environment, or name a password_file")
			return
		}
		var err error
		if base, query, err = splitCarrierURL(c.URL); err != nil {
			d.addf(path+".url", "%v", err)
			return
		}
	}
	base.take(d.profile(c, query, path, dir))
	if err := base.query(query); err != nil {
		d.addf(path+".url", "%v", err)
		return
	}
	overTLS := base.TLS.Enabled
	merged, written := reflect.ValueOf(&base).Elem(), reflect.ValueOf(c).Elem()
	for i := range merged.NumField() {
		name := merged.Type().Field(i).Tag.Get("yaml")
		if _, ok := d.places[join(path, name)]; ok {
			merged.Field(i).Set(written.Field(i))
		}
	}
	base.URL = "" // it holds the password
	base.TLS.Enabled = base.TLS.Enabled || overTLS
	*c = base
}

// profile is what the carrier's profile says, with its quirks over it; nil when it
// has neither.
func (d *decoder) profile(c *Carrier, query map[string][]string, path, dir string) *carrier.Profile {
	name, at := c.Profile, path+".profile"
	if v := query["profile"]; name == "" && len(v) > 0 {
		name, at = v[0], path+".url"
	}
	p, err := loadProfile(name, dir)
	if err != nil {
		d.profileProblems(at, err)
		return nil
	}
	if c.Quirks.Kind == 0 {
		return p
	}
	if p == nil {
		p = new(carrier.Profile)
	}
	d.expandAll(&c.Quirks, path+".quirks")
	if err := p.Overlay(&c.Quirks, d.file); err != nil {
		d.profileProblems(path+".quirks", err)
	}
	return p
}

// profileProblems gives what is wrong with a profile the form of all else.
func (d *decoder) profileProblems(path string, err error) {
	var ps carrier.ProfileProblems
	if !errors.As(err, &ps) {
		d.addf(path, "%v", err)
		return
	}
	for _, p := range ps {
		in := p.Path
		if p.File == d.file {
			in = join(path, p.Path)
		}
		d.list = append(d.list, Problem{Where: p.File, Line: p.Line, Path: in, Text: p.Text})
	}
}

// expandAll puts the environment's variables into every value of a tree.
func (d *decoder) expandAll(n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "${") {
		if text, ok := d.expand(n.Value, path); ok {
			n.Value = text
		}
	}
	for _, child := range n.Content {
		d.expandAll(child, path)
	}
}

// SMPP is the carrier as its links want it, but for TLS.
func (c *Carrier) SMPP() (cc carrier.Config, err error) {
	if c.Settings != nil {
		cc = c.Settings.Config()
	}
	cc.Name, cc.Addr, cc.SystemID, cc.Password = c.Name, c.Addr, c.SystemID, c.Password.Reveal()
	cc.SystemType, cc.Bind, cc.Links, cc.Window, cc.TPS, cc.Driver = c.SystemType, c.Bind, c.Links, c.Window, c.TPS, c.Driver
	cc.EnquireInterval, cc.ResponseTimeout, cc.BindTimeout, cc.DeadAfter = c.EnquireInterval, c.ResponseTimeout, c.BindTimeout, c.DeadAfter
	cc.IDMode, err = receipt.ParseIDMode(c.ReceiptIDs)
	return cc, err
}
