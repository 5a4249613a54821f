package httpjson

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

type pair struct{ key, value *yaml.Node }

// pairs lists the members of a mapping, aliases followed.
func (m *mapping) pairs(n *yaml.Node, at string) (list []pair) {
	if n.Kind != yaml.MappingNode {
		m.addf(n.Line, "%s must have keys of its own", orWhole(at))
		return nil
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if line, twice := seen[k.Value]; twice {
			m.addf(k.Line, "%s: %s stands in line %d already", orWhole(at), show(k.Value), line)
			continue
		}
		seen[k.Value] = k.Line
		if v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		list = append(list, pair{k, v})
	}
	return list
}

// section hands each member to the function of its key.
func (m *mapping) section(n *yaml.Node, at string, keys map[string]func(*yaml.Node)) {
	for _, p := range m.pairs(n, at) {
		if read, ok := keys[p.key.Value]; ok {
			read(p.value)
			continue
		}
		known := make([]string, 0, len(keys))
		for k := range keys {
			known = append(known, k)
		}
		m.addf(p.key.Line, "%s: %s is not a known key%s", orWhole(at), show(p.key.Value), didYouMean(p.key.Value, known))
	}
}

func (m *mapping) scalar(n *yaml.Node, at string) text {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" || n.Value == "" {
		m.addf(n.Line, "%s: must be one value", at)
	}
	return text{n.Value, n.Line}
}

func (m *mapping) path(n *yaml.Node, at string) path {
	p, err := parsePath(m.scalar(n, at).value)
	if err != nil {
		m.addf(n.Line, "%s: %v", at, err)
		return path{} // it was written: nothing is missing
	}
	return p
}

// words reads a word or a list of them, in small letters.
func (m *mapping) words(n *yaml.Node, at string) (list []string) {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	for _, item := range items {
		list = append(list, strings.ToLower(m.scalar(item, at).value))
	}
	return list
}

func orWhole(at string) string {
	if at == "" {
		return "the mapping"
	}
	return at
}

// show quotes a word for an error; a long one may be a secret in the wrong place.
func show(word string) string {
	if len(word) > 24 {
		return "(a value)"
	}
	return strconv.Quote(word)
}

func has(list []string, word string) bool { return slices.Contains(list, word) }
