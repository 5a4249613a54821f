package fraud

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// problems gathers everything that is wrong with a file, with line numbers.
type problems struct{ found []problem }

type problem struct {
	line int
	text string
}

const maxProblems = 50

func (p *problems) at(n *yaml.Node, format string, args ...any) {
	if len(p.found) < maxProblems {
		p.found = append(p.found, problem{n.Line, fmt.Sprintf(format, args...)})
	}
}

// err joins the problems in the order of their lines; nil when there are none.
func (p *problems) err() error {
	slices.SortStableFunc(p.found, func(a, b problem) int { return a.line - b.line })
	errs := make([]error, len(p.found))
	for i, f := range p.found {
		errs[i] = fmt.Errorf("line %d: %s", f.line, f.text)
	}
	return errors.Join(errs...)
}

// mapping walks a YAML mapping and hands each value to take, which returns
// false for a key that it does not know. Aliases are refused wherever they
// stand: a policy is read by people, and cannot loop or grow without them.
func (p *problems) mapping(n *yaml.Node, what string, take func(key string, value *yaml.Node) bool) {
	if n.Kind != yaml.MappingNode {
		p.at(n, "%s must be a mapping of keys to values", what)
		return
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || value.Kind == yaml.AliasNode:
			p.at(key, "%s: anchors, aliases and keys that are not plain words are not used here", what)
		case seen[key.Value]:
			p.at(key, "%s: %q is there twice", what, key.Value)
		case !take(key.Value, value):
			p.at(key, "%s: unknown key %q", what, key.Value)
		}
		seen[key.Value] = true
	}
}

func (p *problems) list(n *yaml.Node, what string, take func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		p.at(n, "%s must be a list", what)
		return
	}
	for _, item := range n.Content {
		if item.Kind == yaml.AliasNode {
			p.at(item, "%s: aliases are not used here", what)
			continue
		}
		take(item)
	}
}

func (p *problems) words(n *yaml.Node, what string) (out []string) {
	p.list(n, what, func(item *yaml.Node) {
		if w := p.word(item, what); w != "" {
			out = append(out, w)
		}
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		p.at(n, "%s must not be empty: leave the key out instead", what)
	}
	return out
}

func (p *problems) word(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.Value == "" || n.Tag == "!!null" {
		p.at(n, "%s must be a word", what)
		return ""
	}
	return n.Value
}

// number takes a finite decimal number from least to most.
func (p *problems) number(n *yaml.Node, what string, least, most float64) float64 {
	v, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || err != nil || !(v >= least && v <= most) {
		p.at(n, "%s must be a number from %g to %g", what, least, most)
		return least
	}
	return v
}

const maxAge = 3650 * 24 * time.Hour

// duration takes Go's form and days: 90s, 24h, 30d.
func (p *problems) duration(n *yaml.Node, what string) time.Duration {
	text, unit := n.Value, time.Duration(1)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		text, unit = days+"h", 24
	}
	d, err := time.ParseDuration(text)
	if n.Kind != yaml.ScalarNode || err != nil || d <= 0 || d > maxAge/unit {
		p.at(n, "%s must be a time such as 10m, 24h or 30d, ten years at most", what)
		return time.Hour
	}
	return d * unit
}
