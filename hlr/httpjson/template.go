package httpjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tollgate/hlr/subscriber"
)

// template is a text with places for the number.
type template []piece

// piece is text, or a form of the number.
type piece struct {
	text   string
	form   func(subscriber.MSISDN) string // nil: text
	escape escape
}

// escape makes a text safe for its place.
type escape func(string) string

func raw(s string) string { return s }

func inJSON(s string) string {
	b, _ := json.Marshal(s) // a string always has a form
	return string(b[1 : len(b)-1])
}

// forms are the number as it may stand in a request.
var forms = map[string]func(subscriber.MSISDN) string{
	"msisdn":   func(n subscriber.MSISDN) string { return "+" + n.Digits() },
	"digits":   subscriber.MSISDN.Digits,
	"country":  func(n subscriber.MSISDN) string { c, _ := n.Split(); return c },
	"national": func(n subscriber.MSISDN) string { _, s := n.Split(); return s },
}

// hole is a place to fill. Braces of JSON do not look like one.
var hole = regexp.MustCompile(`\{([a-z_]+)(:[^{}"]*)?\}`)

// secrets says what {secret}, {env:NAME} and {file:PATH} stand for.
type secrets struct {
	own string
	env func(string) (string, bool)
	dir string // that files are relative to
}

// compile fills in what is fixed; place escapes by what stands before the hole.
func (s *secrets) compile(text string, place func(before string) escape) (template, error) {
	var t template
	var errs []error
	from := 0
	for _, at := range hole.FindAllStringSubmatchIndex(text, -1) {
		t = append(t, piece{text: text[from:at[0]]})
		from = at[1]
		name, argument := text[at[2]:at[3]], ""
		if at[4] >= 0 {
			argument = text[at[4]+1 : at[5]]
		}
		esc := place(text[:at[0]])
		if form, ok := forms[name]; ok && at[4] < 0 {
			t = append(t, piece{form: form, escape: esc})
			continue
		}
		fixed, err := s.fixed(name, argument)
		errs = append(errs, err)
		t = append(t, piece{text: esc(fixed)})
	}
	return append(t, piece{text: text[from:]}), errors.Join(errs...)
}

// fixed is a value that is the same for every number.
func (s *secrets) fixed(name, argument string) (string, error) {
	switch {
	case name == "secret" && argument == "":
		if s.own == "" {
			return "", errors.New("{secret}: the provider has no secret; set secret_file beside its url")
		}
		return s.own, nil
	case name == "env" && argument != "":
		if v, ok := s.env(argument); ok && v != "" {
			return v, nil
		}
		return "", fmt.Errorf("the variable %s is not set in the environment", argument)
	case name == "file" && argument != "":
		return s.file(argument)
	}
	known := []string{"secret", "env:NAME", "file:PATH"}
	for f := range forms {
		known = append(known, f)
	}
	return "", fmt.Errorf("there is nothing to put in for {%s}%s", name, didYouMean(name, known))
}

// file reads a secret. Exactly one newline at its end is the editor's.
func (s *secrets) file(name string) (string, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.dir, name)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if text == "" || len(text) > 4096 || strings.ContainsAny(text, "\n\x00") {
		return "", fmt.Errorf("%s must hold the secret alone, on one line", name)
	}
	return text, nil
}

// fill is the text for one number.
func (t template) fill(n subscriber.MSISDN) string {
	var b strings.Builder
	for _, p := range t {
		if p.form == nil {
			b.WriteString(p.text)
		} else {
			b.WriteString(p.escape(p.form(n)))
		}
	}
	return b.String()
}

// everywhere escapes all holes alike.
func everywhere(e escape) func(string) escape { return func(string) escape { return e } }

// inURL escapes by the part of the URL that a hole stands in.
func inURL(before string) escape {
	_, rest, _ := strings.Cut(before, "://")
	switch {
	case strings.Contains(rest, "?"):
		return url.QueryEscape
	case strings.Contains(rest, "/"):
		return url.PathEscape
	}
	return raw // the host; the whole URL is judged afterwards
}
