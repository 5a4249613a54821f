package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"tollgate/fraud/numbering"
	"tollgate/gateway"
)

var eraseCommand = &command{
	name:  "erase",
	args:  "NUMBER",
	short: "delete what a running gateway keeps of a number",
	long: "Identity of record, states, claims, reviews and finished messages, for every\n" +
		"tenant. Messages on their way stay and are counted: run it again once they have\n" +
		"ended. Answers kept for an Idempotency-Key go within two days. A frozen or locked\n" +
		"number is erased only with --force, which lifts the hold: who has taken a number\n" +
		"over may ask for its erasure too.",
	examples: []string{
		"tollgate erase +4915112345678",
		"tollgate erase --ops http://10.0.0.5:9090 --token-file secrets/ops.token --force +4915112345678",
	},
	run: runErase,
}

// erasure is the answer to DELETE /admin/numbers/{msisdn}.
type erasure struct {
	Erased int `json:"erased"`
	Open   int `json:"open"`
}

func runErase(ctx context.Context, c *cli) error {
	base := c.String("ops", "http://127.0.0.1:9090", "the gateway's ops listener")
	file := c.String("token-file", "", "file of the ops credential; none is needed by dev")
	region := c.String("region", "", "region of a number without country code, as in DE")
	force := c.Bool("force", false, "erase a held number too")
	if err := c.parse(); err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usagef("give one number")
	}
	n, err := numbering.Parse(c.Arg(0), *region)
	if err != nil {
		return usageError{err}
	}
	var token []byte
	if *file != "" {
		if token, err = os.ReadFile(*file); err != nil {
			return usageError{err}
		}
	}
	target := *base + "/admin/numbers/" + url.PathEscape(string(n.MSISDN))
	if *force {
		target += "?force=1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, target, nil)
	if err != nil {
		return usageError{err}
	}
	if len(token) > 0 {
		req.Header.Set("Authorization", "Bearer "+string(bytes.TrimSpace(token)))
	}
	resp, err := (&http.Client{Timeout: 10 * time.Minute}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return err
	}
	var done erasure
	if resp.StatusCode != http.StatusOK || json.Unmarshal(body, &done) != nil {
		return fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(body))
	}
	fmt.Fprintf(c.out, "%d records erased\n", done.Erased)
	if done.Open > 0 {
		fmt.Fprintf(c.out, "%d messages are on their way and stay; run it again once they have ended\n", done.Open)
	}
	return nil
}

// serveErase answers DELETE /admin/numbers/{msisdn}.
func (a *app) serveErase(w http.ResponseWriter, r *http.Request) {
	n, err := numbering.Parse(r.PathValue("msisdn"), "")
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	erased, open, err := a.service.Erase(r.Context(), n.MSISDN, r.URL.Query().Get("force") == "1")
	switch {
	case errors.Is(err, gateway.ErrHeld):
		http.Error(w, err.Error(), http.StatusConflict)
		return
	case err != nil:
		a.log.Error("erasing a number", "error", err)
		http.Error(w, "it failed part of the way; run it again", http.StatusInternalServerError)
		return
	}
	a.log.Warn("a number was erased", "records", erased, "open_messages", open, "forced", r.URL.Query().Get("force") == "1")
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(erasure{erased, open}) // nobody is left to tell
}
