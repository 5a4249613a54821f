package httpjson

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"tollgate/hlr"
)

// fact is where one fact stands in an answer and how it is written there.
type fact struct {
	name     string
	line     int
	kind     kind
	path     path
	mcc, mnc path // instead of path, of a network
	yes, no  []string
	unknown  []string
	words    map[string]string // of a line type
	format   string            // of a time
	onlyIf   []condition       // one must hold, or the fact is not told
}

// kind is one sort of fact.
type kind struct {
	tells hlr.Field
	keys  string // that it takes beside path and unknown
	read  func(f *fact, text string, a *answer) error
}

// answer gathers what one JSON answer tells.
type answer struct {
	hlr.Subscriber
	original string // network before porting
}

var kinds = map[string]kind{
	"imsi":             {hlr.FieldIMSI, "", func(_ *fact, s string, a *answer) error { return digits(&a.IMSI, s, 6, 15) }},
	"iccid":            {hlr.FieldICCID, "", func(_ *fact, s string, a *answer) error { return digits(&a.ICCID, s, 18, 20) }},
	"imei":             {hlr.FieldIMEI, "", func(_ *fact, s string, a *answer) error { return digits(&a.IMEI, s, 14, 16) }},
	"vlr":              {hlr.FieldVLR, "", func(_ *fact, s string, a *answer) error { return title(&a.VLR, s) }},
	"network":          {hlr.FieldNetwork, "mcc mnc", func(_ *fact, s string, a *answer) error { return plmn(&a.PLMN, s) }},
	"home_network":     {hlr.FieldHome, "mcc mnc", func(_ *fact, s string, a *answer) error { return plmn(&a.Home, s) }},
	"original_network": {0, "mcc mnc", func(_ *fact, s string, a *answer) error { return plmn(&a.original, s) }},
	"ported":           {hlr.FieldPorted, "yes no", func(f *fact, s string, a *answer) error { return f.flag(&a.Ported, s) }},
	"roaming":          {hlr.FieldRoaming, "yes no", func(f *fact, s string, a *answer) error { return f.flag(&a.Roaming, s) }},
	"reachable":        {hlr.FieldReachable, "yes no", func(f *fact, s string, a *answer) error { return f.flag(&a.Reachable, s) }},
	"call_forwarding":  {hlr.FieldCallForwarding, "yes no", func(f *fact, s string, a *answer) error { return f.flag(&a.CallForwarding, s) }},
	"ported_at":        {hlr.FieldPorted, "format", func(f *fact, s string, a *answer) error { return f.time(&a.PortedAt, s) }},
	"recycled_at":      {hlr.FieldRecycled, "format", func(f *fact, s string, a *answer) error { return f.time(&a.RecycledAt, s) }},
	"line_type":        {hlr.FieldLineType, "words", func(f *fact, s string, a *answer) error { return f.lineType(&a.LineType, s) }},
}

// readFacts reads response.facts, each a path or a map with one.
func (m *mapping) readFacts(n *yaml.Node) {
	for _, p := range m.pairs(n, "response.facts") {
		k, ok := kinds[p.key.Value]
		if !ok {
			known := make([]string, 0, len(kinds))
			for name := range kinds {
				known = append(known, name)
			}
			m.addf(p.key.Line, "response.facts: there is no fact %s%s", show(p.key.Value), didYouMean(p.key.Value, known))
			continue
		}
		f := &fact{name: p.key.Value, line: p.key.Line, kind: k}
		m.readFact(f, p.value)
		m.facts = append(m.facts, f)
	}
}

func (m *mapping) readFact(f *fact, n *yaml.Node) {
	at := "response.facts." + f.name
	if n.Kind == yaml.ScalarNode {
		f.path = m.path(n, at)
		return
	}
	all := map[string]func(*yaml.Node){
		"mcc":    func(n *yaml.Node) { f.mcc = m.path(n, at+".mcc") },
		"mnc":    func(n *yaml.Node) { f.mnc = m.path(n, at+".mnc") },
		"yes":    func(n *yaml.Node) { f.yes = m.words(n, at+".yes") },
		"no":     func(n *yaml.Node) { f.no = m.words(n, at+".no") },
		"words":  func(n *yaml.Node) { m.lineTypes(f, n, at+".words") },
		"format": func(n *yaml.Node) { m.timeFormat(f, n, at+".format") },
	}
	keys := map[string]func(*yaml.Node){
		"path":    func(n *yaml.Node) { f.path = m.path(n, at+".path") },
		"unknown": func(n *yaml.Node) { f.unknown = m.words(n, at+".unknown") },
		"only_if": func(n *yaml.Node) { f.onlyIf = m.conditions(n, at+".only_if") },
	}
	for _, k := range strings.Fields(f.kind.keys) {
		keys[k] = all[k]
	}
	m.section(n, at, keys)
	switch {
	case f.path == nil && (f.mcc == nil || f.mnc == nil):
		m.addf(n.Line, "%s: has no path", at)
	case f.path != nil && (f.mcc != nil || f.mnc != nil):
		m.addf(n.Line, "%s: has either path, or mcc and mnc", at)
	}
	for _, w := range append(append([]string{}, f.no...), f.unknown...) {
		if has(f.yes, w) || has(f.no, w) && has(f.unknown, w) {
			m.addf(n.Line, "%s: the word %s means two things", at, show(w))
		}
	}
}

// errWord is a word that the mapping does not know: its fact is not told.
var errWord = errors.New("the word is in no list of the mapping")

var errKind = errors.New("is neither text nor a number")

// take puts the fact into the answer, when it is told.
func (f *fact) take(r *reply, a *answer) error {
	if f.onlyIf != nil && !anyHolds(f.onlyIf, r) {
		return nil
	}
	s, err := f.text(r)
	if err == nil && s != "" && !has(f.unknown, strings.ToLower(s)) {
		err = f.kind.read(f, s, a)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return nil
}

// text is the value as it is written, "" when it is not told.
func (f *fact) text(r *reply) (string, error) {
	if f.mcc != nil {
		return f.network(r)
	}
	v := f.path.find(r)
	if v == nil {
		return "", nil
	}
	s, ok := scalar(v)
	if !ok {
		return "", errKind
	}
	return strings.TrimSpace(s), nil
}
