package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The two permissions of webhooks are read each by itself, and only as yes or no.
func TestWebhookPermissions(t *testing.T) {
	secrets, err := filepath.Abs("../../configs/secrets")
	if err != nil {
		t.Fatal(err)
	}
	secrets += "/"
	minimal, err := os.ReadFile("../../configs/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		webhooks      string
		private, http bool
		wrong         string
	}{
		{"{}", false, false, ""},
		{"{allow_private: true}", true, false, ""},
		{"{allow_http: true}", false, true, ""},
		{"{allow_private: loopback}", false, false, "webhooks.allow_private"},
		{"{allow_privat: true}", false, false, "did you mean allow_private?"},
	} {
		cfg, err := Load(write(t, "c.yaml", strings.ReplaceAll(string(minimal), "secrets/", secrets)+"\nwebhooks: "+c.webhooks+"\n"), environ())
		switch {
		case c.wrong != "":
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v, want %q", c.webhooks, err, c.wrong)
			}
		case err != nil:
			t.Errorf("%s: %v", c.webhooks, err)
		case cfg.Webhooks.AllowPrivate != c.private || cfg.Webhooks.AllowHTTP != c.http:
			t.Errorf("%s: private %v, http %v", c.webhooks, cfg.Webhooks.AllowPrivate, cfg.Webhooks.AllowHTTP)
		}
	}
}
