package api

import (
	"bytes"
	"sort"
	"strings"
)

// handler answers one request. An error becomes a problem document; a handler
// that returns one has written nothing.
type handler func(s *Server, q *request) error

// route is one path, with a handler for each method. {id} in a path matches one
// segment.
type route struct {
	path     string // as OpenAPI writes it; also the label in metrics
	methods  map[string]handler
	batch    bool   // its body is JSON Lines
	hook     bool   // for a network's token and not a tenant's key; {id} is the provider
	media    string // of bodies, beside application/json
	allow    string
	observer *routeObserver
}

// routes is every path there is.
var routes = []route{
	{path: "/v1/otp/send", methods: map[string]handler{"POST": (*Server).sendOTP}},
	{path: "/v1/otp/send:batch", batch: true, methods: map[string]handler{"POST": (*Server).batchOTP}},
	{path: "/v1/messages:batch", batch: true, methods: map[string]handler{"POST": (*Server).batchText}},
	{path: "/v1/otp/check", methods: map[string]handler{"POST": (*Server).check}},
	{path: "/v1/otp/{id}", methods: map[string]handler{"GET": (*Server).viewOTP, "DELETE": (*Server).cancel}},
	{path: "/v1/otp/{id}/feedback", methods: map[string]handler{"POST": (*Server).feedbackOTP}},
	{path: "/v1/messages", methods: map[string]handler{"POST": (*Server).sendText}},
	{path: "/v1/messages/{id}", methods: map[string]handler{"GET": (*Server).viewText}},
	{path: "/v1/messages/{id}/feedback", methods: map[string]handler{"POST": (*Server).feedbackText}},
	{path: "/v1/numbers/score", methods: map[string]handler{"POST": (*Server).score}},
	{path: "/v1/reviews", methods: map[string]handler{"GET": (*Server).reviews}},
	{path: "/v1/reviews/{id}", methods: map[string]handler{"GET": (*Server).review, "POST": (*Server).resolve}},
	{path: "/v1/reviews/{id}/feedback", methods: map[string]handler{"POST": (*Server).feedbackReview}},
	{path: "/hooks/camara/sim-swap/{id}", methods: map[string]handler{"POST": (*Server).receive}, hook: true, media: eventType},
	{path: "/openapi.yaml", methods: map[string]handler{"GET": (*Server).openAPI}},
}

// router finds a route without allocating.
type router struct {
	exact  map[string]*route
	prefix []pattern
}

// pattern is a path around its {id}.
type pattern struct {
	before, after string
	*route
}

func newRouter(table []route, m *Metrics) *router {
	rt := &router{exact: make(map[string]*route)}
	for i := range table {
		r := table[i]
		r.allow = allowed(r.methods)
		r.observer = m.route(r.path)
		if before, after, ok := strings.Cut(r.path, "{id}"); ok {
			rt.prefix = append(rt.prefix, pattern{before, after, &r})
		} else {
			rt.exact[r.path] = &r
		}
	}
	return rt
}

// find returns the route of a path, and the segment that {id} stands for.
func (rt *router) find(path []byte) (r *route, id []byte) {
	if r := rt.exact[string(path)]; r != nil {
		return r, nil
	}
	for i := range rt.prefix {
		p := &rt.prefix[i]
		end := len(path) - len(p.after)
		if end <= len(p.before) || string(path[:len(p.before)]) != p.before || string(path[end:]) != p.after {
			continue
		}
		if id := path[len(p.before):end]; bytes.IndexByte(id, '/') < 0 {
			return p.route, id
		}
	}
	return nil, nil
}

// handler is what answers a method: HEAD goes the way of GET, and the server
// leaves the body out.
func (r *route) handler(method []byte) handler {
	if string(method) == "HEAD" {
		return r.methods["GET"]
	}
	return r.methods[string(method)]
}

// allowed lists methods for the Allow header (RFC 9110 §10.2.1).
func allowed(methods map[string]handler) string {
	var list []string
	for m := range methods {
		list = append(list, m)
		if m == "GET" {
			list = append(list, "HEAD")
		}
	}
	sort.Strings(list)
	return strings.Join(list, ", ")
}
