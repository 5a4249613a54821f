package fraud

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// Key is a term without its points: what it is, in a policy and in another one
// of the same form.
func (t Term) Key() Term {
	t.Points = 0
	return t
}

// StepUp is the score at which step_up begins for purposes that are not named.
func (p *Policy) StepUp() float64 { return p.plan.bands.stepUp }

// SetPoints returns a policy file with other points: those of the terms that
// points has, by Term.Key. All else stays as it is, comments too. A curve's
// points are the sums of its pieces'.
func SetPoints(text []byte, points map[Term]float64) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	signals := child(doc.Content[0], "signals")
	if signals == nil {
		return nil, fmt.Errorf("the policy lists no signals")
	}
	for i := 0; i+1 < len(signals.Content); i += 2 {
		s := setter{signals.Content[i].Value, signals.Content[i+1], points}
		s.set()
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// setter sets the points of one signal. The file was compiled before, so that
// its form is right.
type setter struct {
	code   string
	node   *yaml.Node
	points map[Term]float64
}

func (s *setter) set() {
	switch {
	case child(s.node, "curve") != nil:
		s.curve(child(s.node, "curve").Content)
	case child(s.node, "steps") != nil:
		for _, step := range child(s.node, "steps").Content {
			within := duration(child(step, "within").Value)
			s.put(child(step, "points"), Term{Code: s.code, Within: within})
		}
	default:
		t := Term{Code: s.code}
		if from := child(s.node, "from"); from != nil {
			t.From, t.To = float(from), float(child(s.node, "to"))
		}
		s.put(child(s.node, "points"), t)
	}
}

func (s *setter) curve(knots []*yaml.Node) {
	sum := 0.0
	for i := 1; i < len(knots); i++ {
		a, b := knots[i-1].Content, knots[i].Content
		piece, ok := s.points[Term{Code: s.code, From: float(a[0]), To: float(b[0])}]
		if !ok {
			return
		}
		sum = min(maxPoints, max(-maxPoints, sum+piece))
		write(b[1], sum)
	}
}

func (s *setter) put(n *yaml.Node, t Term) {
	if v, ok := s.points[t]; ok {
		write(n, min(maxPoints, max(-maxPoints, v)))
	}
}

func write(n *yaml.Node, v float64) {
	n.Value, n.Tag = strconv.FormatFloat(round(v), 'g', -1, 64), ""
}

func float(n *yaml.Node) float64 {
	v, _ := strconv.ParseFloat(n.Value, 64)
	return v
}

func duration(word string) time.Duration {
	var p problems
	return p.duration(&yaml.Node{Kind: yaml.ScalarNode, Value: word}, "")
}
