package smsc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// LoadProfile reads a profile from a YAML file. Its error joins everything that
// is wrong with the file, each with its line: unknown keys, values of the wrong
// type and impossible values.
func LoadProfile(path string) (*Profile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the SMSC profile: %w", err)
	}
	return ParseProfile(data, path)
}

// ParseProfile is LoadProfile for YAML that is already in memory; name stands
// in the errors.
func ParseProfile(data []byte, name string) (*Profile, error) {
	p := new(Profile)
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var errs []error
	if err := dec.Decode(p); err != nil && !errors.Is(err, io.EOF) {
		typeErr, ok := errors.AsType[*yaml.TypeError](err)
		if !ok {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, e := range typeErr.Errors {
			errs = append(errs, fmt.Errorf("%s: %s", name, e))
		}
	}
	if errs == nil && !errors.Is(dec.Decode(new(Profile)), io.EOF) {
		errs = append(errs, fmt.Errorf("%s: more than one YAML document; write one profile a file", name))
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, e := range p.Validate() {
		errs = append(errs, fmt.Errorf("%s: line %d: %w", name, lineOf(&root, e.Field), e))
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// lineOf finds the line of a field path such as faults.garbage, or of the
// nearest thing above it that is in the file.
func lineOf(n *yaml.Node, path string) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for key := range strings.SplitSeq(path, ".") {
		k, v := child(n, key)
		if v == nil {
			break
		}
		line, n = k.Line, v
	}
	return max(line, 1)
}

func child(n *yaml.Node, key string) (k, v *yaml.Node) {
	if n.Kind == yaml.SequenceNode {
		var i int
		if _, err := fmt.Sscanf(key, "%d", &i); err == nil && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
