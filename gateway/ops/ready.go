package ops

import (
	"fmt"
	"net/http"
	"strings"
)

// Component is one part of the gateway that can be up or down: the store, a
// carrier, a provider.
type Component struct {
	Name string
	// Check tells its state in a few words ("2 of 2 links bound"), whether
	// that is good, and whether the gateway cannot serve without it.
	Check func() (state string, ok, required bool)
}

// healthz says that the process runs and answers; whether it should get
// traffic is readyz's question.
func healthz(w http.ResponseWriter, _ *http.Request) {
	text(w, http.StatusOK, "ok\n")
}

// readyz is 200 while every required component is good, else 503. With
// ?verbose it has a line for each component.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	var lines strings.Builder
	status, word := http.StatusOK, "ready"
	var components []Component
	if s.cfg.Components != nil {
		components = s.cfg.Components()
	}
	for _, c := range components {
		state, ok, required := c.Check()
		mark := "ok  "
		switch {
		case !ok && required:
			mark, status, word = "DOWN", http.StatusServiceUnavailable, "not ready"
		case !ok:
			mark = "warn"
		}
		fmt.Fprintf(&lines, "%s %s: %s\n", mark, c.Name, oneLine(state))
	}
	if !r.URL.Query().Has("verbose") {
		lines.Reset()
	}
	text(w, status, lines.String()+word+"\n")
}

// oneLine keeps a component's words from passing for another component's line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // the client has gone: nobody is left to tell
}
