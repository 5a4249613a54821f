package camara

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tollgate/hlr"
)

// specifications is where the CAMARA files are: TOLLGATE_CAMARA_SPECS, or
// shared/conformance/camara beside the repository.
func specifications(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TOLLGATE_CAMARA_SPECS")
	if dir == "" {
		dir = "../../../shared/conformance/camara"
	}
	if _, err := os.Stat(filepath.Join(dir, "SimSwap-r3.3", "sim-swap.yaml")); err != nil {
		t.Skip("the CAMARA specifications are not there: shared/conformance/camara beside the repository, or TOLLGATE_CAMARA_SPECS")
	}
	return dir
}

// spec is one OpenAPI file, under the path that its servers name.
type spec struct {
	*openapi3.T
	root string
}

func load(t testing.TB, file string) spec {
	t.Helper()
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(filepath.Join(specifications(t), file))
	if err != nil {
		t.Fatal(err)
	}
	_, root, _ := strings.Cut(doc.Servers[0].URL, "{apiRoot}")
	return spec{doc, root}
}

// route finds the operation of a request.
func (s spec) route(r *http.Request) *routers.Route {
	path, ok := strings.CutPrefix(r.URL.Path, s.root)
	item := s.Paths.Value(path)
	if !ok || item == nil || item.GetOperation(r.Method) == nil {
		return nil
	}
	return &routers.Route{Spec: s.T, Path: path, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)}
}

// recorder keeps an answer until it has been judged.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// judged is a server whose requests and answers are held to a specification.
func judged(t *testing.T, s spec, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		route := s.route(r)
		if route == nil {
			t.Errorf("%s %s is no operation of %s", r.Method, r.URL.Path, s.Info.Title)
			w.WriteHeader(404)
			return
		}
		body, _ := io.ReadAll(r.Body) // judged next
		r.Body = io.NopCloser(bytes.NewReader(body))
		in := &openapi3filter.RequestValidationInput{Request: r, Route: route, Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, IncludeResponseStatus: true,
		}}
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			t.Errorf("our request: %v", err)
		}
		if r.Header.Get("x-correlator") == "" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("our headers: %v", r.Header)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := &recorder{ResponseWriter: w, status: 200}
		answer(rec, r)
		out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.status, Header: w.Header(), Options: in.Options}
		out.SetBodyBytes(rec.body.Bytes())
		if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
			t.Errorf("the test's own answer: %v", err)
		}
		w.WriteHeader(rec.status)
		_, _ = w.Write(rec.body.Bytes()) // the client may have gone
	}
}

var specOf = map[string]string{
	"sim-swap":         "SimSwap-r3.3/sim-swap.yaml",
	"device-swap":      "DeviceSwap-r3.2/device-swap.yaml",
	"number-recycling": "NumberRecycling-r2.2/number-recycling.yaml",
}

func TestConformanceOfAnswers(t *testing.T) {
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	for _, c := range []struct {
		api, answer string
		want        func(hlr.Subscriber) bool
	}{
		{"sim-swap", `{"latestSimChange":"` + stamp(at) + `","monitoredPeriod":120}`, func(s hlr.Subscriber) bool { return s.SIMChange == hlr.ChangedAt(at) }},
		{"sim-swap", `{"latestSimChange":null,"monitoredPeriod":120}`, func(s hlr.Subscriber) bool { return s.SIMChange.NotBefore.IsZero() && s.SIMChange.Told() }},
		{"device-swap", `{"latestDeviceChange":"` + stamp(at) + `"}`, func(s hlr.Subscriber) bool { return s.DeviceChange == hlr.ChangedAt(at) }},
		{"number-recycling", `{"phoneNumberRecycled":false}`, func(s hlr.Subscriber) bool { return s.Told == hlr.FieldRecycled }},
		{"number-recycling", `{"phoneNumberRecycled":true}`, func(s hlr.Subscriber) bool { return !s.RecycledAt.IsZero() }},
	} {
		n := newNetwork(t, judged(t, load(t, specOf[c.api]), says(c.answer)))
		if s, err := lookup(n.client(t, api(c.api))); err != nil || !c.want(s) {
			t.Errorf("%s, %s: %+v, %v", c.api, c.answer, s.Tells(), err)
		}
	}
	for _, name := range []string{"sim-swap", "device-swap"} { // withheld, so check is asked too
		n := newNetwork(t, judged(t, load(t, specOf[name]), func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/check") {
				says(fmt.Sprintf(`{"swapped":%v}`, asked(r).MaxAge > 24))(w, r)
				return
			}
			says(`{"latestSimChange":null,"latestDeviceChange":null}`)(w, r)
		}))
		s, err := lookup(n.client(t, api(name)))
		if c := s.SIMChange.NotBefore; err != nil || c.IsZero() == s.DeviceChange.NotBefore.IsZero() || n.taken != 3 {
			t.Errorf("%s: %v, %v, %d requests", name, s.Tells(), err, n.taken)
		}
	}
}

// Every error that the files give as an example is understood.
func TestConformanceOfErrors(t *testing.T) {
	count := 0
	for name, file := range specOf {
		doc := load(t, file)
		for _, path := range []string{"/check", "/retrieve-date"} {
			item := doc.Paths.Value(path)
			if item == nil {
				continue
			}
			for status, response := range item.Post.Responses.Map() {
				for _, example := range response.Value.Content.Get("application/json").Examples {
					info, ok := example.Value.Value.(map[string]any)
					if !ok || status == "200" {
						continue
					}
					count++
					conformError(t, name, doc, info)
				}
			}
		}
	}
	if count < 20 {
		t.Errorf("only %d examples were found", count)
	}
}

func conformError(t *testing.T, name string, doc spec, info map[string]any) {
	t.Helper()
	status, _ := info["status"].(float64)
	code, _ := info["code"].(string)
	n := newNetwork(t, judged(t, doc, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(int(status))
		_ = json.NewEncoder(w).Encode(info) // into memory
	}))
	client := n.client(t, api(name))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // a 401 waits for another token
	defer cancel()
	s, err := client.apis[0].Lookup(ctx, number)
	covered := status != 422 && status != 404 || code == "NOT_FOUND" || strings.HasSuffix(code, "SARY_IDENTIFIER") || code == "MISSING_IDENTIFIER"
	if err == nil || s.Tells() != 0 || errors.Is(err, hlr.ErrNotCovered) == covered || errors.As(err, new(*hlr.ThrottledError)) != (status == 429) {
		t.Errorf("%s, %v %s: tells %v, %v", name, status, code, s.Tells(), err)
	}
}

// Events that keep to the schema are taken, the file's own examples among them.
func TestConformanceOfEvents(t *testing.T) {
	doc := load(t, "SimSwap-r3.3/sim-swap-subscriptions.yaml")
	schema := doc.Components.Schemas["CloudEvent"].Value
	callback := doc.Paths.Value("/subscriptions").Post.Callbacks["notifications"].Value.Value("{$request.body#/sink}").Post
	examples := callback.RequestBody.Value.Content.Get("application/cloudevents+json").Examples
	if len(examples) < 2 || callback.Responses.Value("204") == nil {
		t.Fatalf("%d examples", len(examples))
	}
	for name, example := range examples {
		if err := schema.VisitJSON(example.Value.Value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		data, err := json.Marshal(example.Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		e, err := ParseEvent(data, time.Now())
		if err != nil || name == "SWAPPED" && (e.Kind != Swapped || e.Number == "" || e.At.IsZero()) || name == "SUBSCRIPTION_ENDS" && (e.Kind != Ended || e.Reason == "") {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}
