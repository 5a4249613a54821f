package main

import (
	"fmt"

	"tollgate/gateway/ops"
)

// components is what /readyz?verbose lists. The gateway can serve, and queue,
// without any carrier; it cannot without its store.
func (a *app) components() []ops.Component {
	list := []ops.Component{{Name: "store", Check: func() (string, bool, bool) {
		if err := a.store.Full(); err != nil {
			return err.Error(), false, true
		}
		return a.store.Durability(), true, true
	}}, {Name: "api", Check: func() (string, bool, bool) {
		if a.api.Draining() {
			return "draining", false, true
		}
		return "serving", true, true
	}}}
	for _, c := range a.carriers {
		list = append(list, ops.Component{Name: "carrier " + c.Name(), Check: func() (string, bool, bool) {
			h := c.Health()
			state := fmt.Sprintf("%d of %d links bound, window %d of %d used", h.LinksUp, h.Links, h.WindowUsed, h.WindowSize)
			if h.LastError != "" && !h.Up {
				state += ": " + h.LastError
			}
			return state, h.Up && !h.Dead, false
		}})
	}
	for _, p := range a.facts.Health() {
		list = append(list, ops.Component{Name: "provider " + p.Provider, Check: func() (string, bool, bool) {
			if p.OK && p.Note != "" {
				return "answers, but " + p.Note, false, false
			}
			if p.OK {
				return "answers", true, false
			}
			return fmt.Sprintf("%d failures in a row: %v", p.Failures, p.LastErr), false, false
		}})
	}
	return list
}
