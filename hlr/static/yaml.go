package static

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"tollgate/hlr"
)

// readYAML reads a map from number to record, a list of records with msisdn,
// or a map with the key subscribers that holds either.
func (c *content) readYAML(data []byte) {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case err == io.EOF:
		return
	case err != nil:
		c.problem(yamlLine(err), errors.New("not YAML: check the indentation, colons and quotes"))
		return
	}
	if dec.Decode(new(yaml.Node)) != io.EOF {
		c.problem(1, errors.New("more than one YAML document"))
		return
	}
	root := doc.Content[0]
	if root.Kind == yaml.MappingNode {
		root = c.envelope(root)
	}
	c.subscribers(root)
}

var lineInError = regexp.MustCompile(`line (\d+)`)

// yamlLine finds the line in the decoder's text; the text itself may quote
// identities.
func yamlLine(err error) int {
	if m := lineInError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return line
	}
	return 1
}

// envelope takes the words of the file itself off a map and returns what holds
// the subscribers.
func (c *content) envelope(root *yaml.Node) *yaml.Node {
	rest, held := *root, (*yaml.Node)(nil)
	rest.Content = nil
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		switch k.Value {
		case "default":
			c.byDefault(v)
		case "subscribers":
			held = v
		default:
			rest.Content = append(rest.Content, k, v)
		}
	}
	if held == nil {
		return &rest
	}
	if len(rest.Content) > 0 {
		c.problem(rest.Content[0].Line, errors.New("beside subscribers there can only be default"))
	}
	return held
}

func (c *content) byDefault(v *yaml.Node) {
	switch v.Value {
	case "not_covered":
	case "absent":
		c.absent = true
		c.columns |= hlr.FieldIMSI
	default:
		c.problem(v.Line, errors.New("default: must be not_covered or absent"))
	}
}

func (c *content) subscribers(n *yaml.Node) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			c.yamlRecord(nil, resolve(item))
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.yamlRecord(n.Content[i], resolve(n.Content[i+1]))
		}
	case n.Tag != "!!null":
		c.problem(n.Line, errors.New("must be a map from number to record, or a list of records"))
	}
}

// resolve follows an alias, so that records may share an anchor.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// yamlRecord reads one record; key is its number, nil in a list.
func (c *content) yamlRecord(key, v *yaml.Node) {
	line := v.Line
	if key != nil {
		line = key.Line
	}
	empty := v.Kind == yaml.ScalarNode && v.Tag == "!!null"
	if v.Kind != yaml.MappingNode && !empty {
		c.problem(line, errors.New("a record must be a map of fields"))
		return
	}
	var rec hlr.Subscriber
	told := map[string]bool{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		name, value := v.Content[i], resolve(v.Content[i+1])
		if told[name.Value] {
			c.problem(name.Line, fmt.Errorf("field %s stands there twice", show(name.Value)))
		}
		told[name.Value] = true
		if name.Value == "msisdn" && key == nil {
			key = value
			continue
		}
		c.yamlField(&rec, name, value)
	}
	if key == nil {
		c.problem(line, errors.New("the record has no msisdn"))
		return
	}
	n, err := number(key.Value)
	if err != nil {
		c.problem(line, err)
		return
	}
	c.add(n, rec, line)
}

func (c *content) yamlField(rec *hlr.Subscriber, name, value *yaml.Node) {
	if value.Kind != yaml.ScalarNode {
		c.problem(name.Line, fmt.Errorf("%s: must be a single value", show(name.Value)))
		return
	}
	text := value.Value
	if value.Tag == "!!null" {
		text = ""
	}
	if err := set(rec, name.Value, text); err != nil {
		c.problem(name.Line, err)
	}
	c.columns |= columns[name.Value].fields
}
