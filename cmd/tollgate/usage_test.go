package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
)

func TestHelpOfFlags(t *testing.T) {
	oneDash := regexp.MustCompile(`(?m)^  -\w`)
	for _, c := range commands() {
		var out, errs strings.Builder
		if code := run(t.Context(), []string{c.name, "--help"}, &out, &errs); code != exitDone {
			t.Errorf("%s --help ends with %d: %s", c.name, code, errs.String())
		}
		text := out.String()
		if oneDash.MatchString(text) {
			t.Errorf("%s: a flag is shown with one dash, the examples have two:\n%s", c.name, text)
		}
		if strings.Contains(text, "\nFlags") != strings.Contains(text, "\n  --") {
			t.Errorf("%s: the section of flags is empty, or they have none:\n%s", c.name, text)
		}
	}
}

// What cannot be meant is wrong usage, and nothing is started.
func TestUsageOfValues(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel() // should one start after all, it ends at once
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"smsc", "--listen", "nope"}, "--listen: must be HOST:PORT"},
		{[]string{"smsc", "--listen", "127.0.0.1:99999"}, "--listen: must be HOST:PORT"},
		{[]string{"demo", "--policy", "observe"}, "default and strict"},
		{[]string{"dev", "--data", t.TempDir(), "--region", "Germany"}, "--region: there is no numbering plan"},
		{[]string{"dev", "--data", t.TempDir(), "--region", "de"}, "--region: there is no numbering plan"},
	} {
		var out, errs strings.Builder
		if code := run(ended, c.args, &out, &errs); code != exitUsage || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v ends with %d and says %q, want %d and %q", c.args, code, errs.String(), exitUsage, c.says)
		}
	}
}

func TestDevFlagsMakeATenant(t *testing.T) {
	f := devFlags{api: "127.0.0.1:0", ops: "127.0.0.1:0", smsc: "127.0.0.1:0", policy: "default", region: "DE"}
	cfg, err := f.config()
	if err != nil {
		t.Fatal(err)
	}
	tenant := cfg.Tenants[0]
	if tenant.DefaultRegion != "DE" || !strings.HasPrefix(tenant.Webhook.Secret.Reveal(), "whsec_") || tenant.Webhook.URL != "" {
		t.Errorf("region %q, webhook URL %q, or no secret although callbacks must be signed", tenant.DefaultRegion, tenant.Webhook.URL)
	}
}
