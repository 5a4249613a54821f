package fraud

import "slices"

// compile lays a policy out for one purpose; "" stands for all purposes that
// the file does not name.
func (d *draft) compile(purpose string, rules []rule) *plan {
	o := d.overrideOf(purpose)
	pl := &plan{bands: d.bands}
	if o.bands != nil {
		pl.bands = *o.bands
	}
	for i, g := range groups {
		pl.caps[i] = d.caps[g] * o.factor(g)
	}
	for i, s := range catalog {
		set, on := d.signals[s.Code]
		if on && d.applies(purpose, set.purposes, set.except) {
			pl.weights = append(pl.weights, set.weight(uint(i), s, o.factor(s.Group)*o.factor(s.Code)))
		}
	}
	for i := range rules {
		if d.applies(purpose, rules[i].purposes, rules[i].except) {
			pl.rules = append(pl.rules, &rules[i])
		}
	}
	return pl
}

func (d *draft) overrideOf(purpose string) override {
	if o, ok := d.purposes[purpose]; ok {
		return o
	}
	if slices.Contains(d.sensitive, purpose) {
		return d.purposes[sensitiveWord]
	}
	return override{}
}

func (o override) factor(what string) float64 {
	if f, ok := o.scale[what]; ok {
		return f
	}
	return 1
}

func (s setting) weight(index uint, signal *Signal, factor float64) weight {
	w := weight{
		signal: signal, index: index, group: slices.Index(groups, signal.Group),
		points: s.points * factor,
	}
	for _, k := range s.curve {
		w.curve = append(w.curve, knot{k.value, k.points * factor})
	}
	for _, st := range s.steps {
		w.steps = append(w.steps, step{st.within, st.points * factor})
	}
	return w
}
