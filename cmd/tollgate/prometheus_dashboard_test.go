package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const dashboardFile = "../../configs/grafana/tollgate.json"

// grafanaBoard is as much of Grafana's dashboard model as is looked at here.
type grafanaBoard struct {
	UID        string         `json:"uid"`
	Title      string         `json:"title"`
	Panels     []grafanaPanel `json:"panels"`
	Templating struct {
		List []struct {
			Name       string `json:"name"`
			Type       string `json:"type"`
			IncludeAll bool   `json:"includeAll"`
			AllValue   string `json:"allValue"`
			Query      any    `json:"query"`
		} `json:"list"`
	} `json:"templating"`
}

type grafanaPanel struct {
	ID          int             `json:"id"`
	Type        string          `json:"type"`
	Title       string          `json:"title"`
	GridPos     grafanaPos      `json:"gridPos"`
	Targets     []grafanaTarget `json:"targets"`
	FieldConfig struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
}

type grafanaPos struct{ X, Y, W, H int }

type grafanaTarget struct {
	RefID      string `json:"refId"`
	Expr       string `json:"expr"`
	Legend     string `json:"legendFormat"`
	Datasource struct {
		Type string `json:"type"`
		UID  string `json:"uid"`
	} `json:"datasource"`
}

func readDashboard(t *testing.T) *grafanaBoard {
	text, err := os.ReadFile(dashboardFile)
	if err != nil {
		t.Fatal(err)
	}
	board := &grafanaBoard{}
	if err := json.Unmarshal(text, board); err != nil {
		t.Fatal(err)
	}
	return board
}

var (
	legendLabel  = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)
	grafanaRange = regexp.MustCompile(`\$__rate_interval|\$\{__rate_interval\}`)
	anyVariable  = regexp.MustCompile(`\$\{?(\w+)`)
)

// legendLabels are the labels that a legend prints.
func legendLabels(legend string) (labels []string) {
	for _, m := range legendLabel.FindAllStringSubmatch(legend, -1) {
		labels = append(labels, m[1])
	}
	return labels
}

// interpolate fills a target's variables in as Grafana does; carrier is what
// it puts in place of $carrier: the value of "All", or the chosen ones joined.
func interpolate(expr, rateInterval, carrier string) string {
	expr = grafanaRange.ReplaceAllString(expr, rateInterval)
	return strings.NewReplacer("${carrier}", carrier, "$carrier", carrier).Replace(expr)
}

func TestDashboardLayout(t *testing.T) {
	board := readDashboard(t)
	ids, titles := map[int]bool{}, map[string]bool{}
	cells := map[[2]int]string{}
	for i := range board.Panels {
		p := &board.Panels[i]
		if p.ID <= 0 || ids[p.ID] {
			t.Errorf("panel %q: id %d is missing or used twice", p.Title, p.ID)
		}
		if p.Title == "" || titles[p.Title] {
			t.Errorf("panel %d: the title %q is empty or used twice", p.ID, p.Title)
		}
		ids[p.ID], titles[p.Title] = true, true
		g := p.GridPos
		if g.W <= 0 || g.H <= 0 || g.X < 0 || g.Y < 0 || g.X+g.W > 24 {
			t.Errorf("panel %q: gridPos %+v leaves the 24 columns", p.Title, g)
		}
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" {
					t.Fatalf("panels %q and %q overlap at column %d, line %d", p.Title, other, x, y)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		if p.Type != "row" {
			checkTargets(t, board, p)
		}
	}
}

func checkTargets(t *testing.T, board *grafanaBoard, p *grafanaPanel) {
	if p.FieldConfig.Defaults.Unit == "" {
		t.Errorf("panel %q has no unit", p.Title)
	}
	if len(p.Targets) == 0 {
		t.Errorf("panel %q has no target", p.Title)
	}
	known := []string{"__rate_interval"}
	for _, v := range board.Templating.List {
		known = append(known, v.Name)
	}
	refs := map[string]bool{}
	for _, target := range p.Targets {
		what := fmt.Sprintf("panel %q, target %s", p.Title, target.RefID)
		if target.RefID == "" || refs[target.RefID] {
			t.Errorf("%s: the refId is missing or used twice", what)
		}
		refs[target.RefID] = true
		if target.Datasource.Type != "prometheus" || target.Datasource.UID != "${datasource}" {
			t.Errorf("%s: the datasource is %+v, not the variable", what, target.Datasource)
		}
		for _, m := range anyVariable.FindAllStringSubmatch(target.Expr, -1) {
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s: the variable $%s is not defined", what, m[1])
			}
		}
		// A rate over a fixed short range shows nothing at a slower scrape.
		if strings.Contains(target.Expr, "[$__interval]") {
			t.Errorf("%s: use $__rate_interval", what)
		}
	}
}
