package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks 1.0.0 (symmetric signatures, "v1").
const (
	headerID        = "webhook-id"
	headerTimestamp = "webhook-timestamp"
	headerSignature = "webhook-signature"
)

// tolerance is how far a webhook's timestamp may be from the receiver's clock.
const tolerance = 5 * time.Minute

// minSecret is the shortest secret taken, in octets. The standard recommends
// 24 to 64; some of its users hand out 18.
const minSecret = 16

// What Verify answers.
var (
	ErrSignature = errors.New("webhook: no signature is ours")
	ErrTimestamp = errors.New("webhook: the timestamp is missing or more than 5 minutes from now")
)

// ParseSecrets reads one or more secrets, "whsec_" and base64, separated by
// spaces. With several, what is sent carries a signature under each, so that
// a receiver can move from one secret to the next.
func ParseSecrets(s string) ([][]byte, error) {
	var keys [][]byte
	for i, f := range strings.Fields(s) {
		f = strings.TrimPrefix(strings.TrimPrefix(f, "v1,"), "whsec_")
		key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(f, "="))
		if err != nil { // the error would quote a part of the secret
			return nil, fmt.Errorf("webhook: secret %d is not base64 after whsec_", i+1)
		}
		if len(key) < minSecret {
			return nil, fmt.Errorf("webhook: secret %d has %d octets; use 24 to 64", i+1, len(key))
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("webhook: no secret; set one, whsec_ and the base64 of 24 to 64 random octets")
	}
	return keys, nil
}

// signatures is the value of webhook-signature: "v1," and base64 of the
// HMAC-SHA256 of id.timestamp.body, for each key.
func signatures(keys [][]byte, id, timestamp string, body []byte) string {
	all := make([]string, len(keys))
	for i, key := range keys {
		all[i] = "v1," + base64.StdEncoding.EncodeToString(mac(key, id, timestamp, body))
	}
	return strings.Join(all, " ")
}

func mac(key []byte, id, timestamp string, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id))
	m.Write([]byte{'.'})
	m.Write([]byte(timestamp))
	m.Write([]byte{'.'})
	m.Write(body)
	return m.Sum(nil)
}

// Verify says whether a webhook was signed under one of the secrets, for
// receivers and tests. The error is ErrTimestamp, ErrSignature or that of a
// secret that cannot be read.
func Verify(secrets string, h http.Header, body []byte, now time.Time) error {
	return VerifyValues(secrets, h.Get(headerID), h.Get(headerTimestamp), h.Get(headerSignature), body, now)
}

// VerifyValues is Verify for a server that has other headers than net/http's.
// Some senders join several signatures by ", " where the standard says a
// space; both are read.
func VerifyValues(secrets, id, timestamp, signed string, body []byte, now time.Time) error {
	keys, err := ParseSecrets(secrets)
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Unix(unix, 0).Before(now.Add(-tolerance)) || time.Unix(unix, 0).After(now.Add(tolerance)) {
		return ErrTimestamp
	}
	for _, s := range strings.Fields(signed) {
		version, value, _ := strings.Cut(strings.TrimRight(s, ","), ",")
		got, err := base64.StdEncoding.DecodeString(value)
		if version != "v1" || err != nil {
			continue
		}
		for _, key := range keys {
			if hmac.Equal(got, mac(key, id, timestamp, body)) {
				return nil
			}
		}
	}
	return ErrSignature
}
