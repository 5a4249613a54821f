package carrier

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ProfileProblem is one thing wrong with a profile.
type ProfileProblem struct {
	File string
	Line int
	Path string // as in statuses[0].then; empty where the YAML itself is at fault
	Text string
}

func (p ProfileProblem) Error() string {
	if p.Path == "" {
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Path, p.Text)
}

// ProfileProblems is everything wrong with a profile, by line.
type ProfileProblems []ProfileProblem

func (ps ProfileProblems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// maxProfile bounds a profile's file, in octets.
const maxProfile = 1 << 20

// LoadProfile reads a profile from a YAML file. What is wrong with its content
// comes as ProfileProblems: unknown keys, values of the wrong type, impossible
// values, all at once.
func LoadProfile(path string) (*Profile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the carrier profile: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxProfile+1))
	if err != nil {
		return nil, fmt.Errorf("read the carrier profile: %w", err)
	}
	if len(data) > maxProfile {
		return nil, fmt.Errorf("read the carrier profile: %s is larger than %d MiB", path, maxProfile>>20)
	}
	return ParseProfile(data, path)
}

// ParseProfile is LoadProfile for YAML in memory; name stands in the errors.
func ParseProfile(data []byte, name string) (*Profile, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	p := new(Profile)
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return p, nil // empty: every default
	case err != nil:
		return nil, ProfileProblems{yamlProblem(name, err.Error())}
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, ProfileProblems{{File: name, Line: max(more.Line, 1), Text: "a profile is one YAML document"}}
	}
	return p, p.Overlay(doc.Content[0], name)
}

// Overlay puts what a YAML mapping says over p; what it leaves out stays. name is
// the file that n stands in. Like LoadProfile it returns ProfileProblems.
func (p *Profile) Overlay(n *yaml.Node, name string) error {
	var ps ProfileProblems
	unknownKeys(n, reflect.TypeFor[Profile](), "", func(line int, path, text string) {
		ps = append(ps, ProfileProblem{name, line, path, text})
	})
	var wrong *yaml.TypeError
	switch err := n.Decode(p); {
	case errors.As(err, &wrong):
		for _, e := range wrong.Errors {
			ps = append(ps, yamlProblem(name, e))
		}
	case err != nil:
		ps = append(ps, yamlProblem(name, err.Error()))
	}
	for _, e := range p.problems() {
		ps = append(ps, ProfileProblem{name, lineOf(n, e.path), e.path, e.text})
	}
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b ProfileProblem) int { return a.Line - b.Line })
	return ps
}

var (
	yamlLine = regexp.MustCompile(`(?s)^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	yamlType = regexp.MustCompile("cannot unmarshal !!\\w+ (`[^`]*` )?into ([a-zA-Z0-9.\\[\\]*]+)")
)

// yamlProblem takes the line out of an error of the YAML parser.
func yamlProblem(name, text string) ProfileProblem {
	m := yamlLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(m[1])
	p := ProfileProblem{File: name, Line: max(line, 1), Text: m[2]}
	if t := yamlType.FindStringSubmatch(m[2]); t != nil {
		p.Text = fmt.Sprintf("%swants %s", t[1], kindName(t[2]))
	}
	return p
}

// kindName says in words what a field of a Go type is written as.
func kindName(t string) string {
	switch {
	case t == "time.Duration":
		return "a time with its unit such as 250ms, 5s or 10m"
	case t == "int":
		return "a whole number"
	case t == "float64":
		return "a number"
	case t == "bool":
		return "true or false"
	case strings.HasPrefix(t, "[]"):
		return "a list"
	case t == "string":
		return "one value"
	}
	return "keys of its own"
}

// unknownKeys tells of every key that no field has.
func unknownKeys(n *yaml.Node, t reflect.Type, path string, tell func(line int, path, text string)) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for i, item := range n.Content {
			unknownKeys(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i), tell)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields := map[string]reflect.Type{}
		for i := range t.NumField() {
			fields[t.Field(i).Tag.Get("yaml")] = t.Field(i).Type
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			at := strings.TrimPrefix(path+"."+key.Value, ".")
			if of, ok := fields[key.Value]; ok {
				unknownKeys(n.Content[i+1], of, at, tell)
			} else if key.Tag != "!!merge" {
				tell(key.Line, at, "is not a known key")
			}
		}
	}
}

// lineOf finds the line of a path such as statuses[0].then, or of the nearest
// thing above it that is there.
func lineOf(n *yaml.Node, path string) int {
	line := n.Line
	for key := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(path), ".") {
		at := -1
		if i, err := strconv.Atoi(key); err == nil && n.Kind == yaml.SequenceNode && i < len(n.Content) {
			at = i
			line = n.Content[i].Line
		}
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				at, line = i+1, n.Content[i].Line
			}
		}
		if at < 0 {
			break
		}
		n = n.Content[at]
	}
	return max(line, 1)
}
