package httpjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mapping is a mapping file as it was written.
type mapping struct {
	method   string
	url      text
	headers  []header
	bearer   text
	user     text
	password text
	body     text
	ca       text

	number     path
	unnumbered bool // number: none
	errors     []condition
	throttled  []condition
	notCovered []condition
	absent     []condition
	facts      []*fact
	cost       path
	status     map[int]string

	file     string
	problems []error
}

// text is a value and its line; 0 is none.
type text struct {
	value string
	line  int
}

type header struct {
	name  string
	value text
}

// condition holds for an answer by one value in it.
type condition struct {
	path   path
	is     []string // one of these, in any case of letters
	isNot  []string // none of these, and not missing either
	exists bool     // whatever it is, but for null
}

// parseMapping reads a file. All that is wrong in it is one error, each with
// its line.
func parseMapping(data []byte, file string) (*mapping, error) {
	m := &mapping{method: http.MethodGet, status: map[int]string{}, file: file}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: the mapping is empty", file)
	case err != nil:
		return nil, fmt.Errorf("%s:%d: not YAML: check the indentation, colons and quotes", file, yamlLine(err))
	case dec.Decode(new(yaml.Node)) != io.EOF:
		return nil, fmt.Errorf("%s: more than one YAML document", file)
	}
	root := doc.Content[0]
	m.section(root, "", map[string]func(*yaml.Node){"request": m.request, "response": m.response, "status": m.statuses})
	m.judge(root)
	return m, errors.Join(m.problems...)
}

var lineInError = regexp.MustCompile(`line (\d+)`)

// yamlLine finds the line in the decoder's text, which may quote secrets.
func yamlLine(err error) int {
	if found := lineInError.FindStringSubmatch(err.Error()); found != nil {
		line, _ := strconv.Atoi(found[1])
		return line
	}
	return 1
}

func (m *mapping) addf(line int, format string, args ...any) {
	m.problems = append(m.problems, fmt.Errorf("%s:%d: %s", m.file, line, fmt.Sprintf(format, args...)))
}

// judge finds what is missing, and secrets that stand in clear.
func (m *mapping) judge(root *yaml.Node) {
	if m.url.line == 0 {
		m.addf(root.Line, "request.url is missing")
	}
	if m.number == nil && !m.unnumbered {
		m.addf(root.Line, "response.number is missing: the path of the number that the answer is about, or none if the vendor does not repeat it")
	}
	if len(m.facts) == 0 {
		m.addf(root.Line, "response.facts is missing: without facts there is nothing to ask for")
	}
	original, home := 0, false
	for _, f := range m.facts {
		if f.name == "original_network" {
			original = f.line
		}
		home = home || f.name == "home_network"
	}
	if original > 0 && !home {
		m.addf(original, "response.facts.original_network: tells nothing without home_network")
	}
	if m.method == http.MethodGet && m.body.line > 0 {
		m.addf(m.body.line, "request.body: a GET has none; set method: POST")
	}
	if (m.user.line == 0) != (m.password.line == 0) || m.bearer.line > 0 && m.user.line > 0 {
		m.addf(max(m.user.line, m.password.line, m.bearer.line), "request.auth has either bearer, or basic with user and password")
	}
	m.clear(m.bearer, "request.auth.bearer")
	m.clear(m.password, "request.auth.basic.password")
	for _, h := range m.headers {
		if secretName.MatchString(h.name) {
			m.clear(h.value, "request.headers."+h.name)
		}
	}
}

// secretName is how headers are called that hold a credential.
var secretName = regexp.MustCompile(`(?i)auth|key|secret|token|password|credential`)

// fixedHole is a hole that a credential can come from.
var fixedHole = regexp.MustCompile(`\{(secret|env:[^{}"]*|file:[^{}"]*)\}`)

func (m *mapping) clear(t text, where string) {
	if t.line > 0 && !fixedHole.MatchString(t.value) {
		m.addf(t.line, "%s: a secret does not stand in the mapping: write {secret}, {env:NAME} or {file:PATH}", where)
	}
}

