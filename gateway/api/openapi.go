package api

import _ "embed"

// openAPIDocument is written by hand; a test holds it against the routes and
// the table of problems.
//
//go:embed openapi.yaml
var openAPIDocument []byte

func (s *Server) openAPI(q *request) error {
	q.reply(200, "application/yaml", append(q.buf[:0], openAPIDocument...))
	return nil
}
