package fraud

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

const maxPoints = 1000

func (d *draft) readBands(n *yaml.Node, b bands) bands {
	d.mapping(n, "bands", func(key string, n *yaml.Node) bool {
		switch key {
		case "step_up":
			b.stepUp = d.number(n, key, 0, top)
		case "review":
			b.review = d.number(n, key, 0, top)
		case "block":
			b.block = d.number(n, key, 0, top)
		default:
			return false
		}
		return true
	})
	if !(b.stepUp < b.review && b.review < b.block) {
		d.at(n, "bands must not overlap: step_up %g, review %g, block %g must rise, each above the one before", b.stepUp, b.review, b.block)
	}
	return b
}

func (d *draft) readCap(group string, n *yaml.Node) bool {
	d.mapping(n, "group "+group, func(key string, n *yaml.Node) bool {
		if key != "cap" {
			return false
		}
		d.caps[group] = d.number(n, "cap", 1, 10*maxPoints)
		return true
	})
	return slices.Contains(groups, group)
}

func (d *draft) readSignal(code string, n *yaml.Node) bool {
	i, known := catalogIndex[code]
	if !known {
		return false
	}
	s, shape := setting{}, catalog[i]
	var from, to float64
	has := map[string]bool{}
	d.mapping(n, code, func(key string, n *yaml.Node) bool {
		has[key] = true
		switch {
		case key == "points" && shape.aged == nil:
			s.points = d.number(n, code+": points", -maxPoints, maxPoints)
		case key == "from" && shape.ramp != nil:
			from = d.number(n, code+": from", 0, 1e9)
		case key == "to" && shape.ramp != nil:
			to = d.number(n, code+": to", 0, 1e9)
		case key == "curve" && shape.ramp != nil:
			d.list(n, code+": curve", func(n *yaml.Node) { s.curve = append(s.curve, d.readKnot(code, n)) })
		case key == "steps" && shape.aged != nil:
			d.list(n, code+": steps", func(n *yaml.Node) { s.steps = append(s.steps, d.readStep(code, n)) })
		case key == "purposes":
			s.purposes = d.words(n, code+": purposes")
		case key == "except":
			s.except = d.words(n, code+": except")
		default:
			return false
		}
		return true
	})
	if shape.ramp != nil && !has["curve"] {
		s.curve = []knot{{from, 0}, {to, s.points}}
	}
	d.checkSignal(n, code, shape, &s, has)
	d.signals[code] = s
	return true
}

// checkSignal wants each shape complete: a forgotten threshold is no zero.
func (d *draft) checkSignal(n *yaml.Node, code string, shape *Signal, s *setting, has map[string]bool) {
	switch {
	case shape.aged != nil && len(s.steps) == 0:
		d.at(n, "%s needs steps: a list of {within, points}", code)
	case shape.ramp != nil && has["curve"]:
		d.checkCurve(n, code, s.curve, has)
	case shape.aged == nil && !has["points"]:
		d.at(n, "%s needs points; 0 shows it without counting", code)
	case shape.ramp != nil && (!has["from"] || !has["to"]):
		d.at(n, "%s needs from and to, or a curve", code)
	case shape.ramp != nil && s.curve[0].value >= s.curve[1].value:
		d.at(n, "%s: from %g must be less than to %g", code, s.curve[0].value, s.curve[1].value)
	}
	for i := 1; i < len(s.steps); i++ {
		if s.steps[i].within <= s.steps[i-1].within {
			d.at(n, "%s: each step must reach further back than the one before", code)
		}
	}
}

// checkCurve wants a curve that starts at nothing and is the only form.
func (d *draft) checkCurve(n *yaml.Node, code string, curve []knot, has map[string]bool) {
	if has["points"] || has["from"] || has["to"] {
		d.at(n, "%s: a curve stands for points, from and to", code)
	}
	if len(curve) < 2 || curve[0].points != 0 {
		d.at(n, "%s: a curve has two knots at least, the first of 0 points", code)
	}
	for i := 1; i < len(curve); i++ {
		if curve[i].value <= curve[i-1].value {
			d.at(n, "%s: the values of a curve must rise", code)
		}
	}
}

// readKnot reads one [value, points] of a curve.
func (d *draft) readKnot(code string, n *yaml.Node) (k knot) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		d.at(n, "%s: a knot of a curve is [value, points]", code)
		return k
	}
	return knot{
		d.number(n.Content[0], code+": value of a knot", 0, 1e9),
		d.number(n.Content[1], code+": points of a knot", -maxPoints, maxPoints),
	}
}

func (d *draft) readStep(code string, n *yaml.Node) (s step) {
	has := map[string]bool{}
	d.mapping(n, code+": step", func(key string, n *yaml.Node) bool {
		has[key] = true
		switch key {
		case "within":
			s.within = d.duration(n, code+": within")
		case "points":
			s.points = d.number(n, code+": points", -maxPoints, maxPoints)
		default:
			return false
		}
		return true
	})
	if !has["within"] || !has["points"] {
		d.at(n, "%s: a step needs within and points", code)
	}
	return s
}

func (d *draft) readPurpose(purpose string, n *yaml.Node) bool {
	o := override{scale: map[string]float64{}}
	d.mapping(n, "purpose "+purpose, func(key string, n *yaml.Node) bool {
		switch key {
		case "bands":
			b := d.readBands(n, d.bands)
			o.bands = &b
		case "scale":
			d.mapping(n, "scale", func(what string, n *yaml.Node) bool {
				o.scale[what] = d.number(n, fmt.Sprintf("scale of %s", what), 0, 100)
				_, signal := catalogIndex[what]
				return signal || slices.Contains(groups, what)
			})
		default:
			return false
		}
		return true
	})
	d.purposes[purpose] = o
	return true
}
