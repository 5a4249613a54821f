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
	if !(b.stepUp <= b.review && b.review <= b.block) {
		d.at(n, "bands must not overlap: step_up %g, review %g, block %g must rise", b.stepUp, b.review, b.block)
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
	has := map[string]bool{}
	d.mapping(n, code, func(key string, n *yaml.Node) bool {
		has[key] = true
		switch {
		case key == "points" && shape.aged == nil:
			s.points = d.number(n, code+": points", -maxPoints, maxPoints)
		case key == "from" && shape.ramp != nil:
			s.from = d.number(n, code+": from", 0, 1e9)
		case key == "to" && shape.ramp != nil:
			s.to = d.number(n, code+": to", 0, 1e9)
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
	d.checkSignal(n, code, shape, &s, has)
	d.signals[code] = s
	return true
}

// checkSignal wants each shape complete: a forgotten threshold is no zero.
func (d *draft) checkSignal(n *yaml.Node, code string, shape *Signal, s *setting, has map[string]bool) {
	switch {
	case shape.aged != nil && len(s.steps) == 0:
		d.at(n, "%s needs steps: a list of {within, points}", code)
	case shape.aged == nil && !has["points"]:
		d.at(n, "%s needs points; 0 shows it without counting", code)
	case shape.ramp != nil && (!has["from"] || !has["to"]):
		d.at(n, "%s needs from and to", code)
	case shape.ramp != nil && s.from >= s.to:
		d.at(n, "%s: from %g must be less than to %g", code, s.from, s.to)
	}
	for i := 1; i < len(s.steps); i++ {
		if s.steps[i].within <= s.steps[i-1].within {
			d.at(n, "%s: each step must reach further back than the one before", code)
		}
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