func (m *mapping) request(n *yaml.Node) {
	m.section(n, "request", map[string]func(*yaml.Node){
		"method": func(n *yaml.Node) {
			m.method = m.scalar(n, "request.method").value
			if m.method != http.MethodGet && m.method != http.MethodPost {
				m.addf(n.Line, "request.method: must be GET or POST")
			}
		},
		"url":     func(n *yaml.Node) { m.url = m.scalar(n, "request.url") },
		"body":    func(n *yaml.Node) { m.body = m.scalar(n, "request.body") },
		"ca_file": func(n *yaml.Node) { m.ca = m.scalar(n, "request.ca_file") },
		"headers": m.readHeaders,
		"auth": func(n *yaml.Node) {
			m.section(n, "request.auth", map[string]func(*yaml.Node){
				"bearer": func(n *yaml.Node) { m.bearer = m.scalar(n, "request.auth.bearer") },
				"basic": func(n *yaml.Node) {
					m.section(n, "request.auth.basic", map[string]func(*yaml.Node){
						"user":     func(n *yaml.Node) { m.user = m.scalar(n, "request.auth.basic.user") },
						"password": func(n *yaml.Node) { m.password = m.scalar(n, "request.auth.basic.password") },
					})
				},
			})
		},
	})
}

func (m *mapping) readHeaders(n *yaml.Node) {
	for _, p := range m.pairs(n, "request.headers") {
		if !headerName.MatchString(p.key.Value) || strings.EqualFold(p.key.Value, "Host") {
			m.addf(p.key.Line, "request.headers: %s is no header that can be set", show(p.key.Value))
			continue
		}
		m.headers = append(m.headers, header{p.key.Value, m.scalar(p.value, "request.headers."+p.key.Value)})
	}
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

func (m *mapping) response(n *yaml.Node) {
	m.section(n, "response", map[string]func(*yaml.Node){
		"number": func(n *yaml.Node) {
			if m.unnumbered = n.Value == "none"; !m.unnumbered {
				m.number = m.path(n, "response.number")
			}
		},
		"errors":      func(n *yaml.Node) { m.errors = m.conditions(n, "response.errors") },
		"throttled":   func(n *yaml.Node) { m.throttled = m.conditions(n, "response.throttled") },
		"not_covered": func(n *yaml.Node) { m.notCovered = m.conditions(n, "response.not_covered") },
		"absent":      func(n *yaml.Node) { m.absent = m.conditions(n, "response.absent") },
		"facts":       m.readFacts,
		"cost":        func(n *yaml.Node) { m.cost = m.path(n, "response.cost") },
	})
}

func (m *mapping) conditions(n *yaml.Node, at string) (list []condition) {
	if n.Kind != yaml.SequenceNode {
		m.addf(n.Line, "%s: must be a list of conditions such as {path: status, is: [FAILED]}", at)
		return nil
	}
	for _, item := range n.Content {
		var c condition
		forms := 0
		m.section(item, at, map[string]func(*yaml.Node){
			"path":   func(n *yaml.Node) { c.path = m.path(n, at+".path") },
			"is":     func(n *yaml.Node) { c.is = m.words(n, at+".is"); forms++ },
			"is_not": func(n *yaml.Node) { c.isNot = m.words(n, at+".is_not"); forms++ },
			"exists": func(n *yaml.Node) {
				if c.exists = n.Value == "true"; !c.exists {
					m.addf(n.Line, "%s.exists: can only be true", at)
				}
				forms++
			},
		})
		if c.path == nil || forms != 1 {
			m.addf(item.Line, "%s: a condition has a path and one of is, is_not or exists", at)
		}
		list = append(list, c)
	}
	return list
}

// outcomes are what an HTTP status may mean.
var outcomes = []string{outcomeAbsent, outcomeNotCovered, outcomeError, outcomeThrottled}

const (
	outcomeAbsent     = "absent"
	outcomeNotCovered = "not_covered"
	outcomeError      = "error"
	outcomeThrottled  = "throttled"
)

func (m *mapping) statuses(n *yaml.Node) {
	for _, p := range m.pairs(n, "status") {
		code, err := strconv.Atoi(p.key.Value)
		if err != nil || code < 400 || code > 599 || code == http.StatusTooManyRequests {
			m.addf(p.key.Line, "status: %s is no HTTP status from 400 to 599 other than 429", show(p.key.Value))
			continue
		}
		m.status[code] = m.scalar(p.value, "status").value
		if !has(outcomes, m.status[code]) {
			m.addf(p.value.Line, "status.%d: %s is no outcome%s", code, show(p.value.Value), didYouMean(p.value.Value, outcomes))
		}
	}
}
