package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tollgate/gateway"
	"tollgate/hlr/subscriber"
)

// Env finds a variable of the environment: os.LookupEnv.
type Env func(name string) (string, bool)

// decoder puts a YAML tree into a Config. It goes by the types of Config, so
// that every key which no field has is found.
type decoder struct {
	problems
	env Env
	raw map[string]string // scalars as written, before ${NAME} was put in
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if path != "" {
		d.places[path] = place{d.file, n.Line}
	}
	if n.Tag == "!!null" {
		return
	}
	switch {
	case v.Type() == reflect.TypeFor[yaml.Node](): // read by the package that knows its keys
		v.Set(reflect.ValueOf(*n))
	case isScalar(v.Type()):
		if n.Kind != yaml.ScalarNode {
			d.addf(path, "must be one value, not %s", shape(n))
			return
		}
		d.scalar(n.Value, v, path)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case v.Kind() == reflect.Struct:
		d.fields(n, v, path)
	case v.Kind() == reflect.Slice:
		d.sequence(n, v, path)
	case v.Kind() == reflect.Map:
		d.mapping(n, v, path)
	}
}

// fields decodes a mapping into a struct.
func (d *decoder) fields(n *yaml.Node, v reflect.Value, path string) {
	known := fieldNames(v.Type())
	for _, p := range d.pairs(n, path) {
		i, ok := fieldIndex(v.Type(), p.key.Value)
		if !ok {
			at := join(path, p.key.Value)
			d.places[at] = place{d.file, p.key.Line}
			d.addf(at, "is not a known key%s", didYouMean(p.key.Value, known))
			continue
		}
		d.value(p.value, v.Field(i), join(path, p.key.Value))
	}
}

func (d *decoder) sequence(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		d.addf(path, "must be a list, not %s", shape(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		at := v.Index(i)
		if c, ok := at.Addr().Interface().(*Carrier); ok {
			*c = DefaultCarrier()
		}
		d.value(item, at, fmt.Sprintf("%s[%d]", path, i))
	}
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range d.pairs(n, path) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(p.value, item, join(path, p.key.Value))
		v.SetMapIndex(reflect.ValueOf(p.key.Value), item)
	}
}

type pair struct{ key, value *yaml.Node }

// pairs lists the members of a mapping, with those of its merge key (<<)
// that it does not have itself behind them.
func (d *decoder) pairs(n *yaml.Node, path string) (list []pair) {
	if n.Kind != yaml.MappingNode {
		d.addf(path, "must have keys of its own, not be %s", shape(n))
		return nil
	}
	seen := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Tag == "!!merge" {
			merged = append(merged, v)
			continue
		}
		if line, twice := seen[k.Value]; twice {
			at := join(path, k.Value)
			d.places[at] = place{d.file, k.Line}
			d.addf(at, "stands in line %d already", line)
			continue
		}
		seen[k.Value] = k.Line
		list = append(list, pair{k, v})
	}
	for _, m := range merged {
		for m.Kind == yaml.AliasNode {
			m = m.Alias
		}
		for _, p := range d.pairs(m, path) {
			if _, own := seen[p.key.Value]; !own {
				list = append(list, p)
			}
		}
	}
	return list
}

// scalar sets one value from text, whatever it was written in.
func (d *decoder) scalar(text string, v reflect.Value, path string) {
	d.raw[path] = text
	if _, secret := v.Interface().(Secret); secret && !isReference(text) {
		d.addf(path, "a secret does not stand in the file: name a %s_file, or write ${NAME} for a variable of the environment", last(path))
		return
	}
	text, ok := d.expand(text, path)
	if !ok {
		return
	}
	if err := set(v, text); err != nil {
		d.addf(path, "%v", err)
	}
}

// expand puts the environment's variables in for ${NAME}.
func (d *decoder) expand(text, path string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			d.addf(path, "has ${ without its }")
			return "", false
		}
		value, ok := d.env(name)
		if !ok {
			d.addf(path, "the variable %s is not set in the environment", name)
			return "", false
		}
		b.WriteString(value)
		text = after
	}
}

func isReference(text string) bool {
	return strings.HasPrefix(text, "${") && strings.Index(text, "}") == len(text)-1
}

// isScalar says that a type is written as one value.
func isScalar(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[gateway.Limit](), reflect.TypeFor[KeyHash]():
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// set reads text as the type of v wants it; on an error v keeps what it has.
func set(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(text))
	case *time.Duration:
		return assign(p, parseDuration, text)
	case *gateway.Limit:
		return assign(p, parseLimit, text)
	case *subscriber.PLMN:
		return assign(p, parsePLMN, text)
	case *Secret:
		*p = Secret(text)
	case *string:
		*p = text
	case *bool:
		return assign(p, parseBool, text)
	case *int:
		return assign(p, parseInt, text)
	case *float64:
		return assign(p, parseFloat, text)
	default:
		return fmt.Errorf("has a type that cannot be read: %T", p)
	}
	return nil
}

func assign[T any](p *T, parse func(string) (T, error), text string) error {
	v, err := parse(text)
	if err == nil {
		*p = v
	}
	return err
}

func fieldNames(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func fieldIndex(t reflect.Type, name string) (int, bool) {
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("yaml"); tag == name && tag != "-" && tag != "" {
			return i, true
		}
	}
	return 0, false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func last(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// shape names what a node is, for error texts.
func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}
