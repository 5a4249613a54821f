package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tollgate/fraud/lists"
	"tollgate/fraud/ranges"
	"tollgate/gateway/config"
	"tollgate/gateway/controls"
	"tollgate/gateway/keys"
	"tollgate/gateway/ops"
)

// openControls opens lists, range blocks and budgets. What they learn is kept
// beside the store.
func (a *app) openControls(ring *keys.Ring) (err error) {
	dir, _ := storeDir(a.cfg)
	a.controls, err = controls.Open(controls.Config{
		Dir: dir, Sealer: ring, Devices: ring, Files: a.cfg.ListFiles(), Spend: a.cfg.Spend.SpendConfig(), Log: a.log,
	}, a.reg)
	return err
}

// checkLists reads the lists that a configuration names.
func checkLists(cfg *config.Config) error {
	if _, err := controls.ReadFiles(cfg.ListFiles(), nil); err != nil {
		return usageError{err}
	}
	return nil
}

// mountControls serves the administration of the controls.
func (a *app) mountControls(s *ops.Server) {
	s.HandleAdmin("GET /admin/lists", http.HandlerFunc(a.serveLists))
	s.HandleAdmin("POST /admin/lists", http.HandlerFunc(a.serveListAdd))
	s.HandleAdmin("DELETE /admin/lists/{id}", http.HandlerFunc(a.serveListRemove))
	s.HandleAdmin("GET /admin/ranges", http.HandlerFunc(a.serveRanges))
	s.HandleAdmin("DELETE /admin/ranges/{range}", http.HandlerFunc(a.serveRangeLift))
	s.HandleAdmin("GET /admin/spend", http.HandlerFunc(a.serveSpend))
	s.HandleAdmin("GET /admin/shadow", http.HandlerFunc(a.serveShadow))
	s.HandleAdmin("GET /admin/decisions/{id}", http.HandlerFunc(a.serveAgain))
}

// writeJSON answers with v; nobody is left to tell when that fails.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (a *app) serveLists(w http.ResponseWriter, _ *http.Request) {
	entries := a.controls.Lists.Entries()
	if entries == nil {
		entries = []controls.Entry{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"entries": entries})
}

// listRequest is an entry as POST /admin/lists takes it.
type listRequest struct {
	List    string `json:"list"`
	Kind    string `json:"kind"`
	Value   string `json:"value"`
	Tenant  string `json:"tenant"`
	Reason  string `json:"reason"`
	Source  string `json:"source"`
	Expires string `json:"expires"` // a date, an instant, or a time from now such as 12h
}

const maxAdminBody = 1 << 16

func (a *app) serveListAdd(w http.ResponseWriter, r *http.Request) {
	var in listRequest
	dec := json.NewDecoder(io.LimitReader(r.Body, maxAdminBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		http.Error(w, "the body must be {list, kind, value, tenant?, reason?, source?, expires?}: "+err.Error(), http.StatusBadRequest)
		return
	}
	expires, err := expiry(in.Expires, time.Now())
	if err == nil && in.Tenant != "" && (*a.byID.Load())[in.Tenant] == nil {
		err = fmt.Errorf("there is no tenant %q", in.Tenant)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	entry, err := a.controls.Lists.Add(controls.Entry{
		List: in.List, Kind: in.Kind, Value: in.Value, Tenant: in.Tenant, Reason: in.Reason, Source: in.Source, Expires: expires,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	a.log.Warn("a list has a new entry", "list", entry.List, "kind", entry.Kind, "id", entry.ID, "tenant", entry.Tenant)
	writeJSON(w, http.StatusOK, entry)
}

// expiry reads when an entry ends; "" is never.
func expiry(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(s); err == nil {
		return now.Add(d).UTC().Truncate(time.Second), nil
	}
	return lists.Date(s)
}

func (a *app) serveListRemove(w http.ResponseWriter, r *http.Request) {
	err := a.controls.Lists.Remove(r.PathValue("id"))
	switch {
	case errors.Is(err, controls.ErrNoEntry):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		a.log.Warn("an entry was taken off a list", "id", r.PathValue("id"))
		writeJSON(w, http.StatusOK, map[string]string{"removed": r.PathValue("id")})
	}
}

func (a *app) serveRanges(w http.ResponseWriter, _ *http.Request) {
	blocked := a.controls.Ranges.Active(time.Now())
	if blocked == nil {
		blocked = []ranges.Block{}
	}
	writeJSON(w, http.StatusOK, map[string]any{"ranges": blocked})
}

// serveRangeLift ends the block of a range; ?tenant= names whose.
func (a *app) serveRangeLift(w http.ResponseWriter, r *http.Request) {
	k := ranges.Key{Tenant: r.URL.Query().Get("tenant"), Range: r.PathValue("range")}
	if !a.controls.Lift(k) {
		http.Error(w, "this range is not blocked for this tenant; GET /admin/ranges lists those that are", http.StatusNotFound)
		return
	}
	a.log.Warn("the block of a range was lifted", "range", k.Range, "tenant", k.Tenant)
	writeJSON(w, http.StatusOK, map[string]ranges.Key{"lifted": k})
}

func (a *app) serveSpend(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"currency": a.cfg.Spend.Currency, "caps": a.controls.Spend.Used(time.Now())})
}

// serveShadow tells how the policies that run beside the live ones compare.
func (a *app) serveShadow(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"policies": a.shadows.Reports()})
}
