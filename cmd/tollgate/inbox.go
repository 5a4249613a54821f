package main

import (
	"encoding/json"
	"net/http"
	"time"
)

type inboxMessage struct {
	To   string    `json:"to"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// inbox shows what the simulated handsets received, newest last.
func (d *dev) inbox(w http.ResponseWriter, _ *http.Request) {
	list := []inboxMessage{}
	if d.sim != nil {
		for _, m := range d.sim.Inbox() {
			list = append(list, inboxMessage{m.To, m.Text, m.At.UTC()})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list) // the client has gone: nobody is left to tell
}
