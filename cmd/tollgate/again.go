package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tollgate/fraud"
	"tollgate/gateway"
	"tollgate/gateway/store"
)

// policyDir keeps the text of every policy that has decided something, by the
// hash in its version, so that old decisions can be made again.
const policyDir = "policies"

// keepPolicies writes those that are not there yet.
func (a *app) keepPolicies(policies map[string]*fraud.Policy) error {
	dir, _ := storeDir(a.cfg)
	dir = filepath.Join(dir, policyDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, p := range policies {
		_, hash := splitVersion(p.Version())
		path := filepath.Join(dir, hash+".yaml")
		if _, err := os.Stat(path); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.WriteFile(path+".new", p.Text(), 0o600); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil {
			return err
		}
	}
	return nil
}

var hashPattern = regexp.MustCompile(`^[0-9a-f]{12}$`)

// splitVersion parts "default@1f0e9a4b22c7".
func splitVersion(version string) (name, hash string) {
	i := strings.LastIndexByte(version, '@')
	return version[:max(i, 0)], version[i+1:]
}

// policyAt finds the policy of a version among those kept.
func (a *app) policyAt(version string) *fraud.Policy {
	dir, _ := storeDir(a.cfg)
	return keptPolicy(filepath.Join(dir, policyDir), version)
}

// keptPolicy reads a policy of a version, nil when it is not kept.
func keptPolicy(dir, version string) *fraud.Policy {
	name, hash := splitVersion(version)
	if !hashPattern.MatchString(hash) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, hash+".yaml"))
	if err != nil {
		return nil
	}
	p, err := fraud.LoadPolicy(name, text)
	if err != nil || p.Version() != version {
		return nil
	}
	return p
}

// serveAgain answers GET /admin/decisions/{id}: a stored decision, its facts, and
// whether they decide the same again.
func (a *app) serveAgain(w http.ResponseWriter, r *http.Request) {
	kind, text, _ := strings.Cut(r.PathValue("id"), "_")
	id, err := store.ParseID(text)
	if err != nil || kind != "otp" && kind != "msg" && kind != "rev" {
		http.Error(w, "name a message (otp_..., msg_...) or a review (rev_...)", http.StatusNotFound)
		return
	}
	x, err := a.service.DecideAgain(r.Context(), id, kind == "rev", a.policyAt)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, gateway.ErrNoFacts):
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	out := map[string]any{"tenant": x.Tenant, "stored": x.Stored, "facts": x.Facts, "same": x.Same}
	if x.Decided != nil {
		out["again"] = x.Decided
	} else {
		out["again"] = fmt.Sprintf("the policy %s is not at hand", x.Stored.Policy)
	}
	writeJSON(w, http.StatusOK, out)
}
