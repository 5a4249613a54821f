package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const maxFile = 4 << 20

// Load reads the file at path ("" for none), then the environment (a setting
// such as api.listen is TOLLGATE_API_LISTEN there), then settings such as
// "api.listen=127.0.0.1:8081" from the command line; the later ones win. A nil
// env has no variables. The error is a Problems with everything that is wrong.
func Load(path string, env Env, settings ...string) (*Config, error) {
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	c := Default()
	d := &decoder{problems: problems{file: path, places: map[string]place{}}, env: env, raw: map[string]string{}}
	dir := "."
	if path != "" {
		dir = filepath.Dir(path)
		if err := d.readFile(path, c); err != nil {
			return nil, err
		}
	}
	d.environment(reflect.ValueOf(c).Elem(), "")
	for _, s := range settings {
		d.setting(s, reflect.ValueOf(c).Elem())
	}
	d.complete(c, dir)
	d.validate(c)
	if err := d.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// readFile reads the YAML into c. It returns an error where there is nothing to
// go on with; what is merely wrong is gathered.
func (d *decoder) readFile(path string, c *Config) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	if len(text) > maxFile {
		return fmt.Errorf("reading the configuration: %s is larger than %d MiB", path, maxFile>>20)
	}
	return d.yaml(text, c)
}

func (d *decoder) yaml(text []byte, c *Config) error {
	y := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := y.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil // an empty file is all defaults
	case err != nil:
		return d.syntax(err)
	}
	d.value(doc.Content[0], reflect.ValueOf(c).Elem(), "")
	if err := y.Decode(&more); !errors.Is(err, io.EOF) {
		d.list = nil // what follows a second document's --- is not ours to judge
		return d.syntax(errors.New("a configuration is one document: remove the second ---"))
	}
	return nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax gives the parser's error the form of all others.
func (d *decoder) syntax(err error) error {
	p := Problem{Where: d.file, Text: err.Error()}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
		p.Text = "not YAML: " + m[2]
	}
	return Problems{p}
}

// environment looks for a variable for each single setting that is not in a
// list.
func (d *decoder) environment(v reflect.Value, path string) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		if name == "" || name == "-" {
			continue
		}
		at, field := join(path, name), v.Field(i)
		if !isScalar(field.Type()) {
			if field.Kind() == reflect.Struct {
				d.environment(field, at)
			}
			continue
		}
		variable := "TOLLGATE_" + strings.ToUpper(strings.ReplaceAll(at, ".", "_"))
		if text, ok := d.env(variable); ok {
			d.override(text, field, at, variable)
		}
	}
}

// setting is one key=value of the command line.
func (d *decoder) setting(s string, v reflect.Value) {
	key, text, ok := strings.Cut(s, "=")
	at := ""
	for name := range strings.SplitSeq(key, ".") {
		if !ok || v.Kind() != reflect.Struct {
			break
		}
		at = join(at, name)
		i, known := fieldIndex(v.Type(), name)
		if !known {
			d.list = append(d.list, Problem{Where: "setting " + s, Path: at, Text: "is not a known key" + didYouMean(name, fieldNames(v.Type()))})
			return
		}
		v = v.Field(i)
	}
	if !ok || at != key || !isScalar(v.Type()) {
		d.list = append(d.list, Problem{Where: "setting " + s, Text: "must be a single setting and its value, such as api.listen=127.0.0.1:8081"})
		return
	}
	d.override(text, v, at, "setting "+key)
}

// override sets one value from outside the file. A secret may stand there.
func (d *decoder) override(text string, v reflect.Value, path, where string) {
	d.places[path] = place{where: where}
	d.raw[path] = text
	if err := set(v, text); err != nil {
		d.addf(path, "%v", err)
	}
}
