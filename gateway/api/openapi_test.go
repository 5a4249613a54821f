package api

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"tollgate/gateway"
)

// everywhere is what each operation can answer besides its own x-codes.
var everywhere = []gateway.Code{codeUnauthorized, gateway.CodeOverloaded, gateway.CodeTimeout, codeInternal}

type operation struct {
	Responses map[string]any `yaml:"responses"`
	Codes     []gateway.Code `yaml:"x-codes"`
}

type document struct {
	OpenAPI    string
	Paths      map[string]map[string]yaml.Node
	Components struct {
		Schemas map[string]struct {
			Enum       []gateway.Code
			Properties map[string]any
		}
	}
}

func readDocument(t *testing.T) (d document) {
	t.Helper()
	if err := yaml.Unmarshal(openAPIDocument, &d); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Fatalf("openapi: %s", d.OpenAPI)
	}
	return d
}

func operations(t *testing.T, d document) map[string]operation {
	t.Helper()
	ops := map[string]operation{}
	for path, methods := range d.Paths {
		for method, node := range methods {
			if method == "parameters" {
				continue
			}
			var op operation
			if err := node.Decode(&op); err != nil {
				t.Fatal(err)
			}
			ops[strings.ToUpper(method)+" "+path] = op
		}
	}
	return ops
}

func TestOpenAPIRoutes(t *testing.T) {
	var have []string
	for _, r := range routes {
		for m := range r.methods {
			have = append(have, m+" "+r.path)
		}
	}
	slices.Sort(have)
	told := slices.Sorted(maps.Keys(operations(t, readDocument(t))))
	if !slices.Equal(have, told) {
		t.Errorf("routes    %v\ndocument %v", have, told)
	}
}

func TestOpenAPICodes(t *testing.T) {
	d := readDocument(t)
	told := d.Components.Schemas["Code"].Enum
	if have := slices.Sorted(maps.Keys(meanings)); !slices.Equal(have, told) {
		t.Errorf("problems %v\ndocument %v", have, told)
	}
	for name, op := range operations(t, d) {
		statuses := map[string]bool{}
		for _, c := range append(op.Codes, everywhere...) {
			m, known := meanings[c]
			if !known {
				t.Errorf("%s: no such code %s", name, c)
			}
			status := strconv.Itoa(m.status)
			statuses[status] = true
			if _, told := op.Responses[status]; !told {
				t.Errorf("%s: %s is answered with %s, which is not told", name, c, status)
			}
		}
		for status := range op.Responses {
			if status[0] != '2' && !statuses[status] {
				t.Errorf("%s: no code of it is answered with %s", name, status)
			}
		}
	}
}

func TestProblemTable(t *testing.T) {
	for code, m := range meanings {
		if m.title == "" || m.status < 400 || m.status > 599 {
			t.Errorf("%s: %+v", code, m)
		}
		if (m.status == 429 || m.status == 503) != (m.retry > 0) && code != gateway.CodeInFlight {
			t.Errorf("%s: Retry-After belongs to 429 and 503 alone", code)
		}
	}
}

func TestOpenAPIFields(t *testing.T) {
	d := readDocument(t)
	names := func(fields []field[sendBody]) (list []string) {
		for _, f := range fields {
			list = append(list, f.name)
		}
		slices.Sort(list)
		return list
	}
	for schema, fields := range map[string][]field[sendBody]{"SendOTP": otpFields, "SendText": textFields, "ScoreNumber": scoreFields} {
		if told := slices.Sorted(maps.Keys(d.Components.Schemas[schema].Properties)); !slices.Equal(told, names(fields)) {
			t.Errorf("%s: read %v\ntold %v", schema, names(fields), told)
		}
	}
}
