package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"tollgate/gateway/controls"
)

var listsCommand = &command{
	name:  "lists",
	args:  "show | add KIND=VALUE | remove ID | ranges | lift RANGE",
	short: "see and change what a running gateway lists as safe or blocked",
	long: "KIND is number (in E.164; ended by a star: all that begin so), ip (an address or\n" +
		"network), asn, device or account. An entry counts from its answer on and survives\n" +
		"restarts. Lists in files are the configuration's; a reload reads them again.\n" +
		"ranges shows the number ranges that are blocked for a time, lift ends one.",
	examples: []string{
		"tollgate lists show",
		"tollgate lists add --reason 'pumped twice' --expires 72h 'number=+491701*'",
		"tollgate lists add --safe --tenant acme account=u-17",
		"tollgate lists remove 5d41402abc4b",
		"tollgate lists lift --tenant acme +491701234",
	},
	run: runLists,
}

func runLists(ctx context.Context, c *cli) error {
	d := adminClient{}
	c.StringVar(&d.base, "ops", "http://127.0.0.1:9090", "the gateway's ops listener")
	file := c.String("token-file", "", "file of the ops credential; none is needed by dev")
	safe := c.Bool("safe", false, "add to the safe list, not to the block list")
	in := listRequest{List: "block"}
	c.StringVar(&in.Tenant, "tenant", "", "for this tenant alone")
	c.StringVar(&in.Reason, "reason", "", "shown with each decision")
	c.StringVar(&in.Source, "source", "", "who says so")
	c.StringVar(&in.Expires, "expires", "", "a date, or a time from now such as 72h; never when missing")
	action := ""
	if len(c.args) > 0 && !strings.HasPrefix(c.args[0], "-") {
		action, c.args = c.args[0], c.args[1:]
	}
	if err := c.parse(); err != nil {
		return err
	}
	if *file != "" {
		token, err := os.ReadFile(*file)
		if err != nil {
			return usageError{err}
		}
		d.token = string(bytes.TrimSpace(token))
	}
	if *safe {
		in.List = "safe"
	}
	return listsAction(ctx, c, &d, action, in)
}

func listsAction(ctx context.Context, c *cli, d *adminClient, action string, in listRequest) error {
	if want := map[string]int{"show": 0, "ranges": 0, "add": 1, "remove": 1, "lift": 1}; c.NArg() != want[action] || !hasKey(want, action) {
		return usagef("say show, add KIND=VALUE, remove ID, ranges, or lift RANGE")
	}
	switch action {
	case "show":
		var got struct{ Entries []controls.Entry }
		if err := d.do(ctx, "GET", "/admin/lists", nil, &got); err != nil {
			return err
		}
		for _, e := range got.Entries {
			fmt.Fprintln(c.out, listLine(&e))
		}
		return nil
	case "add":
		var ok bool
		if in.Kind, in.Value, ok = strings.Cut(c.Arg(0), "="); !ok {
			return usagef("write KIND=VALUE, such as number=+491701234567")
		}
		var got controls.Entry
		if err := d.do(ctx, "POST", "/admin/lists", in, &got); err != nil {
			return err
		}
		fmt.Fprintln(c.out, listLine(&got))
		return nil
	case "remove":
		return d.do(ctx, "DELETE", "/admin/lists/"+url.PathEscape(c.Arg(0)), nil, nil)
	case "lift":
		return d.do(ctx, "DELETE", "/admin/ranges/"+url.PathEscape(c.Arg(0))+"?tenant="+url.QueryEscape(in.Tenant), nil, nil)
	}
	var got struct {
		Ranges []struct {
			Tenant, Range, Reason string
			Until                 time.Time
			Times                 int
		}
	}
	if err := d.do(ctx, "GET", "/admin/ranges", nil, &got); err != nil {
		return err
	}
	for _, r := range got.Ranges {
		fmt.Fprintf(c.out, "%s  tenant %s  until %s  %s, %d of late\n", r.Range, anyone(r.Tenant), r.Until.Format(time.RFC3339), r.Reason, r.Times)
	}
	return nil
}

func hasKey(m map[string]int, k string) bool { _, ok := m[k]; return ok }

func anyone(tenant string) string {
	if tenant == "" {
		return "(all)"
	}
	return tenant
}

func listLine(e *controls.Entry) string {
	line := fmt.Sprintf("%s  %-5s  %s=%s  tenant %s", e.ID, e.List, e.Kind, e.Value, anyone(e.Tenant))
	if !e.Expires.IsZero() {
		line += "  until " + e.Expires.Format(time.RFC3339)
	}
	return strings.TrimRight(line+"  "+e.Reason, " ")
}

// adminClient speaks to the ops listener of a running gateway.
type adminClient struct{ base, token string }

// do sends in, and reads the answer into out, where there is one.
func (d *adminClient) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, d.base+path, body)
	if err != nil {
		return usageError{err}
	}
	if d.token != "" {
		req.Header.Set("Authorization", "Bearer "+d.token)
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(text))
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
