package fraud

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

const maxPolicyOctets = 1 << 20

// LoadPolicy compiles a policy file; configs/policies shows all its keys.
// Everything that is wrong is reported at once, each with its line. A signal
// that the file does not list is off.
func LoadPolicy(name string, text []byte) (*Policy, error) {
	d, err := readPolicy(text)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	p := &Policy{
		name: name, version: fmt.Sprintf("%s@%x", name, sum[:6]),
		observe: d.observe, sensitive: d.sensitive, rules: d.rules, plans: map[string]*plan{},
		ranges: d.ranges, explore: d.explore, text: text,
	}
	p.plan = d.compile("", p.rules)
	for purpose := range d.named() {
		p.plans[purpose] = d.compile(purpose, p.rules)
	}
	return p, nil
}

// draft is a policy file as read and checked, not yet spread over purposes.
type draft struct {
	problems
	observe   bool
	sensitive []string
	bands     bands
	caps      map[string]float64
	signals   map[string]setting
	purposes  map[string]override
	rules     []rule
	ranges    []RangeRule
	explore   uint32
}

// setting is what a file says of one signal.
type setting struct {
	points           float64
	curve            []knot
	steps            []step
	purposes, except []string
}

// override is what a file changes for one purpose.
type override struct {
	bands *bands
	scale map[string]float64 // by signal or group
}

// sensitiveWord stands for all sensitive purposes wherever purposes are named.
const sensitiveWord = "sensitive"

func readPolicy(text []byte) (*draft, error) {
	if len(text) > maxPolicyOctets {
		return nil, fmt.Errorf("the file has more than %d octets", maxPolicyOctets)
	}
	in := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	if err := in.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty")
		}
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	if err := in.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("the file must hold one YAML document alone")
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the file is empty")
	}
	d := &draft{bands: bands{300, 600, 800}, caps: map[string]float64{}, signals: map[string]setting{}, purposes: map[string]override{}}
	d.readRoot(doc.Content[0])
	d.check(doc.Content[0])
	return d, d.err()
}

// readRoot reads the parts in the order in which they build on one another,
// whatever the file's.
func (d *draft) readRoot(root *yaml.Node) {
	parts := map[string]*yaml.Node{}
	d.mapping(root, "policy", func(key string, n *yaml.Node) bool {
		parts[key] = n
		return slices.ContainsFunc(rootParts, func(p rootPart) bool { return p.key == key })
	})
	for _, p := range rootParts {
		if n := parts[p.key]; n != nil {
			p.read(d, n)
		}
	}
}

type rootPart struct {
	key  string
	read func(*draft, *yaml.Node)
}

var rootParts = []rootPart{
	{"description", func(d *draft, n *yaml.Node) { d.word(n, "description") }},
	{"mode", (*draft).readMode},
	{"sensitive", func(d *draft, n *yaml.Node) { d.sensitive = d.words(n, "sensitive") }},
	{"bands", func(d *draft, n *yaml.Node) { d.bands = d.readBands(n, d.bands) }},
	{"groups", func(d *draft, n *yaml.Node) { d.mapping(n, "groups", d.readCap) }},
	{"signals", func(d *draft, n *yaml.Node) { d.mapping(n, "signals", d.readSignal) }},
	{"purposes", func(d *draft, n *yaml.Node) { d.mapping(n, "purposes", d.readPurpose) }},
	{"rules", func(d *draft, n *yaml.Node) { d.list(n, "rules", d.readRule) }},
	{"range_block", func(d *draft, n *yaml.Node) { d.list(n, "range_block", d.readRange) }},
	{"explore", (*draft).readExplore},
}

func (d *draft) readMode(n *yaml.Node) {
	switch n.Value {
	case "observe":
		d.observe = true
	case "enforce":
	default:
		d.at(n, "mode must be enforce or observe")
	}
}

// check looks at what can only be judged when all was read.
func (d *draft) check(root *yaml.Node) {
	if root.Kind == yaml.MappingNode && len(d.signals) == 0 {
		d.at(root, "policy: no signals are listed, so nothing would ever be seen: copy them from the policy `default`")
	}
}

// named lists the purposes that need a plan of their own.
func (d *draft) named() map[string]bool {
	out := map[string]bool{}
	add := func(list []string) {
		for _, p := range list {
			if p != sensitiveWord {
				out[p] = true
			}
		}
	}
	add(d.sensitive)
	add(slices.Collect(maps.Keys(d.purposes)))
	for _, s := range d.signals {
		add(s.purposes)
		add(s.except)
	}
	for i := range d.rules {
		add(d.rules[i].purposes)
		add(d.rules[i].except)
	}
	return out
}
