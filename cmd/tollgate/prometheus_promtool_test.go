package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// lintExposition has promtool read /metrics as a linter.
func lintExposition(t *testing.T, ops string) {
	program := needProgram(t, "promtool")
	text, err := scrape(ops, textExposition)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "check", "metrics")
	cmd.Stdin = bytes.NewReader(text)
	said, err := cmd.CombinedOutput()
	if strings.Contains(string(said), "tollgate_") || err != nil && len(said) == 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, said)
	}
}

// promRule is one rule of our file.
type promRule struct {
	Record      string            `yaml:"record"`
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Annotations map[string]string `yaml:"annotations"`
}

func readRules(t *testing.T) (rules []promRule) {
	var file struct {
		Groups []struct {
			Rules []promRule `yaml:"rules"`
		} `yaml:"groups"`
	}
	text, err := os.ReadFile(filepath.Join(rulesDir, "tollgate.rules.yml"))
	if err == nil {
		err = yaml.Unmarshal(text, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		rules = append(rules, g.Rules...)
	}
	return rules
}

// TestPromtool has the shipped files checked, and the unit tests of the rules
// run, by the program that operators have.
func TestPromtool(t *testing.T) {
	program := needProgram(t, "promtool")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"config", []string{"check", "config", "prometheus.yml"}},
		{"rules", []string{"check", "rules", "tollgate.rules.yml"}},
		{"tests", []string{"test", "rules", "tollgate.rules.test.yml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, c.args...)
			cmd.Dir = rulesDir
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("promtool %s: %v\n%s", strings.Join(c.args, " "), err, said)
			}
		})
	}
}

// TestEveryAlertIsTested: each alert has a case that fires it and one that
// does not.
func TestEveryAlertIsTested(t *testing.T) {
	var file struct {
		Tests []struct {
			Alerts []struct {
				Name string `yaml:"alertname"`
				Exp  []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		} `yaml:"tests"`
	}
	text, err := os.ReadFile(filepath.Join(rulesDir, "tollgate.rules.test.yml"))
	if err == nil {
		err = yaml.Unmarshal(text, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, a := range test.Alerts {
			fires[a.Name] = fires[a.Name] || len(a.Exp) > 0
			silent[a.Name] = silent[a.Name] || len(a.Exp) == 0
		}
	}
	for _, r := range readRules(t) {
		if r.Alert != "" && (!fires[r.Alert] || !silent[r.Alert]) {
			t.Errorf("%s: a case that fires it: %v, one that does not: %v", r.Alert, fires[r.Alert], silent[r.Alert])
		}
	}
}
