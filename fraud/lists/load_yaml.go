package lists

import (
	"go.yaml.in/yaml/v3"
)

// yaml reads the two lists of a document.
func (l *loading) yaml(text []byte) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		l.wrong(1, "not YAML: %v", err)
		return
	}
	if len(doc.Content) == 0 {
		return // an empty file lists nothing
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		l.wrong(root.Line, "a list has the keys block and safe")
		return
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		switch {
		case k.Value == "name" && v.Kind == yaml.ScalarNode:
			l.rename(v.Value)
		case k.Value != "block" && k.Value != "safe":
			l.wrong(k.Line, "%q is not a known key: use name, block, safe", k.Value)
		case v.Kind == yaml.SequenceNode:
			for _, item := range v.Content {
				l.yamlEntry(k.Value, item)
			}
		case v.Tag != "!!null":
			l.wrong(v.Line, "%s must be a list of entries", k.Value)
		}
	}
}

// rename names the entries read and to come: the key may stand anywhere.
func (l *loading) rename(name string) {
	l.name = name
	for i := range l.entries {
		l.entries[i].List = name
	}
}

func (l *loading) yamlEntry(list string, n *yaml.Node) {
	r := raw{line: n.Line, list: list}
	if n.Kind != yaml.MappingNode {
		l.wrong(n.Line, "an entry is written as {number: ..., reason: ...}")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if v.Kind != yaml.ScalarNode || seen[k.Value] {
			l.wrong(k.Line, "%s: one value, once", k.Value)
			return
		}
		seen[k.Value] = true
		if !r.set(k.Value, v.Value) {
			l.wrong(k.Line, "%q is not a known key of an entry", k.Value)
			return
		}
	}
	if r.several || r.kind == "" {
		l.wrong(n.Line, "an entry names one number, ip, asn, device or account")
		return
	}
	l.add(&r)
}

// set takes one key of an entry; false for one that there is not.
func (r *raw) set(name, value string) bool {
	switch name {
	case "number", "ip", "asn", "device", "account":
		r.several = r.kind != ""
		r.kind, r.value = name, value
	case "tenant":
		r.tenant = value
	case "reason":
		r.reason = value
	case "source":
		r.source = value
	case "added":
		r.added = value
	case "expires":
		r.expires = value
	default:
		return false
	}
	return true
}
