package ops

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// BearerSHA256 accepts the tokens of which the SHA-256 is in hashes.
func BearerSHA256(hashes ...[32]byte) func(*http.Request) bool {
	return func(r *http.Request) bool {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return false
		}
		sum, found := sha256.Sum256([]byte(token)), 0
		for i := range hashes {
			found |= subtle.ConstantTimeCompare(sum[:], hashes[i][:])
		}
		return found == 1
	}
}

// guard lets a request through to h with a credential, or where none is needed.
func (s *Server) guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.Open || s.cfg.Auth != nil && s.cfg.Auth(r) {
			h.ServeHTTP(w, r)
			return
		}
		s.cfg.Log.Warn("ops request without a valid credential", "path", r.URL.Path, "remote", r.RemoteAddr)
		w.Header().Set("WWW-Authenticate", `Bearer realm="tollgate-ops"`)
		http.Error(w, "a valid ops token is needed: Authorization: Bearer TOKEN", http.StatusUnauthorized)
	})
}
